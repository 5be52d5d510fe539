// Package oracle recalculates sections 0 to 4 of the metric definitions
// (METRICS.md) day by day, in exact arithmetic, so that tests can hold the SQL
// models against an independent reading of the same page.
//
// It is slow on purpose: a level is found by looking at every line on every day,
// never by reasoning about intervals. Only tests import it.
//
// The steps, each in the file of its name: lines (which lines count, their
// months, MRR and window), levels, grace, rates, accounts, periods, movements,
// rollforward, retention, cohorts, survival. Generate makes random companies and
// ArithmeticCases small ones with numbers worked out by hand.
package oracle
