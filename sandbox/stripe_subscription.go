package sandbox

import (
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// feedback is what Stripe's list of reasons has for the company's own words.
var feedback = map[string]string{
	"price": "too_expensive", "competitor": "switched_service", "low_usage": "unused", "missing_feature": "missing_features",
	"closed_business": "other", "merger": "other", "replaced": "other", "trial_not_converted": "unused",
}

// contract is a subscription and what is needed to show it.
type contract struct {
	*demo.Subscription
	ledger   *ledger
	link     *link
	id       string
	created  time.Time
	invoices []*demo.Invoice // that bill it
	metered  bool
}

func (g *ledger) subscriptionID(name string) string { return token(g.seed, "sub_1", 23, name) }

func (g *ledger) addSubscription(l *link, s *demo.Subscription, created time.Time) {
	c := &contract{Subscription: s, ledger: g, link: l, id: g.subscriptionID(s.ID), created: created}
	for i := range l.book.Invoices {
		inv := &l.book.Invoices[i]
		for _, line := range inv.Lines {
			if line.Subscription == s.ID {
				c.metered = c.metered || line.Kind == "usage"
				c.invoices = append(c.invoices, inv)
				break
			}
		}
	}
	t := &thing{kind: "subscription", id: c.id, created: created, customer: l.customer, show: c.show}
	t.happened(created, "customer.subscription.created")
	update := func(at time.Time) {
		if at.After(created) {
			t.happened(at, "customer.subscription.updated")
		}
	}
	for n, term := range s.Terms {
		for _, p := range term.Parts {
			g.partPrice(p, l.book.Currency, s.Months, created)
		}
		g.reduce(s, l.customer, c.id, term)
		update(term.From)
		for _, change := range term.Changes {
			for _, p := range change.Parts {
				g.partPrice(p, l.book.Currency, s.Months, change.On.Add(-time.Hour))
			}
			update(change.On)
		}
		if n > 0 && term.From.After(s.Terms[n-1].To) {
			update(s.Terms[n-1].To)
		}
	}
	for _, p := range s.Trial {
		g.partPrice(p, l.book.Currency, s.Months, created)
	}
	update(s.TrialEnd)
	update(s.Canceled)
	for _, inv := range c.invoices {
		if late(inv) {
			update(inv.Due)
			update(inv.Paid)
			update(inv.Written)
		}
	}
	if c.dead(s.Until) {
		t.happened(c.ended(), "customer.subscription.deleted")
	} else {
		update(s.Until)
	}
	g.add(t)
}

// late tells whether an invoice is open after its due date.
func late(inv *demo.Invoice) bool {
	return !inv.Sent.IsZero() && inv.Voided.IsZero() && (inv.Paid.IsZero() || inv.Paid.After(inv.Due))
}

// ended is when the subscription ends for good.
func (c *contract) ended() time.Time {
	if c.Canceled.After(c.Until) { // it left at once, later that day
		return c.Canceled
	}
	return c.Until
}

// dead tells whether the subscription is cancelled for good at a moment.
func (c *contract) dead(now time.Time) bool {
	return !c.EndUnknown && came(c.Until, now) && (came(c.ended(), now) || now.Equal(c.Until))
}

func (c *contract) status(now time.Time) string {
	switch {
	case !c.EndUnknown && came(c.ended(), now):
		return "canceled"
	case c.EndUnknown && came(c.Until, now):
		return "unpaid"
	case !c.TrialEnd.IsZero() && now.Before(c.TrialEnd):
		return "trialing"
	}
	for _, inv := range c.invoices {
		settled := came(inv.Paid, now) || came(inv.Written, now)
		if late(inv) && came(inv.Due, now) && !settled && came(inv.Sent, now) {
			return "past_due"
		}
	}
	return "active"
}

// term is the paid term that a moment lies in, the last one in a gap; nil before the first.
func (c *contract) term(now time.Time) *demo.Term {
	var at *demo.Term
	for i := range c.Terms {
		if i == 0 || !c.Terms[i].From.After(now) {
			at = &c.Terms[i]
		}
	}
	return at
}

func (c *contract) parts(now time.Time) []demo.Part {
	term := c.term(now)
	if term == nil {
		return c.Trial
	}
	parts := term.Parts
	for _, change := range term.Changes {
		if !change.On.After(now) {
			parts = change.Parts
		}
	}
	return parts
}

func (c *contract) show(now time.Time) object {
	customer, currency := c.link.customer, c.link.book.Currency
	start, end := c.TrialStart, c.TrialEnd
	term := c.term(now)
	if term != nil && (start.IsZero() || !now.Before(end)) {
		start, end = term.From, term.To
	}
	o := object{
		"id": c.id, "object": "subscription", "application": nil, "automatic_tax": object{"enabled": false, "liability": nil},
		"billing_cycle_anchor": start.Unix(), "cancel_at": nil, "cancel_at_period_end": false, "canceled_at": nil,
		"cancellation_details": object{"comment": nil, "feedback": nil, "reason": nil}, "collection_method": "send_invoice",
		"created": c.created.Unix(), "currency": strings.ToLower(currency), "current_period_end": epoch(end),
		"current_period_start": epoch(start), "customer": customer, "days_until_due": 15, "default_payment_method": nil,
		"description": nil, "discount": nil, "discounts": []any{}, "ended_at": nil, "livemode": false, "metadata": object{},
		"start_date": c.Started.Unix(), "status": c.status(now), "trial_end": epoch(c.TrialEnd), "trial_start": epoch(c.TrialStart),
	}
	c.leaving(o, now, end)
	if term != nil {
		if id := c.ledger.reduce(c.Subscription, customer, c.id, *term); id != "" && !term.From.After(now) {
			o["discounts"] = []any{id}
			o["discount"] = c.ledger.discount[id]
		}
	}
	items := c.items(now)
	o["items"] = object{"object": "list", "data": items, "has_more": false, "total_count": len(items), "url": "/v1/subscription_items?subscription=" + c.id}
	return o
}

// leaving says what is known of the end.
func (c *contract) leaving(o object, now, periodEnd time.Time) {
	details := o["cancellation_details"].(object)
	if came(c.Canceled, now) {
		o["canceled_at"] = c.Canceled.Unix()
		details["reason"], details["feedback"] = "cancellation_requested", text(feedback[c.Reason])
		o["metadata"] = object{"cancel_reason": c.Reason}
		if c.Until.After(now) {
			o["cancel_at"] = c.Until.Unix()
			o["cancel_at_period_end"] = c.Until.Equal(periodEnd)
		}
	}
	if c.EndUnknown || !came(c.ended(), now) {
		return
	}
	o["ended_at"] = c.ended().Unix()
	o["metadata"] = object{"cancel_reason": c.Reason}
	if o["canceled_at"] == nil {
		o["canceled_at"] = c.ended().Unix()
		details["reason"] = "cancellation_requested"
		if c.Reason == "non_payment" {
			details["reason"] = "payment_failed"
		}
	}
}

func (c *contract) items(now time.Time) []any {
	currency := c.link.book.Currency
	var items []any
	add := func(product string, price *thing, quantity int) {
		item := object{
			"id": c.ledger.item(c.Subscription.ID, product), "object": "subscription_item", "billing_thresholds": nil,
			"created": c.created.Unix(), "discounts": []any{}, "metadata": object{}, "price": price.show(now), "plan": planObject(price.show(now)),
			"subscription": c.id, "tax_rates": []any{},
		}
		if quantity > 0 {
			item["quantity"] = quantity
		}
		items = append(items, item)
	}
	for _, p := range c.parts(now) {
		add(p.Product, c.ledger.prices[priceKey{p.Product, currency, "licensed", c.Months, p.Price}], p.Quantity)
	}
	if c.metered {
		if t := c.ledger.metered(c.invoices, c.Subscription.ID, currency); t != nil {
			add(t.product, t, 0)
		}
	}
	return items
}

func (g *ledger) item(subscription, product string) string {
	return token(g.seed, "si_", 14, subscription, product)
}

// metered is the price at which a subscription's use is billed.
func (g *ledger) metered(invoices []*demo.Invoice, subscription, currency string) *thing {
	for _, inv := range invoices {
		for _, l := range inv.Lines {
			if l.Kind == "usage" && l.Subscription == subscription {
				return g.prices[usageKey(l, currency)]
			}
		}
	}
	return nil
}

func usageKey(l demo.Line, currency string) priceKey {
	return priceKey{l.Product, currency, "metered", 1, l.Amount / int64(l.Quantity)}
}

// planObject is the older name of a recurring price, which Stripe still shows beside it.
func planObject(price object) any {
	recurring, ok := price["recurring"].(object)
	if !ok {
		return nil
	}
	return object{
		"id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"],
		"amount_decimal": price["unit_amount_decimal"], "billing_scheme": "per_unit", "created": price["created"],
		"currency": price["currency"], "interval": recurring["interval"], "interval_count": recurring["interval_count"],
		"livemode": false, "metadata": price["metadata"], "nickname": price["nickname"], "product": price["product"],
		"usage_type": recurring["usage_type"],
	}
}
