package demo

import (
	"fmt"
	"time"
)

// midnight is the moment in which a day begins in São Paulo.
func (d day) midnight() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d)*secondsADay+localBehind, 0).UTC()
}

func (t instant) moment() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

// EndOf is the moment in which a day (by the date that on shows) ends in São Paulo.
func EndOf(on time.Time) time.Time { return (dayOf(on) + 1).midnight() }

// Horizon is the last day that the simulation knows: nothing is to be asked about later ones.
func (c *Company) Horizon() time.Time { return (c.end + foresight/2).time() }

// Owners are the people who look after accounts.
func Owners() []string { return append([]string(nil), owners...) }

// Books gives every customer's records, those that begin after the last day among them.
func (c *Company) Books() []Book {
	books := make([]Book, 0, len(c.accounts))
	for i, a := range c.accounts {
		b := Book{
			Account: a.id, Number: a.n, Name: a.name, Domain: a.domain, TaxID: a.taxID, Country: a.country, Currency: a.currency,
			Owner: a.owner, Created: a.created.moment(), First: a.first.midnight(), Inherited: a.inherited, Deleted: a.orphan,
		}
		for _, v := range a.versions {
			b.Versions = append(b.Versions, Version{v.from.midnight(), v.segment, v.industry, v.channel})
		}
		for _, s := range a.subs {
			b.Subscriptions = append(b.Subscriptions, s.book())
		}
		for _, inv := range c.billers[i].invoices {
			b.Invoices = append(b.Invoices, inv.book())
		}
		for _, o := range c.desks[i].opportunities {
			b.Deals = append(b.Deals, o.book())
		}
		opened := c.support(a)
		for _, t := range opened {
			b.Tickets = append(b.Tickets, Ticket{t.id, t.priority, t.channel, t.opened.moment(), t.answered.moment(), t.resolved.moment()})
		}
		for _, r := range c.poll(a, opened).responses {
			b.Answers = append(b.Answers, r.book())
		}
		books = append(books, b)
	}
	return books
}

// LostDeals are the new customers that were never won: no account was made for them.
func (c *Company) LostDeals() []Deal {
	var deals []Deal
	for _, o := range c.lostDeals() {
		deals = append(deals, o.book())
	}
	return deals
}

func (s *subscription) book() Subscription {
	b := Subscription{
		ID: s.id, Started: s.started.midnight(), PaidFrom: s.paidFrom.midnight(), TrialStart: s.trialStart.midnight(),
		TrialEnd: s.trialEnd.midnight(), Until: s.until.midnight(), Canceled: s.canceled.moment(), Reason: s.reason,
		EndUnknown: s.endUnknown, Months: s.term,
	}
	for _, t := range s.terms {
		term := Term{
			From: t.from.midnight(), To: t.to.midnight(), Parts: shown(t.parts, s.term), Percent: t.off.percent,
			Duration: t.off.duration, Periods: t.off.periods,
		}
		for _, a := range t.changes {
			term.Changes = append(term.Changes, Change{a.on.midnight(), shown(a.parts, s.term)})
		}
		b.Terms = append(b.Terms, term)
	}
	if len(s.terms) == 0 {
		b.Trial = shown(s.parts, s.term)
	}
	return b
}

func shown(parts []part, term int) []Part {
	var all []Part
	for _, p := range parts {
		one := part{p.product, 1, p.unit}
		all = append(all, Part{p.product.id, planID(p.product, term), p.quantity, int64(one.termPrice(term))})
	}
	return all
}

func (inv *invoice) book() Invoice {
	b := Invoice{
		ID: inv.id, Issued: inv.issued.moment(), Sent: inv.issued.moment(), Due: inv.due.midnight(),
		Paid: inv.paid.moment(), Voided: inv.voided.moment(), Written: inv.written.moment(),
	}
	switch {
	case inv.draft:
		b.Sent = time.Time{}
	case inv.unsent:
		b.Sent = (inv.issued.day() + sentAfter).midnight().Add(9 * time.Hour)
	}
	if !b.Paid.IsZero() && b.Paid.Before(b.Sent) { // paid before it was sent: known as paid from then on
		b.Paid = b.Sent
	}
	for n, l := range inv.lines {
		b.Lines = append(b.Lines, Line{
			ID: fmt.Sprintf("%s_%d", inv.id, n+1), Subscription: l.subscription, Product: l.product.id, Plan: l.plan, Kind: l.kind,
			Amount: int64(l.amount), Discount: int64(l.discount), Duration: l.duration, Quantity: l.quantity, Months: l.term,
			Interval: int64(l.interval), Start: l.start.midnight(), End: l.end.midnight(), Proration: l.proration,
		})
	}
	return b
}

func (o opportunity) book() Deal {
	return Deal{o.id, o.kind, o.currency, o.channel, o.won, int64(o.amount), o.created.moment(), o.closed.moment()}
}

func (r response) book() Answer {
	return Answer{
		ID: r.id, Respondent: r.respondent, Survey: r.survey, Comment: r.comment, Language: r.language, Touchpoint: r.touchpoint,
		Score: r.score, Min: r.min, Max: r.max, Reversed: r.reversed, Traced: r.account != nil,
		At: r.at.moment(), Followed: r.followed.moment(),
	}
}
