package oracle

// lifecycleCases follow one customer from new to reactivation, and one that grows
// and leaves within a quarter.
func lifecycleCases() []Case {
	var gold story
	gold.year("acme", "gold", "gold", money(2000), Date(2024, 1, 10), units(4))
	gold.months("acme", "silver", "silver", money(60), Date(2024, 3, 5), 3, units(2))
	gold.ends("acme", "silver", Date(2024, 3, 5), Date(2024, 5, 20))
	gold.ends("acme", "gold", Date(2024, 1, 10), Date(2025, 1, 10))
	gold.months("acme", "gold_again", "gold", money(200), Date(2025, 3, 10), 1, units(4))

	var rocket story
	rocket.months("rocket", "sub", "core", money(500), Date(2023, 12, 1), 1)
	rocket.months("rocket", "sub", "core", money(1379), Date(2024, 1, 1), 2)
	rocket.ends("rocket", "sub", Date(2023, 12, 1), Date(2024, 3, 1))

	return []Case{
		{
			Name: "gold yearly, silver beside it, gold again monthly", Company: gold.company, Settings: DefaultSettings(Date(2025, 3, 31)),
			Facts: []Fact{
				moved("2024-01-01", "acme", "new_mrr", "166.6667"),
				moved("2024-03-01", "acme", "expansion_mrr", "60"),
				moved("2024-03-01", "acme", "cross_sell_mrr", "60"),
				moved("2024-05-01", "acme", "movement", "contraction"),
				moved("2024-05-01", "acme", "contraction_mrr", "60"),
				moved("2024-05-01", "acme", "product_drop_mrr", "60"),
				moved("2024-05-01", "acme", "churned_mrr", "0"),
				moved("2024-12-01", "acme", "movement", "none"),
				moved("2025-01-01", "acme", "churned_mrr", "166.6667"),
				moved("2025-03-01", "acme", "movement", "reactivation"),
				moved("2025-03-01", "acme", "reactivation_mrr", "200"),
			},
		},
		{
			Name: "grows from 500 to 1379 and leaves in the same quarter", Company: rocket.company, Settings: DefaultSettings(Date(2024, 3, 31)),
			Facts: []Fact{
				moved("2024-01-01", "rocket", "expansion_mrr", "879"),
				moved("2024-03-01", "rocket", "churned_mrr", "1379"),
				kept("quarter|2024-01-01", "opening_mrr", "500"),
				kept("quarter|2024-01-01", "gross_mrr_churn_rate", "1"),
				kept("quarter|2024-01-01", "net_mrr_churn_rate", "1"),
				rolled("quarter|2024-01-01", "churned_mrr", "500"),
				rolled("quarter|2024-01-01", "expansion_mrr", "0"),
			},
		},
	}
}
