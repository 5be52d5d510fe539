package oracle

import (
	"math/big"
	"strconv"
)

// amounts are the movement's money by column of account_period.
func (m movement) amounts() map[string]*big.Rat {
	return map[string]*big.Rat{
		"opening_mrr": m.opening, "opening_book_mrr": m.openingBook, "new_mrr": m.fresh, "reactivation_mrr": m.reactivation,
		"expansion_mrr": m.expansion, "upsell_mrr": m.upsell, "cross_sell_mrr": m.crossSell, "price_increase_mrr": m.priceIncrease,
		"contraction_mrr": m.contraction, "downsell_mrr": m.downsell, "product_drop_mrr": m.productDrop, "price_decrease_mrr": m.priceDecrease,
		"churned_mrr": m.churned, "fx_mrr": m.fx, "closing_mrr": m.closing,
		"retained_mrr": m.retained, "gross_retained_mrr": m.grossRetained(),
	}
}

func accountPeriodRows(movements []movement) []Row {
	var rows []Row
	for _, m := range movements {
		row := m.period.cells()
		row["period_end"] = m.end.String()
		row["is_complete"] = strconv.FormatBool(m.isComplete)
		row["account_id"] = m.account.id
		row["movement"] = m.class
		for name, amount := range m.amounts() {
			row[name] = moneyText(amount)
		}
		rows = append(rows, row)
	}
	return rows
}

// periodGroupKey is one row of mrr_rollforward or retention.
type periodGroupKey struct {
	period
	group
}

// byGroup puts each movement into the groups of its account: as on the open day if
// it is active then, else as on the close day.
func (b *book) byGroup(movements []movement) map[periodGroupKey][]movement {
	grouped := map[periodGroupKey][]movement{}
	for _, m := range movements {
		day := m.close
		if m.account.isActiveOn(m.open) {
			day = m.open
		}
		for _, g := range b.groupsOn(m.account.id, day) {
			place := periodGroupKey{m.period, g}
			grouped[place] = append(grouped[place], m)
		}
	}
	return grouped
}

// rollforwardRows sums the movements of every group; `all` has a row for every period.
func (b *book) rollforwardRows(periods []period, movements []movement) []Row {
	grouped := b.byGroup(movements)
	for _, p := range periods {
		place := periodGroupKey{p, everyone}
		if _, ok := grouped[place]; !ok {
			grouped[place] = nil
		}
	}
	var rows []Row
	for place, members := range grouped {
		row := rollforwardRow(place, members)
		if place.group == everyone {
			row["intra_period_accounts"] = strconv.Itoa(b.intraPeriodAccounts(place.period))
		}
		rows = append(rows, row)
	}
	return rows
}

func rollforwardRow(place periodGroupKey, members []movement) Row {
	row := place.period.cells()
	row["dimension"], row["dimension_value"] = place.dimension, place.value

	sums := map[string]*big.Rat{}
	for _, name := range movementColumns {
		sums[name] = new(big.Rat)
	}
	for _, m := range members {
		amounts := m.amounts()
		for _, name := range movementColumns {
			sums[name].Add(sums[name], amounts[name])
		}
	}
	for _, name := range movementColumns {
		row[name] = moneyText(sums[name])
	}
	closing := countWhere(members, func(m movement) bool { return m.closing.Sign() > 0 })
	row["opening_accounts"] = strconv.Itoa(countWhere(members, func(m movement) bool { return m.opening.Sign() > 0 }))
	row["closing_accounts"] = strconv.Itoa(closing)
	for column, class := range map[string]string{
		"opening_book_accounts": "opening_book", "new_accounts": "new",
		"reactivated_accounts": "reactivation", "churned_accounts": "churn",
	} {
		row[column] = strconv.Itoa(countWhere(members, func(m movement) bool { return m.class == class }))
	}
	row["arpa"] = ratioText(sums["closing_mrr"], whole(closing))
	gained := add(add(sums["new_mrr"], sums["reactivation_mrr"]), sums["expansion_mrr"])
	row["quick_ratio"] = ratioText(gained, add(sums["contraction_mrr"], sums["churned_mrr"]))
	return row
}

// intraPeriodAccounts counts the accounts active on some day of a period, at
// neither its open nor its close.
func (b *book) intraPeriodAccounts(p period) int {
	count := 0
	for _, a := range b.accounts {
		wasActive := false
		for day := p.start; day <= p.close; day++ {
			wasActive = wasActive || a.isActiveOn(day)
		}
		if wasActive && !a.isActiveOn(p.open) && !a.isActiveOn(p.close) {
			count++
		}
	}
	return count
}

func countWhere(members []movement, holds func(movement) bool) int {
	count := 0
	for _, m := range members {
		if holds(m) {
			count++
		}
	}
	return count
}
