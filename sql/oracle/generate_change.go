package oracle

import "math/big"

// change alters a plan in the midst of a cycle: seats, plan, product or price, with
// the proration lines that a biller writes for the rest of the cycle.
func (g *generator) change(p *plan, day, end Day) {
	before := *p
	switch g.between(0, 3) {
	case 0: // seats
		if p.quantity == nil {
			p.quantity = whole(1)
		}
		factor := pick(g.rng, big.NewRat(2, 1), big.NewRat(1, 2), big.NewRat(3, 1))
		p.quantity = larger(roundTo(mul(p.quantity, factor), 1), whole(1))
		p.price = roundCents(mul(p.price, factor))
	case 1: // plan; a deep cut now and then
		p.name = pick(g.rng, "p1", "p2", "p3")
		p.price = roundCents(mul(p.price, pick(g.rng, big.NewRat(3, 2), big.NewRat(1, 2), big.NewRat(1, 125), big.NewRat(1, 1))))
	case 2: // product
		p.product = pick(g.rng, "suite", "core", "addon")
		p.price = roundCents(mul(p.price, pick(g.rng, big.NewRat(8, 5), big.NewRat(1, 1), big.NewRat(3, 4))))
	default: // price
		p.price = roundCents(mul(p.price, big.NewRat(10462, 10000)))
	}
	g.prorate(before, *p, day, end)
}

// prorate bills a change: a credit and a charge, on one invoice or on two, or the
// net of both in one line; with or without interval and interval_amount.
func (g *generator) prorate(before, after plan, day, end Day) {
	tellsInterval, tellsAmount := g.chance(0.6), g.chance(0.5)
	share := g.shareLeft(before, day, end)
	proration := func(p plan, price *big.Rat) Line {
		line := p.line(roundCents(mul(price, share)), day, end)
		line.IsProration = true
		line.IntervalUnit, line.IntervalCount = "", 0
		if tellsInterval {
			line.IntervalUnit, line.IntervalCount = p.unit, p.count
		}
		if tellsAmount && price.Sign() != 0 {
			line.IntervalAmount = new(big.Rat).Abs(price)
		}
		return line
	}
	if before.product == after.product && g.chance(0.25) {
		g.bill(proration(after, sub(after.price, before.price)))
		return
	}
	credit, charge := proration(before, neg(before.price)), proration(after, after.price)
	if g.chance(0.1) { // the biller rounds otherwise
		charge.Amount = add(charge.Amount, cents(1))
	}
	if g.chance(0.5) {
		g.bill(credit, charge)
		return
	}
	g.bill(credit)
	g.bill(charge)
}

// shareLeft is the share of the current cycle from a day to its end.
func (g *generator) shareLeft(p plan, day, end Day) *big.Rat {
	probe := p.line(ratZero, day, end)
	probe.IntervalUnit, probe.IntervalCount = p.unit, p.count
	return big.NewRat(int64(end-day), int64(end-intervalBefore(probe)))
}

// refund credits the rest of a plan's last cycle.
func (g *generator) refund(p plan, start, end Day) {
	if end-start < 3 {
		return
	}
	day := g.dayBetween(start+1, end-1)
	line := p.line(roundCents(neg(mul(p.price, g.shareLeft(p, day, end)))), day, end)
	line.IsProration = true
	if g.chance(0.4) {
		line.IntervalUnit, line.IntervalCount = "", 0
	}
	if g.chance(0.4) && p.price.Sign() > 0 {
		line.IntervalAmount = p.price
	}
	g.bill(line)
}
