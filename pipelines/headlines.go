package pipelines

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/transform"
	"lastro/transform/duckdb"
)

// Headlines are the few numbers of a build that a person wants to see first.
type Headlines struct {
	AsOf, Currency string
	// Months are the last complete months, the oldest first.
	Months []MonthLine
	// Cohorts are the latest cohorts, the oldest first.
	Cohorts []CohortLine
}

// MonthLine is one month of the company.
type MonthLine struct {
	Month    string  // 2025-08
	MRR      float64 // at the close, in the reporting currency
	Accounts int64   // active at the close
	// NRR and GRR are of the twelve months that end with this one; LogoChurn is of the month. Shares; nil where there is none.
	NRR, GRR, LogoChurn *float64
}

// CohortLine is the accounts first active in one month and what is left of their MRR, by age.
type CohortLine struct {
	Month    string
	Accounts int64
	// Net[i] is net retention at Ages[i] months, nil where the cohort is younger.
	Net []*float64
}

// CohortAges are the ages, in months, at which headlines show a cohort.
var CohortAges = []int{0, 1, 2, 3, 6, 9, 12, 15}

const monthsQuery = `
select
    strftime(months.period_start, '%%Y-%%m') as month,
    cast(months.closing_mrr as double) as mrr,
    months.closing_accounts as accounts,
    yearly.nrr as nrr,
    yearly.grr as grr,
    monthly.logo_churn_rate as logo_churn
from mrr_rollforward as months
left join retention as yearly
    on yearly.grain = 'ttm' and yearly.dimension = 'all' and yearly.period_end = months.period_end
left join retention as monthly
    on monthly.grain = 'month' and monthly.dimension = 'all' and monthly.period_start = months.period_start
where months.grain = 'month' and months.dimension = 'all' and months.is_complete
order by months.period_start desc
limit %d`

const cohortsQuery = `
select
    strftime(cohort_month, '%%Y-%%m') as month,
    age_months,
    cohort_accounts as accounts,
    net_retention
from cohort_retention
where dimension = 'all'
    and cohort_month in (select distinct cohort_month from cohort_retention where dimension = 'all' order by cohort_month desc limit %d)
order by cohort_month, age_months`

// ReadHeadlines reads the last so many months and cohorts of a build.
func ReadHeadlines(ctx context.Context, config *Config, build *Build, months, cohorts int) (h Headlines, err error) {
	engine, err := duckdb.Open(ctx, duckdb.Options{
		Path: build.file, ReadOnly: true, TempDir: filepath.Join(config.State, "tmp"), Readable: []string{filepath.Join(config.State, "lake")},
	})
	if err != nil {
		return h, fmt.Errorf("open the build %s: %w", build.RunID, err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	h.AsOf, h.Currency = build.AsOf, build.Currency
	if h.Months, err = readMonths(ctx, engine, months); err != nil {
		return h, err
	}
	h.Cohorts, err = readCohorts(ctx, engine, cohorts)
	return h, err
}

func readMonths(ctx context.Context, engine transform.Engine, limit int) (lines []MonthLine, err error) {
	err = eachRow(ctx, engine, fmt.Sprintf(monthsQuery, limit), func(row array.RecordReader, i int) {
		batch := row.RecordBatch()
		lines = append(lines, MonthLine{
			Month:     strings.Clone(batch.Column(0).(*array.String).Value(i)), // the batch's memory goes with it
			MRR:       batch.Column(1).(*array.Float64).Value(i),
			Accounts:  batch.Column(2).(*array.Int64).Value(i),
			NRR:       share(batch.Column(3).(*array.Float64), i),
			GRR:       share(batch.Column(4).(*array.Float64), i),
			LogoChurn: share(batch.Column(5).(*array.Float64), i),
		})
	})
	slices.Reverse(lines)
	return lines, err
}

func readCohorts(ctx context.Context, engine transform.Engine, limit int) (lines []CohortLine, err error) {
	places := make(map[int32]int, len(CohortAges))
	for i, age := range CohortAges {
		places[int32(age)] = i
	}
	err = eachRow(ctx, engine, fmt.Sprintf(cohortsQuery, limit), func(row array.RecordReader, i int) {
		batch := row.RecordBatch()
		month := strings.Clone(batch.Column(0).(*array.String).Value(i))
		if len(lines) == 0 || lines[len(lines)-1].Month != month {
			lines = append(lines, CohortLine{
				Month: month, Accounts: batch.Column(2).(*array.Int64).Value(i), Net: make([]*float64, len(CohortAges)),
			})
		}
		if place, ok := places[batch.Column(1).(*array.Int32).Value(i)]; ok {
			lines[len(lines)-1].Net[place] = share(batch.Column(3).(*array.Float64), i)
		}
	})
	return lines, err
}

func eachRow(ctx context.Context, engine transform.Engine, query string, do func(array.RecordReader, int)) error {
	reader, err := engine.Read(ctx, query)
	if err != nil {
		return fmt.Errorf("read headlines: %w", err)
	}
	defer reader.Release()
	for reader.Next() {
		for i := range int(reader.RecordBatch().NumRows()) {
			do(reader, i)
		}
	}
	return reader.Err()
}

func share(values *array.Float64, i int) *float64 {
	if values.IsNull(i) {
		return nil
	}
	value := values.Value(i)
	return &value
}
