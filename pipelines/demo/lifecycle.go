package demo

import "slices"

// walker leads one account through its years with the company, from term to term. What it decides,
// the biller bills and the sales desk writes down.
type walker struct {
	account *account
	chance  *dice
	bill    *biller
	sales   *sales
	start   day // first day of the books
	horizon day // no decision is taken after it
}

// run walks from the first subscription to the last one before the horizon.
func (w *walker) run() {
	s := w.first()
	for s != nil {
		s = w.follow(s)
	}
}

// follow takes a subscription from renewal to renewal until it ends, and returns the one that comes
// after it, nil when none does before the horizon.
func (w *walker) follow(s *subscription) *subscription {
	for from := s.paidFrom; from <= w.horizon; {
		to := from.addMonths(s.term, s.anchor)
		if from == s.paidFrom && s.firstEnd != 0 {
			to = s.firstEnd
		}
		w.sales.pledge(s, from, to)
		w.bill.period(s, from, to)
		w.within(s, from, to)
		if to < s.contract.end { // signed for longer
			from = to
			w.reprice(s, to)
			continue
		}
		if w.leaves(s, to) {
			w.leave(s, from, to)
			return w.back(s)
		}
		w.sales.renewed(s, to)
		if s.term == 12 && w.chance.odds(500) {
			return w.repaper(s, to)
		}
		from = w.late(s, to)
		w.reprice(s, from)
	}
	return nil
}

// leaves decides whether the customer goes at the end of a term.
func (w *walker) leaves(s *subscription, to day) bool {
	index := slices.Index(terms, s.term)
	n := w.account.segment.leave[index] * leaving(w.account.mood.on(to-30)) / 1000
	switch age := to - w.account.first; {
	case s.term == 12:
	case age < 120:
		n = n * 13 / 10
	case age > 730:
		n = n * 8 / 10
	}
	return w.chance.odds(min(n, 6000))
}

// late is the day on which the next term starts: the end of this one, or some days later when the
// customer's approval takes its time; mostly within the usual grace of a week.
func (w *walker) late(s *subscription, to day) day {
	odds := 60
	if s.term == 12 {
		odds = 350
	}
	var delay int
	switch {
	case w.chance.odds(odds):
		delay = w.chance.between(1, 6)
	case w.chance.odds(odds / 4):
		delay = w.chance.between(10, 24)
	default:
		return to
	}
	s.anchor = (to + day(delay)).dom()
	return to + day(delay)
}

// repaper puts a new subscription in the place of one that ran out: the same service on new paper.
func (w *walker) repaper(s *subscription, on day) *subscription {
	s.until, s.reason = on, "replaced"
	next := w.begin(on, s.term, s.parts)
	next.discount, next.repriced = s.discount, s.repriced
	next.pending, next.contract = s.pending, s.contract
	w.reprice(next, on)
	return next
}

// back is the subscription of a customer who returns after some months, nil for those who do not.
func (w *walker) back(s *subscription) *subscription {
	if !w.chance.odds(1900) || s.until == 0 {
		return nil
	}
	on := s.until + day(w.chance.between(40, 240))
	if on > w.horizon {
		return nil
	}
	parts := slices.Clone(s.parts[:1])
	parts[0].quantity = max(2, parts[0].quantity*w.chance.between(60, 105)/100)
	next := w.begin(on, s.term, parts)
	w.sales.won(w.account, "new", on, monthly(parts, s.term)*12)
	return next
}
