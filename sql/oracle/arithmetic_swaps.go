package oracle

import "math/big"

// swapCases change a plan or a product in the midst of a month.
func swapCases() []Case {
	halfJune, july := Date(2024, 6, 16), Date(2024, 7, 1)

	var prorations story // core is credited, suite charged
	prorations.months("acme", "sub", "core", money(500), Date(2024, 5, 1), 2)
	prorations.line("acme", "sub", "core", money(-50), Date(2024, 6, 28), july, prorated)
	prorations.line("acme", "sub", "suite", money(80), Date(2024, 6, 28), july, prorated, onPlan("suite"))
	prorations.months("acme", "sub", "suite", money(800), july, 1, onPlan("suite"))

	var renewal story // core runs out, suite begins
	renewal.months("acme", "sub", "core", money(500), Date(2024, 4, 28), 2)
	renewal.months("acme", "sub", "suite", money(800), Date(2024, 6, 28), 2, onPlan("suite"))

	var cases []Case
	for _, asOf := range []Day{Date(2024, 6, 30), Date(2024, 7, 31)} {
		for _, swap := range []struct {
			how string
			story
		}{{"by prorations", prorations}, {"at renewal", renewal}} {
			cases = append(cases, Case{
				Name: "core 500 becomes suite 800 " + swap.how + ", seen on " + asOf.String(), Company: swap.company, Settings: DefaultSettings(asOf),
				Facts: []Fact{
					moved("2024-06-01", "acme", "closing_mrr", "800"),
					moved("2024-06-01", "acme", "upsell_mrr", "300"),
					moved("2024-06-01", "acme", "cross_sell_mrr", "0"),
					moved("2024-06-01", "acme", "product_drop_mrr", "0"),
				},
			})
		}
	}

	var cut story
	cut.months("acme", "sub", "core", money(50_000), Date(2024, 6, 1), 1, onPlan("large"))
	cut.line("acme", "sub", "core", money(-25_000), halfJune, july, prorated, onPlan("large"))
	cut.line("acme", "sub", "core", money(200), halfJune, july, prorated, onPlan("small"))

	var double story
	double.months("acme", "sub", "core", money(100), Date(2024, 5, 1), 2, onPlan("small"))
	double.line("acme", "sub", "core", money(-50), halfJune, july, prorated, onPlan("small"))
	double.line("acme", "sub", "core", money(100), halfJune, july, prorated, onPlan("large"), func(l *Line) {
		l.IntervalAmount = big.NewRat(200, 1)
	})

	return append(cases,
		Case{
			Name: "a plan cut from 50,000 to 400 in mid-month", Company: cut.company, Settings: DefaultSettings(Date(2024, 6, 30)),
			Facts: []Fact{moved("2024-06-01", "acme", "closing_mrr", "400")},
		},
		Case{
			Name: "100 credited for the second half, and a plan of 200", Company: double.company, Settings: DefaultSettings(Date(2024, 6, 30)),
			Facts: []Fact{
				moved("2024-06-01", "acme", "closing_mrr", "200"),
				moved("2024-06-01", "acme", "upsell_mrr", "100"),
			},
		},
		Case{
			Name: "a plan of 200 counts from its first day", Company: double.company, Settings: DefaultSettings(halfJune),
			Facts: []Fact{moved("2024-06-01", "acme", "closing_mrr", "200")},
		},
		Case{
			Name: "and not a day earlier", Company: double.company, Settings: DefaultSettings(halfJune - 1),
			Facts: []Fact{moved("2024-06-01", "acme", "closing_mrr", "100")},
		},
	)
}

// endingCases are ways to end: a lapse seen on two days, and a write-off.
func endingCases() []Case {
	var lapse story
	lapse.months("acme", "sub", "core", money(100), Date(2024, 4, 26), 2)
	var seen []Case
	for _, asOf := range []Day{Date(2024, 6, 30), Date(2024, 7, 31)} {
		facts := []Fact{moved("2024-06-01", "acme", "closing_mrr", "100"), moved("2024-06-01", "acme", "movement", "none")}
		if asOf > Date(2024, 6, 30) {
			facts = append(facts, moved("2024-07-01", "acme", "churned_mrr", "100"), rolled("month|2024-07-01", "churned_accounts", "1"))
		}
		seen = append(seen, Case{
			Name: "paid to 26 June and not renewed, seen on " + asOf.String(), Company: lapse.company, Settings: DefaultSettings(asOf), Facts: facts,
		})
	}

	var writeOff story
	writeOff.year("acme", "sub", "core", money(12_000), Date(2024, 1, 1), func(l *Line) {
		l.InvoiceStatus, l.StatusChangedAt = "uncollectible", On(Date(2024, 6, 10))
	})
	return append(seen, Case{
		Name: "12,000 a year written off in month six", Company: writeOff.company, Settings: DefaultSettings(Date(2024, 12, 31)),
		Facts: []Fact{
			moved("2024-01-01", "acme", "new_mrr", "1000"),
			moved("2024-05-01", "acme", "closing_mrr", "1000"),
			moved("2024-06-01", "acme", "movement", "churn"),
			moved("2024-06-01", "acme", "churned_mrr", "1000"),
		},
	})
}
