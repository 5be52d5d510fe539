package oracle

import (
	"math/big"
	"strconv"
)

// retentionRows looks at the accounts active at the open of each period, by group.
func (b *book) retentionRows(movements []movement) []Row {
	var atOpen []movement
	for _, m := range movements {
		if m.opening.Sign() > 0 {
			atOpen = append(atOpen, m)
		}
	}
	var rows []Row
	for place, members := range b.byGroup(atOpen) {
		rows = append(rows, retentionRow(place, members))
	}
	return rows
}

func retentionRow(place periodGroupKey, members []movement) Row {
	opening, retained, gross, closing := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	for _, m := range members {
		opening.Add(opening, m.opening)
		retained.Add(retained, m.retained)
		gross.Add(gross, m.grossRetained())
		closing.Add(closing, m.closing)
	}
	accounts := len(members)
	churned := countWhere(members, func(m movement) bool { return m.class == "churn" })

	row := place.period.cells()
	row["dimension"], row["dimension_value"] = place.dimension, place.value
	row["opening_accounts"] = strconv.Itoa(accounts)
	row["churned_accounts"] = strconv.Itoa(churned)
	row["logo_churn_rate"] = ratioText(whole(churned), whole(accounts))
	row["retention_rate"] = ratioText(whole(accounts-churned), whole(accounts))
	row["opening_mrr"] = moneyText(opening)
	row["retained_mrr"] = moneyText(retained)
	row["gross_retained_mrr"] = moneyText(gross)
	row["nrr"] = ratioText(retained, opening)
	row["grr"] = ratioText(gross, opening)
	row["nrr_reported"] = ratioText(closing, opening)
	row["gross_mrr_churn_rate"] = ratioText(sub(opening, gross), opening)
	row["net_mrr_churn_rate"] = ratioText(sub(opening, retained), opening)
	return row
}
