package demo

import (
	"fmt"
	"slices"
)

// biller writes the invoices of one account.
type biller struct {
	account  *account
	chance   *dice
	start    day // first day of the books
	invoices []*invoice
	overages bool // the customer goes above the plan's allowance of documents
	habit    int  // how many days around the due date this customer pays
}

func newBiller(seed uint64, a *account, start day) *biller {
	chance := newDice(seed, "billing", a.n)
	return &biller{account: a, chance: chance, start: start, overages: chance.odds(2500), habit: chance.between(-4, 4)}
}

// issue adds an invoice, dated on a day, that is paid as this customer pays. A few are issued with a
// mistake first, and voided; a few wait some days to be released.
func (b *biller) issue(on day, lines ...line) *invoice {
	on = max(on, b.start)
	if b.chance.odds(90) {
		wrong := b.enter(on, lines)
		wrong.voided = wrong.issued + instant(b.chance.between(300, 1500)) // seconds
	}
	inv := b.enter(on, lines)
	inv.paid = b.payment(inv)
	inv.unsent = b.chance.odds(1500)
	return inv
}

func (b *biller) enter(on day, lines []line) *invoice {
	inv := &invoice{
		id:      fmt.Sprintf("in_%04d_%03d", b.account.n, len(b.invoices)+1),
		account: b.account, issued: on.at(b.chance, 8, 19), lines: lines,
	}
	if b.chance.odds(300) { // by the night's job, when the date in UTC is already the next one
		inv.issued = on.at(b.chance, 21, 23)
	}
	inv.due = on + day(map[*segment]int{segments[0]: 10, segments[1]: 15, segments[2]: 30}[b.account.segment])
	b.invoices = append(b.invoices, inv)
	return inv
}

// payment is when the customer pays: around the due date, late now and then, later in a bad mood.
func (b *biller) payment(inv *invoice) instant {
	late := b.habit + b.chance.between(-3, 2)
	bad := 100 - b.account.mood.on(inv.due)
	if b.chance.odds(300 + bad*12) {
		late += b.chance.between(4, 35)
	}
	on := max(inv.due+day(late), inv.issued.day()+1)
	return on.working(b.chance)
}

// period bills a term in advance: every part of the subscription, the discount, and what was used
// above the plan in the month before.
func (b *biller) period(s *subscription, from, to day) {
	if !s.discount.runs() {
		s.discount = discount{}
	}
	var lines []line
	off := s.discount
	stub := s.firstEnd == to && from == s.paidFrom && to.addMonths(-s.term, s.anchor) != from
	for _, p := range s.parts {
		l := b.recurring(s, p, from, to)
		if stub { // the rest of a term that began before the books
			l.amount = l.amount.share(int(to-from), int(to-to.addMonths(-s.term, s.anchor)))
			l.interval, l.proration = abs(p.termPrice(s.term)), true
		}
		if s.discount.percent != 0 && p.product != partnerCredit {
			l.discount, l.duration = l.amount.share(s.discount.percent, 100), s.discount.duration
		}
		lines = append(lines, l)
	}
	s.discount.periods = max(0, s.discount.periods-1)
	if from == s.paidFrom && !s.account.inherited && b.account.segment != segments[0] && len(s.account.subs) == 1 {
		lines = append(lines, b.once(s, onboarding, from, 30))
	}
	on := from
	if s.term == 12 && from != s.paidFrom {
		on -= day(b.chance.between(0, 12))
	}
	if s.term == 1 && from != s.paidFrom {
		lines = append(lines, b.usage(s, from)...)
	}
	bill := b.issue(on, lines...)
	s.invoices = append(s.invoices, bill)
	s.terms = append(s.terms, &term{from: from, to: to, parts: s.parts, off: off, bill: bill})
	b.extras(s, from, to)
}

func (b *biller) recurring(s *subscription, p part, from, to day) line {
	return line{
		subscription: s.id, product: p.product, plan: planID(p.product, s.term), kind: "recurring",
		amount: p.termPrice(s.term), quantity: p.quantity, start: from, end: to, term: s.term,
	}
}

// change bills a change in mid-term: each part that differs is credited as it was and charged as it
// will be, for the rest of the term. No parts at all is a refund.
func (b *biller) change(s *subscription, on, to day, parts []part) {
	whole := int(to - to.addMonths(-s.term, s.anchor))
	prorated := func(p part, sign cents) line {
		l := b.recurring(s, p, on, to)
		l.interval, l.proration = abs(l.amount), true
		l.amount = sign * l.amount.share(int(to-on), whole)
		if b.account.currency == "CLP" { // it has no cents
			l.amount = l.amount.share(1, 100) * 100
		}
		return l
	}
	var lines []line
	for _, p := range s.parts {
		if !slices.Contains(parts, p) {
			lines = append(lines, prorated(p, -1))
		}
	}
	for _, p := range parts {
		if !slices.Contains(s.parts, p) {
			lines = append(lines, prorated(p, 1))
		}
	}
	bill := b.issue(on, lines...)
	if parts != nil {
		last := s.terms[len(s.terms)-1]
		last.changes = append(last.changes, amendment{on, parts, bill})
	}
}

// trial bills nothing for a trial, as billing systems do.
func (b *biller) trial(s *subscription) {
	l := b.recurring(s, s.parts[0], s.trialStart, s.trialEnd)
	l.amount = 0
	b.issue(s.trialStart, l)
}

func abs(c cents) cents {
	return max(c, -c)
}
