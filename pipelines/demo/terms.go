package demo

// term is one term of a subscription as it was sold: what it consisted of when it began and the changes
// within it. Terms are the simulator's own books; the bills are made beside them, not of them.
type term struct {
	from, to day
	parts    []part
	off      discount // as it stood when the term began
	changes  []amendment
	bill     *invoice // what told the books of it
}

// amendment is what a term consists of from a day on.
type amendment struct {
	on    day
	parts []part
	bill  *invoice
}

// told is the day from which an invoice counts: that of its date, or of its release.
func (inv *invoice) told() day {
	if inv.unsent {
		return inv.issued.day() + sentAfter
	}
	return inv.issued.day()
}

// on is what the term consists of on a day, as far as the books know at the close of another.
func (t *term) on(d, known day) []part {
	parts := t.parts
	for _, a := range t.changes {
		if a.on <= d && a.bill.told() <= known {
			parts = a.parts
		}
	}
	return parts
}

// held tells whether a product was ever part of the term up to its end.
func (t *term) held(p *product, known day) bool {
	if _, ok := find(t.parts, p); ok {
		return true
	}
	for _, a := range t.changes {
		if _, ok := find(a.parts, p); ok && a.bill.told() <= known {
			return true
		}
	}
	return false
}

func find(parts []part, p *product) (part, bool) {
	for _, candidate := range parts {
		if candidate.product == p {
			return candidate, true
		}
	}
	return part{}, false
}

// monthly is what a part of the term comes to in a month. A discount that is given once counts only
// where the term is a year.
func (t *term) monthly(p part, months int) Money {
	price := p.termPrice(months)
	counted := t.off.percent != 0 && p.product != partnerCredit && (t.off.duration != "once" || months == 12)
	if counted {
		price -= price.share(t.off.percent, 100)
	}
	return Money(rounded(int64(price)*100, int64(months)))
}
