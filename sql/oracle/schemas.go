package oracle

import "slices"

// Schemas are the tables that can be read and compared: those that Calculate makes, and those that cases alone bring.
var Schemas = slices.Concat(calculated, brought)

// calculated are the tables of sections 3 and 4 with the columns METRICS.md names.
var calculated = []Schema{
	{Name: "account_period", Keys: 3, Columns: slices.Concat(
		columns(Text, "grain"), columns(Dated, "period_start"), columns(Text, "account_id"),
		columns(Dated, "period_end"), columns(Boolean, "is_complete"),
		columns(Money, movementColumns...), columns(Text, "movement"),
		columns(Money, "retained_mrr", "gross_retained_mrr"),
	)},
	{Name: "mrr_rollforward", Keys: 4, Columns: slices.Concat(
		periodGroup, columns(Money, movementColumns...),
		columns(Integer, "opening_accounts", "opening_book_accounts", "new_accounts", "reactivated_accounts", "churned_accounts", "closing_accounts"),
		columns(Ratio, "arpa", "quick_ratio"), columns(Integer, "intra_period_accounts"),
	)},
	{Name: "retention", Keys: 4, Columns: slices.Concat(
		periodGroup, columns(Integer, "opening_accounts", "churned_accounts"),
		columns(Ratio, "logo_churn_rate", "retention_rate"),
		columns(Money, "opening_mrr", "retained_mrr", "gross_retained_mrr"),
		columns(Ratio, "nrr", "grr", "nrr_reported", "gross_mrr_churn_rate", "net_mrr_churn_rate"),
	)},
	{Name: "cohort_retention", Keys: 4, Columns: slices.Concat(
		columns(Text, "dimension", "dimension_value"), columns(Dated, "cohort_month"), columns(Integer, "age_months"),
		columns(Integer, "cohort_accounts"), columns(Money, "cohort_mrr"),
		columns(Integer, "active_accounts"), columns(Money, "mrr", "gross_mrr"),
		columns(Ratio, "logo_retention", "net_retention", "gross_retention"),
	)},
	{Name: "survival", Keys: 3, Columns: slices.Concat(
		columns(Text, "dimension", "dimension_value"), columns(Integer, "age_months", "at_risk", "events"),
		columns(Ratio, "survival", "std_error", "ci_low", "ci_high"),
	)},
	{Name: "survival_summary", Keys: 2, Columns: slices.Concat(
		columns(Text, "dimension", "dimension_value"), columns(Integer, "accounts", "events", "median_months"),
	)},
}

// movementColumns are the amounts of account_period that mrr_rollforward sums.
var movementColumns = []string{
	"opening_mrr", "opening_book_mrr", "new_mrr", "reactivation_mrr",
	"expansion_mrr", "upsell_mrr", "cross_sell_mrr", "price_increase_mrr",
	"contraction_mrr", "downsell_mrr", "product_drop_mrr", "price_decrease_mrr",
	"churned_mrr", "fx_mrr", "closing_mrr",
}

var periodGroup = slices.Concat(columns(Text, "grain"), columns(Dated, "period_start"), columns(Text, "dimension", "dimension_value"))

func columns(kind Kind, names ...string) []Column {
	list := make([]Column, 0, len(names))
	for _, name := range names {
		list = append(list, Column{name, kind})
	}
	return list
}

// SchemaOf is the schema of a table, and whether there is one.
func SchemaOf(table string) (Schema, bool) {
	for _, schema := range Schemas {
		if schema.Name == table {
			return schema, true
		}
	}
	return Schema{}, false
}
