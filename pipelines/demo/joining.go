package demo

import "fmt"

// first is the account's first subscription: inherited, after a trial, or signed at once.
func (w *walker) first() *subscription {
	a := w.account
	if a.inherited {
		return w.inherit()
	}
	s := w.open(a.first)
	if a.segment != segments[2] && w.chance.odds(3600) {
		s.trialStart, s.trialEnd = a.first, a.first+14
		if w.chance.odds(900) { // never became a customer
			s.until, s.paidFrom = s.trialEnd, 0
			s.reason = "trial_not_converted"
			w.bill.trial(s)
			return nil
		}
		s.paidFrom = s.trialEnd
		s.anchor = s.paidFrom.dom()
		w.bill.trial(s)
	}
	w.sales.won(a, "new", s.paidFrom, monthly(s.parts, s.term)*12)
	return s
}

// open starts a subscription on a day, with what a customer of the segment takes.
func (w *walker) open(on day) *subscription {
	a, seg := w.account, w.account.segment
	tier := tiers[w.chance.weighted(seg.tiers[:]...)]
	off := w.chance.between(seg.discount[0], seg.discount[1])
	parts := []part{{tier, w.chance.between(seg.seats[0], seg.seats[1]), tier.price[a.currency].share(100-off, 100)}}
	for _, addon := range addons {
		if w.chance.odds(900 + 500*tierOf(tier)) {
			parts = append(parts, w.addon(addon, parts))
		}
	}
	if a.versions[0].channel == "partner" && seg != segments[0] && w.chance.odds(1200) {
		parts = append(parts, part{partnerCredit, 1, partnerCredit.price[a.currency]})
	}
	return w.begin(on, terms[w.chance.weighted(seg.terms[:]...)], parts)
}

// begin adds a subscription with these parts to the account.
func (w *walker) begin(on day, term int, parts []part) *subscription {
	a := w.account
	s := &subscription{
		id: fmt.Sprintf("sub_%04d_%d", a.n, len(a.subs)+1), account: a,
		started: on, paidFrom: on, term: term, anchor: on.dom(), repriced: on,
	}
	s.set(on, parts)
	s.discount = w.offer(s)
	s.contract.signed = term == 12 && a.segment != segments[0]
	a.subs = append(a.subs, s)
	return s
}

// inherit is a subscription of the opening book. The books take it over in the middle of its term:
// its first line is the rest of that term.
func (w *walker) inherit() *subscription {
	s := w.open(w.account.first)
	s.discount = discount{}
	s.paidFrom = w.start
	s.firstEnd = w.account.first.addMonths(s.term, s.anchor)
	for s.firstEnd <= w.start {
		s.firstEnd = s.firstEnd.addMonths(s.term, s.anchor)
	}
	for s.repriced.addMonths(12, s.anchor) <= w.start {
		s.repriced = s.repriced.addMonths(12, s.anchor)
	}
	return s
}

// offer is the discount of a new subscription.
func (w *walker) offer(s *subscription) discount {
	switch {
	case s.account.versions[0].channel == "partner" && w.chance.odds(2500):
		return discount{percent: 10, duration: "forever"}
	case s.term == 1 && w.chance.odds(900):
		return discount{percent: 50, duration: "once", periods: 1}
	case s.term == 1 && w.chance.odds(800):
		return discount{percent: 20, duration: "repeating", periods: pick(w.chance, []int{3, 6})}
	case s.term == 12 && w.chance.odds(1000):
		return discount{percent: pick(w.chance, []int{5, 10, 15}), duration: "once", periods: 1}
	}
	return discount{}
}
