package demo

import "slices"

// within lets the customer change things during a paid term, at most once a month.
func (w *walker) within(s *subscription, from, to day) {
	s.pending = nil
	for at := from; at < to; {
		next := min(at.nextAnchor(s.anchor), to)
		if at > from {
			w.bill.overage(s, at)
		}
		w.monthOf(s, at, next, to)
		at = next
	}
}

// monthOf is one month at..next of a term that ends on to.
func (w *walker) monthOf(s *subscription, at, next, to day) {
	parts, kind := w.decide(s, at)
	if kind == "" || next-at < 8 {
		return
	}
	on := at + day(w.chance.between(3, int(next-at)-3))
	w.sales.changed(w.account, kind, on, monthly(parts, s.term)-monthly(s.parts, s.term))
	// Under a discount, and for half of those who pay by the month, the change waits for the renewal.
	if s.discount.percent != 0 || s.term == 1 && w.chance.odds(5000) {
		s.pending = parts
		return
	}
	w.bill.change(s, on, to, parts)
	s.set(on, parts)
	w.sales.amend(s, on)
	w.resize(s, on)
}

// resize moves the account to the segment of its size, some weeks after it has grown or shrunk.
func (w *walker) resize(s *subscription, on day) {
	a := w.account
	if to := segmentFor(a.segment, seats(s.parts)); to != a.segment {
		a.segment = to
		a.change(on+day(w.chance.between(5, 40)), func(v *version) { v.segment = to.id })
	}
}

// decide rolls for one change in a month. It returns the parts as they would be then, and what it is
// to the sales desk: upsell, cross_sell or reduction; "" when nothing changes.
func (w *walker) decide(s *subscription, at day) (parts []part, kind string) {
	seg := w.account.segment
	mood := w.account.mood.on(at)
	up, down := 40+mood, 160-mood // in percent, about 100 for most
	core := slices.IndexFunc(s.parts, func(p part) bool { return tierOf(p.product) >= 0 })
	tier := tierOf(s.parts[core].product)
	parts = slices.Clone(s.parts)
	p := &parts[core]
	switch {
	case s.pending != nil:
		return nil, ""
	case w.chance.odds(seg.grow * up / 100):
		w.scale(parts, p.quantity+max(1, p.quantity*w.chance.between(7, 26)/100))
		return parts, "upsell"
	case p.quantity > 2 && w.chance.odds(seg.shrink*down/100):
		w.scale(parts, p.quantity-max(1, p.quantity*w.chance.between(5, 20)/100))
		return parts, "reduction"
	case w.chance.odds(seg.adopt * up / 100):
		for _, addon := range addons {
			if !slices.ContainsFunc(parts, func(p part) bool { return p.product == addon }) {
				return append(parts, w.addon(addon, parts)), "cross_sell"
			}
		}
	case w.chance.odds(seg.abandon * down / 100):
		for i, part := range parts {
			if slices.Contains(addons, part.product) {
				return slices.Delete(parts, i, i+1), "reduction"
			}
		}
	case tier < len(tiers)-1 && w.chance.odds(seg.upgrade*up/100):
		w.swap(p, tier, tier+1)
		return parts, "upsell"
	case tier > 0 && w.chance.odds(seg.downgrade*down/100):
		w.swap(p, tier, tier-1)
		return parts, "reduction"
	}
	return nil, ""
}

// scale sets the seats of all products that are sold by the seat.
func (w *walker) scale(parts []part, seats int) {
	for i := range parts {
		if parts[i].product.bySeat {
			parts[i].quantity = seats
		}
	}
}

// swap changes the tier, at the price that the customer's own price stood to the list.
func (w *walker) swap(p *part, from, to int) {
	currency := w.account.currency
	p.unit = p.unit.share(int(tiers[to].price[currency]), int(tiers[from].price[currency]))
	p.product = tiers[to]
}

// addon is an add-on at its list price, for as many seats as the core product has.
func (w *walker) addon(p *product, parts []part) part {
	quantity := 1
	if p.bySeat {
		quantity = seats(parts)
	}
	return part{p, quantity, p.price[w.account.currency]}
}

// reprice brings in, at a renewal, what was agreed to hold from then on, and the yearly adjustment by
// the index of the contract.
func (w *walker) reprice(s *subscription, on day) {
	parts := slices.Clone(s.parts)
	if s.pending != nil {
		parts = s.pending
	}
	if on.month()-s.repriced.month() >= 12 {
		bp := indexFor(w.account.clause, on.time().Year())
		for i := range parts {
			parts[i].unit = parts[i].unit.share(10_000+bp, 10_000)
		}
		s.repriced = on
	}
	if !slices.Equal(parts, s.parts) {
		s.set(on, parts)
		w.resize(s, on)
	}
}
