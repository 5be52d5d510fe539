package demo

import (
	"fmt"
)

// invoice is one bill, in one currency, with its lines. What became of it (paid, voided, written
// off) is dated; as long as that date lies ahead it is open.
type invoice struct {
	id      string
	account *account
	issued  instant
	due     day
	paid    instant
	voided  instant
	written instant
	undated bool // written off, but the date was never entered
	draft   bool // typed and never sent
	unsent  bool // sent only some days after its date: a draft until then
	lines   []line
}

// sentAfter is how many days an invoice that waits for a release stays a draft.
const sentAfter = 4

// writeOff gives the claim up at a moment.
func (inv *invoice) writeOff(at instant, undated bool) {
	inv.paid, inv.unsent = 0, false
	inv.written, inv.undated = at, undated
}

// status is what the invoice is at the close of a day, and since when it is that, where this is
// recorded.
func (inv *invoice) status(end day) (status string, changed instant) {
	by := func(t instant) bool { return t != 0 && t.day() <= end }
	switch {
	case inv.draft, inv.unsent && inv.issued.day()+sentAfter > end:
		return "draft", 0
	case by(inv.voided):
		return "void", inv.voided
	case by(inv.written) && inv.undated:
		return "uncollectible", 0
	case by(inv.written):
		return "uncollectible", inv.written
	case by(inv.paid):
		return "paid", inv.paid
	}
	return "open", 0
}

func (inv *invoice) total() cents {
	var sum cents
	for _, l := range inv.lines {
		sum += l.amount - l.discount
	}
	return sum
}

var invoiceColumns = []string{"invoice_id", "account_id", "issued_at", "due_at", "paid_at", "status", "total", "currency"}

func (inv *invoice) cells(end day) []string {
	status, _ := inv.status(end)
	paid := day(0)
	if status == "paid" {
		paid = inv.paid.day()
	}
	return []string{inv.id, inv.account.id, inv.issued.String(), inv.due.String(), paid.String(), status,
		inv.total().String(), inv.account.currency}
}

// line is one line of an invoice.
type line struct {
	subscription string
	product      *product
	plan         string
	kind         string // recurring, usage, one_time
	amount       cents
	discount     cents
	duration     string // of the discount
	quantity     int
	interval     cents // price of a whole term, on prorations
	start, end   day
	term         int // months; 0 for none
	proration    bool
}

var lineColumns = []string{"line_id", "invoice_id", "account_id", "subscription_id", "product_id", "plan_id", "kind",
	"currency", "amount", "discount_amount", "discount_duration", "quantity", "interval_amount", "service_start",
	"service_end", "interval_unit", "interval_count", "is_proration", "invoice_status", "status_changed_at", "issued_at"}

// cells is the n-th line of an invoice at the close of a day.
func (l line) cells(inv *invoice, n int, end day) []string {
	status, changed := inv.status(end)
	discount, interval, unit, count := "", "", "", ""
	if l.duration != "" {
		discount = l.discount.String()
	}
	if l.interval != 0 {
		interval = l.interval.String()
	}
	switch l.term {
	case 0:
	case 12:
		unit, count = "year", "1"
	default:
		unit, count = "month", fmt.Sprint(l.term)
	}
	return []string{"li" + inv.id[2:] + fmt.Sprintf("_%d", n+1), inv.id, inv.account.id, l.subscription, l.product.id, l.plan,
		l.kind, inv.account.currency, l.amount.String(), discount, l.duration, fmt.Sprint(l.quantity), interval,
		l.start.String(), l.end.String(), unit, count, fmt.Sprint(l.proration), status, changed.String(), inv.issued.String()}
}
