package oracle

import "math/big"

// changeCases are changes of seats, terms, prices and rates within one product.
func changeCases() []Case {
	var seat story
	seat.months("acme", "sub", "core", money(100), Date(2024, 5, 1), 2, units(10))
	seat.line("acme", "sub", "core", money(5), Date(2024, 6, 16), Date(2024, 7, 1), prorated, units(11))
	seat.months("acme", "sub", "core", money(110), Date(2024, 7, 1), 1, units(11))

	var term story
	term.months("acme", "sub", "core", money(100), Date(2024, 1, 1), 3)
	term.year("acme", "sub", "core", money(1200), Date(2024, 4, 1))

	var halfPrice story
	halfPrice.year("acme", "sub", "core", money(1200), Date(2023, 4, 1), discounted(money(600), "once"))
	halfPrice.year("acme", "sub", "core", money(1200), Date(2024, 4, 1))

	var index story
	index.months("acme", "sub", "core", money(1000), Date(2024, 3, 1), 1)
	index.months("acme", "sub", "core", big.NewRat(104620, 100), Date(2024, 4, 1), 1)

	var abroad story
	abroad.months("acme", "sub", "core", money(1000), Date(2024, 3, 1), 1, inCurrency("USD"))
	abroad.months("acme", "sub", "core", money(1500), Date(2024, 4, 1), 1, inCurrency("USD"))
	abroad.company.Rates = []Rate{{Date(2024, 3, 1), "USD", money(5)}, {Date(2024, 4, 15), "USD", big.NewRat(11, 2)}}

	return []Case{
		{
			Name: "a seat of 10 added in mid-June, 5 charged", Company: seat.company, Settings: DefaultSettings(Date(2024, 7, 31)),
			Facts: []Fact{
				moved("2024-06-01", "acme", "closing_mrr", "110"),
				moved("2024-06-01", "acme", "upsell_mrr", "10"),
				moved("2024-07-01", "acme", "movement", "none"),
			},
		},
		{
			Name: "from 100 a month to 1200 a year", Company: term.company, Settings: DefaultSettings(Date(2024, 5, 31)),
			Facts: []Fact{
				moved("2024-04-01", "acme", "movement", "none"),
				moved("2024-04-01", "acme", "expansion_mrr", "0"),
				moved("2024-04-01", "acme", "contraction_mrr", "0"),
				moved("2024-04-01", "acme", "closing_mrr", "100"),
			},
		},
		{
			Name: "a first year at half price", Company: halfPrice.company, Settings: DefaultSettings(Date(2024, 4, 30)),
			Facts: []Fact{
				moved("2023-04-01", "acme", "new_mrr", "50"),
				moved("2024-03-01", "acme", "closing_mrr", "50"),
				moved("2024-04-01", "acme", "price_increase_mrr", "50"),
				moved("2024-04-01", "acme", "closing_mrr", "100"),
			},
		},
		{
			Name: "4.62% by index at the same plan and seats", Company: index.company, Settings: DefaultSettings(Date(2024, 4, 30)),
			Facts: []Fact{
				moved("2024-04-01", "acme", "price_increase_mrr", "46.2"),
				moved("2024-04-01", "acme", "upsell_mrr", "0"),
			},
		},
		{
			Name: "USD 1000 at 5.00 grows to 1500 while the rate goes to 5.50", Company: abroad.company, Settings: DefaultSettings(Date(2024, 4, 30)),
			Facts: []Fact{
				moved("2024-04-01", "acme", "opening_mrr", "5000"),
				moved("2024-04-01", "acme", "expansion_mrr", "2500"),
				moved("2024-04-01", "acme", "fx_mrr", "750"),
				moved("2024-04-01", "acme", "closing_mrr", "8250"),
				kept("month|2024-04-01", "nrr", "1.5"),
				kept("month|2024-04-01", "nrr_reported", "1.65"),
			},
		},
	}
}
