package demo

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestLinesTieToInvoices(t *testing.T) {
	files := written(t, Options{Seed: 4, End: lastDay})
	inCents := func(s string) int64 {
		f, err := strconv.ParseFloat("0"+s, 64)
		if neg, ok := strings.CutPrefix(s, "-"); ok {
			f, err = strconv.ParseFloat(neg, 64)
			f = -f
		}
		if err != nil {
			t.Fatal(err)
		}
		return int64(math.Round(f * 100))
	}
	_, lines := parse(t, files["invoice_lines.csv"])
	sums, seen := map[string]int64{}, map[string]bool{}
	status := map[string]string{}
	for _, l := range lines {
		if id := l.cells["invoice_id"]; id != "" && !seen[l.cells["line_id"]] {
			seen[l.cells["line_id"]] = true
			sums[id] += inCents(l.cells["amount"]) - inCents(l.cells["discount_amount"])
			status[id] = l.cells["invoice_status"]
		}
	}
	_, invoices := parse(t, files["invoices.csv"])
	for _, inv := range invoices {
		id := inv.cells["invoice_id"]
		if got, want := sums[id], inCents(inv.cells["total"]); got != want {
			t.Errorf("invoice %s: lines come to %d cents, total is %d", id, got, want)
		}
		if status[id] != inv.cells["status"] {
			t.Errorf("invoice %s is %s, its lines are %s", id, inv.cells["status"], status[id])
		}
		delete(sums, id)
	}
	if len(sums) != 0 {
		t.Errorf("%d invoices of lines are missing", len(sums))
	}
}

// The bills must say what was sold: on every month's last day the lines in force come to the price
// of the parts, wherever no discount hides it.
func TestBillsAgreeWithWhatWasSold(t *testing.T) {
	c := New(Options{Seed: 5, End: lastDay})
	compared := 0
	for at, a := range c.accounts {
		for _, s := range a.subs {
			for month := c.start.month() + 1; monthStart(month)-1 <= c.end; month++ {
				d := monthStart(month) - 1
				if !s.paid(d) {
					continue
				}
				billed, held := billedOn(c.billers[at], s, d)
				if !held { // late with its renewal, or under a discount
					continue
				}
				sold := 0.0
				for _, p := range s.partsOn(d) {
					sold += float64(p.termPrice(s.term)) / float64(s.term)
				}
				if math.Abs(billed-sold) > 0.01 {
					t.Fatalf("%s on %s: billed %.4f cents a month, sold %.4f", s.id, d, billed, sold)
				}
				compared++
			}
		}
	}
	if compared < 3000 {
		t.Errorf("only %d month ends compared", compared)
	}
}

// billedOn is the monthly price of a subscription's lines in force on a day, in cents, and whether
// there are such lines, none of them under a discount.
func billedOn(b *biller, s *subscription, d day) (sum float64, held bool) {
	for _, inv := range b.invoices {
		if inv.voided != 0 || inv.draft {
			continue
		}
		for _, l := range inv.lines {
			if l.subscription != s.id || l.kind != "recurring" || d < l.start || d >= l.end {
				continue
			}
			if l.duration != "" {
				return 0, false
			}
			amount := l.amount
			if l.proration {
				amount = l.interval
				if l.amount < 0 {
					amount = -amount
				}
			}
			sum += float64(amount) / float64(l.term)
			held = true
		}
	}
	return sum, held
}

func TestShapeIsThatOfAGrowingCompany(t *testing.T) {
	for seed := range uint64(4) {
		c := New(Options{Seed: seed, End: lastDay})
		opening, closing := c.sold(c.start), c.sold(c.end)
		if opening < 350_000_00 || opening > 800_000_00 {
			t.Errorf("seed %d: monthly revenue at the start is %s", seed, opening)
		}
		if closing < 1_300_000_00 || closing > 2_800_000_00 {
			t.Errorf("seed %d: monthly revenue at the end is %s", seed, closing)
		}
		customers := 0
		for _, a := range c.accounts {
			if a.customer(c.end) != nil {
				customers++
			}
		}
		if customers < 200 || customers > 290 {
			t.Errorf("seed %d: %d customers at the end", seed, customers)
		}
	}
}

// Whatever the demo is to show must be there for every seed.
func TestEveryEventOccurs(t *testing.T) {
	for seed := range uint64(4) {
		c := New(Options{Seed: seed, End: lastDay})
		seen := map[string]int{}
		for _, a := range c.accounts {
			if a.inherited {
				seen["opening book"]++
			}
			if a.orphan {
				seen["orphan"]++
			}
			if len(a.history(c.end)) > 0 {
				seen["history"]++
			}
			seen["currency "+a.currency]++
			for _, s := range a.subs {
				if s.reason != "" && s.until <= c.end {
					seen["end: "+s.reason]++
				}
			}
		}
		for _, b := range c.billers {
			for _, inv := range b.invoices {
				if inv.issued.day() > c.end {
					continue
				}
				status, _ := inv.status(c.end)
				seen["invoice "+status]++
				for _, l := range inv.lines {
					seen[l.kind]++
					seen["discount "+l.duration]++
					if l.proration && l.amount < 0 {
						seen["credit"]++
					}
				}
			}
		}
		for _, event := range []string{
			"opening book", "orphan", "history", "currency BRL", "currency USD", "currency EUR", "end: non_payment",
			"end: replaced", "end: trial_not_converted", "end: price", "invoice draft", "invoice open", "invoice paid",
			"invoice uncollectible", "invoice void", "recurring", "usage", "one_time", "discount once", "discount repeating",
			"discount forever", "credit",
		} {
			if seen[event] == 0 {
				t.Errorf("seed %d: no %s", seed, event)
			}
		}
	}
}
