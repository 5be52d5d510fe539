package demo

var reasons = []string{"price", "competitor", "low_usage", "missing_feature", "closed_business", "merger"}

// leave ends a subscription whose last paid term is from..to: the customer asks before the term runs
// out, leaves at once, or just stops paying.
func (w *walker) leave(s *subscription, from, to day) {
	w.sales.lost(s, to)
	small := w.account.segment != segments[2]
	switch {
	case small && w.chance.odds(900):
		w.stopPaying(s, to)
	case small && s.term == 1 && w.chance.odds(800):
		s.until = from + day(w.chance.between(4, max(4, int(to-from)-3)))
		s.canceled = s.until.working(w.chance)
		s.reason = pick(w.chance, reasons)
		if s.discount.percent == 0 && s.until < to && w.chance.odds(6000) {
			w.bill.change(s, s.until, to, nil)
		}
	default:
		s.until = to
		asked := max(from+1, to-day(w.chance.between(3, 50)))
		s.canceled = asked.working(w.chance)
		s.reason = pick(w.chance, reasons)
	}
}

// stopPaying lets the service go on into a term that is never paid, until it is written off.
func (w *walker) stopPaying(s *subscription, to day) {
	next := to.addMonths(s.term, s.anchor)
	w.bill.period(s, to, next)
	off := to + day(w.chance.between(12, 26))
	unpaid := 2
	if s.term > 1 {
		off, unpaid = to+day(w.chance.between(60, 85)), 1
	}
	s.until, s.reason = off, "non_payment"
	s.endUnknown = w.chance.odds(2500)
	undated := w.chance.odds(1000)
	for _, inv := range s.invoices[max(0, len(s.invoices)-unpaid):] {
		inv.writeOff(off.working(w.chance), undated)
	}
}
