package oracle

import "fmt"

// Calculate makes the tables of sections 3 and 4 from a company's records. It fails when a
// setting is none of the page's values or a currency in use has no rate.
func Calculate(company Company, settings Settings) (Tables, error) {
	b, err := newBook(company, settings)
	if err != nil {
		return nil, fmt.Errorf("calculating: %w", err)
	}
	histories := b.levels(b.services())
	if err := b.checkRates(histories); err != nil {
		return nil, fmt.Errorf("calculating: %w", err)
	}
	b.loadAccounts(histories)

	var periods []period
	if first, ok := b.firstLevel(); ok {
		periods = b.periods(first)
	}
	movements := b.movements(periods)
	survival, summary := b.survival()
	tables := Tables{
		"account_period":   accountPeriodRows(movements),
		"mrr_rollforward":  b.rollforwardRows(periods, movements),
		"retention":        b.retentionRows(movements),
		"cohort_retention": b.cohortRows(),
		"survival":         survival,
		"survival_summary": summary,
	}
	for _, schema := range calculated {
		tables[schema.Name] = schema.sorted(tables[schema.Name])
	}
	return tables, nil
}
