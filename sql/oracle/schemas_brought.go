package oracle

import "slices"

// brought are tables of sections 5 to 8, which whole companies bring with them: Calculate does not make them.
var brought = []Schema{
	{Name: "clv", Keys: 3, Columns: slices.Concat(
		columns(Text, "dimension", "dimension_value"), columns(Dated, "month"),
		columns(Ratio, "arpa", "monthly_churn", "expected_months", "clv_simple"),
	)},
	{Name: "account_value", Keys: 2, Columns: slices.Concat(
		columns(Text, "account_id"), columns(Dated, "month"), columns(Money, "recognized_amount", "cumulative_amount"),
	)},
	{Name: "cac", Keys: 4, Columns: slices.Concat(
		periodGroup, columns(Money, "spend", "unallocated_spend"), columns(Integer, "acquired_accounts"),
		columns(Ratio, "cac", "new_mrr_per_account", "payback_months"),
	)},
	{Name: "renewals", Keys: 4, Columns: slices.Concat(
		periodGroup, columns(Integer, "due", "renewed", "pending"), columns(Money, "due_arr", "renewed_arr", "pending_arr"),
		columns(Ratio, "renewal_rate", "gross_renewal_rate", "net_renewal_rate"),
	)},
	{Name: "survey_scores", Keys: 6, Columns: slices.Concat(
		periodGroup, columns(Text, "survey", "touchpoint"), columns(Integer, "responses"),
		columns(Ratio, "mean_normalized", "std_error", "ci_low", "ci_high", "score"),
	), Part: func(row Row) bool { return row["grain"] == "month" && row["dimension"] == "all" }},
	{Name: "cac_payback", Keys: 2, Columns: slices.Concat(
		columns(Dated, "cohort_month"), columns(Integer, "age_months", "cohort_accounts"),
		columns(Money, "spend", "recognized_amount", "cumulative_amount", "cumulative_margin"),
		columns(Ratio, "payback_ratio"), columns(Integer, "payback_age"),
	)},
	{Name: "retention_cost", Keys: 2, Columns: slices.Concat(
		columns(Text, "grain"), columns(Dated, "period_start"), columns(Money, "spend"), columns(Integer, "opening_accounts"),
		columns(Ratio, "retention_cost", "cac", "cac_to_retention_cost"),
	)},
	{Name: "renewals_due", Keys: 2, Columns: slices.Concat(
		columns(Dated, "term_end"), columns(Text, "account_id", "account_name", "owner"), columns(Integer, "days_left", "contracts"),
		columns(Money, "due_arr"), columns(Boolean, "is_renewed"), columns(Money, "renewed_arr", "account_mrr"), columns(Text, "health_tier"),
		columns(Integer, "open_opportunities", "open_renewals"), columns(Money, "open_amount"),
	)},
	{Name: "expansion", Keys: 4, Columns: slices.Concat(
		periodGroup, columns(Integer, "opening_accounts", "expansion_accounts", "upsell_accounts", "cross_sell_accounts"),
		columns(Money, "opening_mrr", "expansion_mrr", "upsell_mrr", "cross_sell_mrr"),
		columns(Ratio, "upsell_rate", "cross_sell_rate", "upsell_account_rate", "cross_sell_account_rate"),
		columns(Integer, "upsell_won", "upsell_lost", "cross_sell_won", "cross_sell_lost"),
		columns(Money, "upsell_won_amount", "upsell_lost_amount", "cross_sell_won_amount", "cross_sell_lost_amount"),
		columns(Ratio, "upsell_win_rate", "cross_sell_win_rate"),
	)},
	{Name: "referrals", Keys: 2, Columns: slices.Concat(
		columns(Text, "grain"), columns(Dated, "period_start"), columns(Integer, "acquired_accounts", "referred_accounts", "promoter_accounts"),
		columns(Money, "acquired_mrr", "referred_mrr"), columns(Ratio, "referred_share", "referred_mrr_share", "referred_per_promoter"),
	)},
	{Name: "trial_conversion", Keys: 3, Columns: slices.Concat(
		columns(Text, "dimension", "dimension_value"), columns(Dated, "trial_month"),
		columns(Integer, "trials", "paying", "trials_14", "paying_14", "trials_30", "paying_30", "trials_60", "paying_60", "trials_90", "paying_90"),
		columns(Ratio, "conversion_14", "conversion_30", "conversion_60", "conversion_90"),
	)},
}
