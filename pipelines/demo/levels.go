package demo

// graceDays is how long a subscription that was not renewed in time keeps its level.
const graceDays = 7

// ledger reads the terms as the books know them at the close of a day.
type ledger struct {
	known day
	// undated leaves out terms whose bill was written off without a date, as a list of invoices that
	// does not say when cannot count them. Systems that date everything have none.
	undated bool
}

// counts tells whether a bill is seen and not void of effect.
func (l ledger) counts(bill *invoice) bool {
	if l.undated && bill.undated && bill.written != 0 && bill.written.day() <= l.known {
		return false
	}
	return bill.told() <= l.known
}

// at is the index of the term that gives service on a day, -1 for none.
func (l ledger) at(s *subscription, d day) int {
	if s.until != 0 && d >= s.until {
		return -1
	}
	for i, t := range s.terms {
		if t.from <= d && d < t.to && l.counts(t.bill) {
			return i
		}
	}
	return -1
}

// sold is what a product comes to in a month on a day, without grace; held tells whether the term of
// that day has, or had, the product at all.
func (l ledger) sold(s *subscription, p *product, d day) (level Money, held bool) {
	i := l.at(s, d)
	if i < 0 || !s.terms[i].held(p, l.known) {
		return 0, false
	}
	if found, ok := find(s.terms[i].on(d, l.known), p); ok {
		return s.terms[i].monthly(found, s.term), true
	}
	return 0, s.begun(s.terms[i], p, d, l.known)
}

// begun tells whether the term had the product on some day up to d.
func (s *subscription) begun(t *term, p *product, d, known day) bool {
	if _, ok := find(t.parts, p); ok {
		return true
	}
	for _, a := range t.changes {
		if _, ok := find(a.parts, p); ok && a.on <= d && a.bill.told() <= known {
			return true
		}
	}
	return false
}

// level is what a product comes to in a month on a day, with the grace of late renewals.
func (l ledger) level(s *subscription, p *product, d day) Money {
	level, held := l.sold(s, p, d)
	if held {
		return level
	}
	if s.until != 0 && d >= s.until {
		return 0
	}
	gap := d // becomes the first day without the product
	for gap > d-graceDays {
		if _, held := l.sold(s, p, gap-1); held {
			break
		}
		gap--
	}
	kept, held := l.sold(s, p, gap-1)
	if !held || d-gap >= graceDays || l.replaced(s, p, gap, d) {
		return 0
	}
	return kept
}

// replaced tells whether, from the gap's first day to d, another product of the subscription began
// that was not there in the days before.
func (l ledger) replaced(s *subscription, p *product, gap, d day) bool {
	for x := gap; x <= d; x++ {
		i := l.at(s, x)
		if i < 0 {
			continue
		}
		for _, other := range s.terms[i].on(x, l.known) {
			if other.product == p || other.unit <= 0 {
				continue
			}
			if !l.before(s, other.product, x) {
				return true
			}
		}
	}
	return false
}

// before tells whether a product was there on one of the days that grace looks back on.
func (l ledger) before(s *subscription, p *product, d day) bool {
	for x := d - graceDays - 1; x < d; x++ {
		if level, _ := l.sold(s, p, x); level > 0 {
			return true
		}
	}
	return false
}

// products are all that the subscription ever had.
func (s *subscription) products() []*product {
	var all []*product
	seen := map[*product]bool{}
	add := func(parts []part) {
		for _, p := range parts {
			if !seen[p.product] {
				seen[p.product] = true
				all = append(all, p.product)
			}
		}
	}
	for _, t := range s.terms {
		add(t.parts)
		for _, a := range t.changes {
			add(a.parts)
		}
	}
	return all
}
