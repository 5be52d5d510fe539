package oracle

import "math/big"

// plan is what a subscription sells: a product at a price per interval, in cycles
// from an anchor day.
type plan struct {
	account, subscription, currency string
	product, name                   string
	quantity                        *big.Rat // nil: not told
	price                           *big.Rat // of one interval at this quantity
	unit                            string
	count                           int
	anchor                          Day

	tellsInterval bool
	discount      int64 // percent; 0: none
	duration      string
	discounted    int // cycles that are still discounted
}

// newPlan is a random plan that starts on a day; month-ends are common anchors.
func (g *generator) newPlan(account, subscription, currency string, start Day) plan {
	p := plan{
		account: account, subscription: subscription, currency: currency,
		product: pick(g.rng, "core", "core", "addon", "analytics"), name: pick(g.rng, "p1", "p1", "p2", ""),
		price:         pick(g.rng, cents(1), cents(49), cents(2900), cents(9900), cents(19990), cents(120050), cents(5000000), big.NewRat(333333, 10000)),
		tellsInterval: g.chance(0.75), anchor: start,
	}
	if g.chance(0.7) {
		p.quantity = whole(pick(g.rng, 1, 1, 2, 10))
	}
	if g.chance(0.3) {
		p.anchor = start.Month().Last()
	}
	p.unit, p.count = g.interval()
	if g.chance(0.25) {
		p.discount = int64(pick(g.rng, 10, 20, 25, 50, 100))
		p.duration = pick(g.rng, "once", "repeating", "forever", "")
		switch p.duration {
		case "once":
			p.discounted = 1
		case "repeating":
			p.discounted = g.between(2, 4)
		default:
			p.discounted = 1000
		}
	}
	return p
}

func (g *generator) interval() (unit string, count int) {
	choices := []struct {
		unit  string
		count int
	}{{"month", 1}, {"month", 1}, {"month", 1}, {"month", 3}, {"month", 6}, {"year", 1}, {"year", 1}, {"year", 2}, {"week", 1}, {"week", 2}, {"day", 30}, {"day", 90}}
	chosen := pick(g.rng, choices...)
	return chosen.unit, chosen.count
}

// boundary is the first day of a cycle, counted from the anchor so that the 31st
// comes back after a short month.
func (p plan) boundary(cycle int) Day {
	switch p.unit {
	case "year":
		return p.anchor.AddMonths(12 * p.count * cycle)
	case "month":
		return p.anchor.AddMonths(p.count * cycle)
	case "week":
		return p.anchor + Day(7*p.count*cycle)
	default:
		return p.anchor + Day(p.count*cycle)
	}
}

// line is a line of the plan for an amount and a service period, without a status.
func (p plan) line(amount *big.Rat, start, end Day) Line {
	line := Line{
		AccountID: p.account, SubscriptionID: p.subscription, ProductID: p.product, PlanID: p.name,
		Kind: "recurring", Currency: p.currency, Amount: amount, Quantity: p.quantity,
		ServiceStart: start, ServiceEnd: end,
	}
	if p.tellsInterval {
		line.IntervalUnit, line.IntervalCount = p.unit, p.count
	}
	if p.discount > 0 && p.discounted > 0 {
		line.DiscountAmount = roundCents(mul(amount, big.NewRat(p.discount, 100)))
		line.DiscountDuration = p.duration
	}
	return line
}
