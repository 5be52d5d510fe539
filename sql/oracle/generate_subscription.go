package oracle

import "math/big"

// subscription bills one subscription cycle by cycle and gives the day it ends.
func (g *generator) subscription(account, name, currency string, start Day) Day {
	main := g.newPlan(account, name, currency, start)
	end := g.run(main, g.between(1, 12))
	if g.chance(0.2) { // a second product, with an interval and an anchor of its own
		side := g.newPlan(account, name, currency, start+Day(g.between(0, 25)))
		side.product = pick(g.rng, "addon", "suite", "analytics")
		end = max(end, g.run(side, g.between(1, 8)))
	}
	g.subscriptionRow(account, name, start, end)
	return end
}

// subscriptionRow is the subscription's own record: running, or ended before, at or
// after the end of its service; some records are missing.
func (g *generator) subscriptionRow(account, name string, start, end Day) {
	if g.chance(0.1) {
		return
	}
	row := Subscription{ID: name, AccountID: account}
	if g.chance(0.95) {
		row.StartedOn = &start
	}
	if g.chance(0.15) { // it was there long before its first line
		early := start - Day(g.between(30, 600))
		row.StartedOn = &early
	}
	if g.chance(0.5) {
		ended := max(start, end+Day(pick(g.rng, 0, 0, 0, -1, -g.between(1, 40), g.between(1, 10))))
		row.EndedOn = &ended
		row.CanceledAt = g.maybe(0.5, ended-Day(pick(g.rng, 0, 1, 5, g.between(1, 100))))
	} else if g.chance(0.1) {
		row.CanceledAt = g.stamp(end - Day(g.between(0, 60)))
	}
	g.company.Subscriptions = append(g.company.Subscriptions, row)
}

// run bills some cycles of a plan, with what happens on the way, and gives the end
// of the last one's service.
func (g *generator) run(p plan, cycles int) Day {
	if p.unit == "year" {
		cycles = min(cycles, 3)
	}
	end := p.anchor
	for cycle := range cycles {
		start := p.boundary(cycle)
		if start > g.last+60 {
			break
		}
		end = p.boundary(cycle + 1)
		g.cycle(&p, cycle, start, end)
		p.discounted--
		if cycle == cycles-1 && g.chance(0.15) {
			g.refund(p, start, end)
		}
	}
	return end
}

// cycle bills one cycle: mostly plainly, else late, early, not at all, as another
// product, at another price or with a change in its midst.
func (g *generator) cycle(p *plan, cycle int, start, end Day) {
	switch what := g.rng.Float64(); {
	case what < 0.06: // renewed late, inside or outside a grace
		start = min(start+Day(g.between(1, 14)), end-1)
	case what < 0.08: // renewed early: the windows overlap
		start -= Day(g.between(1, 3))
	case what < 0.10: // a cycle that was never billed
		return
	case what < 0.14 && cycle > 0: // renewed, perhaps late, as another product
		p.product = pick(g.rng, "suite", "core", "addon")
		start = min(start+Day(pick(g.rng, 0, 0, 2, 5, 9)), end-1)
	case what < 0.19 && cycle > 0: // indexed
		p.price = roundCents(mul(p.price, pick(g.rng, big.NewRat(10462, 10000), big.NewRat(1, 1), big.NewRat(19, 20))))
	}
	g.bill(p.line(p.price, start, end))
	g.extras(*p, start, end)
	if end-start > 2 && g.chance(0.15) {
		g.change(p, g.dayBetween(start+1, end-1), end)
	}
}
