package oracle

import (
	"maps"
	"math/big"
	"slices"
)

// swap is what one group of keys gained by added and lost by dropped products.
type swap struct{ added, dropped *big.Rat }

// split finds, for an account that stays, what added products, dropped products
// and prices moved between the ends of a period, at the opening rate.
func (b *book) split(a *account, p period) (cross, drop, price *big.Rat) {
	hadAtOpen, hasAtClose := map[string]bool{}, map[string]bool{}      // products
	stoodAtOpen, standsAtClose := map[string]bool{}, map[string]bool{} // subscriptions
	for _, history := range a.keys {
		if history.on(p.open).level.Sign() != 0 {
			hadAtOpen[history.product], stoodAtOpen[history.subscription] = true, true
		}
		if history.on(p.close).level.Sign() != 0 {
			hasAtClose[history.product], standsAtClose[history.subscription] = true, true
		}
	}

	oneEnd := &swap{new(big.Rat), new(big.Rat)} // subscriptions with a level at one end only
	bothEnds := map[string]*swap{}
	price = new(big.Rat)
	for _, history := range a.keys {
		before, after := history.on(p.open), history.on(p.close)
		delta := sub(b.value(after.level, history.currency, p.open), b.value(before.level, history.currency, p.open))
		if isPriceOnly(before, after) {
			price.Add(price, delta)
		}
		group := oneEnd
		if stoodAtOpen[history.subscription] && standsAtClose[history.subscription] {
			if bothEnds[history.subscription] == nil {
				bothEnds[history.subscription] = &swap{new(big.Rat), new(big.Rat)}
			}
			group = bothEnds[history.subscription]
		}
		if !hadAtOpen[history.product] {
			group.added.Add(group.added, delta)
		}
		if !hasAtClose[history.product] {
			group.dropped.Sub(group.dropped, delta)
		}
	}

	cross, drop = new(big.Rat), new(big.Rat)
	for _, group := range append(slices.Collect(maps.Values(bothEnds)), oneEnd) {
		if group.added.Sign() > 0 && group.dropped.Sign() > 0 {
			continue // one replaces the other
		}
		cross.Add(cross, group.added)
		drop.Add(drop, group.dropped)
	}
	return larger(cross, ratZero), larger(drop, ratZero), price
}

// isPriceOnly tells whether a key has a level at both ends, of one plan and
// quantity, both known.
func isPriceOnly(atOpen, atClose keyDay) bool {
	if atOpen.level.Sign() == 0 || atClose.level.Sign() == 0 || atOpen.current == nil || atClose.current == nil {
		return false
	}
	before, after := atOpen.current, atClose.current
	return before.plan != "" && before.plan == after.plan &&
		before.quantity != nil && after.quantity != nil && before.quantity.Cmp(after.quantity) == 0
}
