package sandbox

import (
	"fmt"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// stages are the lines that an onboarding is billed in: with them an invoice has more lines than it carries.
var stages = []string{"kick-off", "cadastros", "migração de dados", "parametrização fiscal", "integração bancária",
	"treinamento de usuários", "homologação", "entrada em produção"}

func (g *ledger) invoiceID(name string) string { return token(g.seed, "in_1", 23, name) }

func (g *ledger) addInvoice(l *link, inv *demo.Invoice) {
	id := g.invoiceID(inv.ID)
	subscription := ""
	if len(inv.Lines) > 0 && inv.Lines[0].Subscription != "" {
		subscription = g.subscriptionID(inv.Lines[0].Subscription)
	}
	for _, line := range inv.Lines {
		g.linePrice(l, inv, line) // so that each price is as old as its first use, before any is shown
	}
	t := &thing{kind: "invoice", id: id, created: inv.Issued, customer: l.customer, subscription: subscription}
	t.show = func(now time.Time) object { return g.invoiceObject(t, l, inv, now) }
	g.later = append(g.later, func() { g.lines[id] = g.linesOf(l, inv, id) })
	t.happened(inv.Issued, "invoice.created")
	t.happened(inv.Sent, "invoice.finalized")
	if late(inv) {
		t.happened(inv.Due.Add(24*time.Hour), "invoice.overdue")
	}
	t.happened(inv.Paid, "invoice.paid")
	t.happened(inv.Voided, "invoice.voided")
	t.happened(inv.Written, "invoice.marked_uncollectible")
	g.add(t)
}

func invoiceStatus(inv *demo.Invoice, now time.Time) string {
	switch {
	case !came(inv.Sent, now):
		return "draft"
	case came(inv.Voided, now):
		return "void"
	case came(inv.Written, now):
		return "uncollectible"
	case came(inv.Paid, now):
		return "paid"
	}
	return "open"
}

func (g *ledger) invoiceObject(t *thing, l *link, inv *demo.Invoice, now time.Time) object {
	lines := g.lines[t.id]
	var subtotal, off int64
	for _, line := range inv.Lines {
		subtotal += minor(line.Amount, l.book.Currency)
		off += minor(line.Discount, l.book.Currency)
	}
	total := subtotal - off
	status := invoiceStatus(inv, now)
	voided, paid := time.Time{}, time.Time{}
	switch status {
	case "void":
		voided = inv.Voided
	case "paid":
		paid = inv.Paid
	}
	amountPaid := int64(0)
	if status == "paid" {
		amountPaid = max(0, total)
	}
	reason := "subscription_cycle"
	if len(inv.Lines) > 0 && inv.Lines[0].Proration {
		reason = "subscription_update"
	}
	o := object{
		"id": t.id, "object": "invoice", "account_country": "BR", "account_name": demo.CompanyName, "amount_due": max(0, total),
		"amount_paid": amountPaid, "amount_remaining": max(0, total) - amountPaid, "attempt_count": 0, "attempted": false,
		"auto_advance": status == "draft", "billing_reason": reason, "collection_method": "send_invoice", "created": inv.Issued.Unix(),
		"currency": strings.ToLower(l.book.Currency), "custom_fields": nil, "customer": l.customer, "customer_email": l.email,
		"customer_name": l.book.Name, "customer_phone": nil, "customer_shipping": nil, "customer_address": nil, "customer_tax_ids": []any{},
		"default_tax_rates": []any{}, "description": nil, "discount": nil, "discounts": discountsOf(lines), "due_date": epoch(inv.Due),
		"effective_at": epoch(by(inv.Sent, now)), "ending_balance": nil, "footer": nil, "livemode": false, "metadata": object{},
		"number": nil, "paid": status == "paid", "period_start": inv.Issued.Unix(), "period_end": inv.Issued.Unix(), "starting_balance": 0,
		"status": status, "subscription": text(t.subscription), "subtotal": subtotal, "tax": nil, "total": total,
		"total_discount_amounts": []any{}, "total_excluding_tax": total, "total_tax_amounts": []any{},
		"status_transitions": object{
			"finalized_at": epoch(by(inv.Sent, now)), "marked_uncollectible_at": epoch(by(inv.Written, now)),
			"paid_at": epoch(paid), "voided_at": epoch(voided),
		},
	}
	if status != "draft" {
		o["number"] = strings.ToUpper(strings.ReplaceAll(inv.ID[3:], "_", "-"))
	}
	o["lines"] = object{
		"object": "list", "data": lines[:min(10, len(lines))], "has_more": len(lines) > 10, "total_count": len(lines),
		"url": "/v1/invoices/" + t.id + "/lines",
	}
	return o
}

// discountsOf are the discounts of an invoice: those of its lines.
func discountsOf(lines []any) []any {
	ids := []any{}
	for _, l := range lines {
		for _, id := range l.(object)["discounts"].([]any) {
			if len(ids) == 0 || ids[0] != id {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// linesOf are an invoice's lines as Stripe orders them: what was added by hand, then what the subscription bills.
func (g *ledger) linesOf(l *link, inv *demo.Invoice, id string) []any {
	var once, usual []any
	for n, line := range inv.Lines {
		if line.Kind == "one_time" {
			once = append(once, g.onceLines(l, inv, line, id, n)...)
			continue
		}
		usual = append(usual, g.planLine(l, inv, line, id, n))
	}
	return append(once, usual...)
}

func (g *ledger) line(l *link, line demo.Line, invoice string, price *thing, part any) object {
	subscription, item := any(nil), any(nil)
	if line.Subscription != "" {
		subscription, item = g.subscriptionID(line.Subscription), g.item(line.Subscription, line.Product)
	}
	amount := minor(line.Amount, l.book.Currency)
	shown := price.show(price.created)
	return object{
		"id": token(g.seed, "il_1", 23, line.ID, part), "object": "line_item", "amount": amount, "amount_excluding_tax": amount,
		"currency": strings.ToLower(l.book.Currency), "description": fmt.Sprintf("%d × %s", line.Quantity, productNames[line.Product]),
		"discount_amounts": []any{}, "discountable": !line.Proration, "discounts": []any{}, "invoice": invoice, "livemode": false,
		"metadata": object{}, "period": object{"start": line.Start.Unix(), "end": line.End.Unix()}, "plan": planObject(shown), "price": shown,
		"proration": line.Proration, "proration_details": object{"credited_items": nil}, "quantity": line.Quantity,
		"subscription": subscription, "subscription_item": item, "tax_amounts": []any{}, "tax_rates": []any{}, "type": "subscription",
	}
}

// onceLines are the lines of something that is done once, an onboarding's in its stages.
func (g *ledger) onceLines(l *link, inv *demo.Invoice, line demo.Line, id string, n int) []any {
	parts := 1
	if line.Product == "implantacao" {
		parts = len(stages)
	}
	var lines []any
	left := line.Amount
	for i := range parts {
		piece := line
		piece.Amount = line.Amount / int64(parts) / 100 * 100
		if i == parts-1 {
			piece.Amount = left
		}
		left -= piece.Amount
		price := g.price(priceKey{line.Product, l.book.Currency, "one_time", 0, piece.Amount / int64(line.Quantity)}, inv.Issued)
		o := g.line(l, piece, id, price, i)
		o["type"], o["subscription_item"] = "invoiceitem", nil
		delete(o, "subscription_item")
		o["invoice_item"] = token(g.seed, "ii_1", 23, inv.ID, n, i)
		if parts > 1 {
			o["description"] = "Implantação: " + stages[i]
		}
		lines = append(lines, o)
	}
	return lines
}

// linePrice is the price of a line of a plan; nil for what is done once.
func (g *ledger) linePrice(l *link, inv *demo.Invoice, line demo.Line) *thing {
	key := priceKey{line.Product, l.book.Currency, "licensed", line.Months, 0}
	switch {
	case line.Kind == "one_time":
		return nil
	case line.Kind == "usage":
		key = usageKey(line, l.book.Currency)
	case line.Proration:
		key.unit = line.Interval / int64(line.Quantity)
		if line.Product == "credito-parceria" {
			key.unit = -key.unit
		}
	case line.Amount == 0: // a trial
		key.unit = g.tried(l, line)
	default:
		key.unit = line.Amount / int64(line.Quantity)
	}
	return g.price(key, inv.Issued)
}

// planLine is a line of a plan: of a whole term, of the rest of one, or of use.
func (g *ledger) planLine(l *link, inv *demo.Invoice, line demo.Line, id string, n int) object {
	o := g.line(l, line, id, g.linePrice(l, inv, line), 0)
	stub := line.Proration && len(inv.Lines) > 0 && g.first(l, line)
	if line.Proration && !stub {
		o["type"] = "invoiceitem"
		o["invoice_item"] = token(g.seed, "ii_1", 23, inv.ID, n)
		if line.Amount < 0 {
			o["proration_details"] = object{"credited_items": g.credited(l, inv, line)}
		}
	}
	if line.Discount != 0 {
		for i := range l.book.Subscriptions {
			s := &l.book.Subscriptions[i]
			if s.ID != line.Subscription {
				continue
			}
			for _, term := range s.Terms {
				if term.From.Equal(line.Start) {
					di := g.reduce(s, l.customer, g.subscriptionID(s.ID), term)
					o["discounts"] = []any{di}
					o["discount_amounts"] = []any{object{"amount": minor(line.Discount, l.book.Currency), "discount": di}}
				}
			}
		}
	}
	return o
}

// first tells whether a line is of the first term that the books know of an older subscription.
func (g *ledger) first(l *link, line demo.Line) bool {
	for _, s := range l.book.Subscriptions {
		if s.ID == line.Subscription && len(s.Terms) > 0 {
			return s.Terms[0].From.Equal(line.Start) && l.book.Inherited
		}
	}
	return false
}

// tried is the price of what a trial tries.
func (g *ledger) tried(l *link, line demo.Line) int64 {
	for _, s := range l.book.Subscriptions {
		if s.ID != line.Subscription {
			continue
		}
		parts := s.Trial
		if len(s.Terms) > 0 {
			parts = s.Terms[0].Parts
		}
		for _, p := range parts {
			if p.Product == line.Product {
				return p.Price
			}
		}
	}
	return 0
}

// credited names the line that a credit takes something back of.
func (g *ledger) credited(l *link, inv *demo.Invoice, line demo.Line) any {
	for i := len(l.book.Invoices) - 1; i >= 0; i-- {
		earlier := &l.book.Invoices[i]
		if !earlier.Issued.Before(inv.Issued) || !earlier.Voided.IsZero() {
			continue
		}
		for _, of := range earlier.Lines {
			if of.Subscription == line.Subscription && of.Product == line.Product && of.Kind == "recurring" &&
				of.Amount > 0 && !of.Start.After(line.Start) && line.Start.Before(of.End) {
				return object{"invoice": g.invoiceID(earlier.ID), "invoice_line_items": []any{token(g.seed, "il_1", 23, of.ID, 0)}}
			}
		}
	}
	return nil
}

func customerObject(t *thing, name, email, country, currency string, metadata map[string]string) object {
	return object{
		"id": t.id, "object": "customer", "address": object{"city": nil, "country": country, "line1": nil, "line2": nil, "postal_code": nil, "state": nil},
		"balance": 0, "created": t.created.Unix(), "currency": text(strings.ToLower(currency)), "default_source": nil, "delinquent": false,
		"description": nil, "discount": nil, "email": email, "invoice_prefix": strings.ToUpper(t.id[4:12]), "livemode": false,
		"metadata": metadata, "name": name, "phone": nil, "preferred_locales": []any{"pt-BR"}, "shipping": nil, "tax_exempt": "none",
	}
}
