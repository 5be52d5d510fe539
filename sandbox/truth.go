package sandbox

import (
	"time"

	"lastro/pipelines/demo"
)

// BillingSource and CRMSource are what the pipeline of the sandbox calls its sources: an account that the CRM does
// not have is named by the source that does.
const (
	BillingSource = "billing"
	CRMSource     = "crm"
)

// Truth is the company's true figures at the close of a day, and which of the systems' records are one customer.
type Truth struct {
	demo.Truth
	Accounts []Account `json:"accounts"` // in place of the simulator's own
	// Records are how many records each list has that day: of Stripe "stripe customers", …
	Records map[string]int `json:"records"`
}

// Account is one customer in all systems.
type Account struct {
	Account  string                `json:"account_id"`          // in all tables
	Books    string                `json:"books_id"`            // the simulator's own
	Customer string                `json:"stripe_id,omitempty"` // empty for who was never billed
	Company  string                `json:"hubspot_id,omitempty"`
	Rule     Rule                  `json:"rule"`          // by which the two are found to be one
	Why      string                `json:"why,omitempty"` // they are not
	MRR      map[string]demo.Money `json:"mrr,omitempty"` // at each month's close, by the month's first day
}

// Truth tells the figures at the close of a day, by the date it shows.
func (s *Server) Truth(day time.Time) Truth {
	now := demo.EndOf(day).Add(-time.Second)
	t := Truth{Truth: s.company.Truth(day)}
	mrr := map[string]map[string]demo.Money{}
	for _, a := range t.Truth.Accounts {
		mrr[a.Account] = a.MRR
	}
	for _, l := range s.world.links {
		customer := s.world.ledger.byID[l.customer]
		inCRM := !l.company.created.After(now) && !came(l.company.archived, now)
		billed := customer != nil && !customer.created.After(now)
		if !inCRM && !billed {
			continue
		}
		a := Account{Books: l.book.Account, MRR: mrr[l.book.Account]}
		if inCRM {
			a.Company, a.Account = l.company.id, l.company.id
		}
		if billed {
			a.Customer = l.customer
			a.Rule, a.Why = l.matches(now)
			a.Account = l.account(BillingSource, now)
		}
		t.Accounts = append(t.Accounts, a)
	}
	for _, c := range s.world.ledger.lists["customer"] {
		if c.mistake && !c.created.After(now) && !came(c.gone, now) {
			t.Accounts = append(t.Accounts, Account{Account: BillingSource + ":" + c.id, Customer: c.id, Why: "made by mistake"})
		}
	}
	t.Records = s.records(now)
	return t
}

// records counts what each list shows at a moment.
func (s *Server) records(now time.Time) map[string]int {
	n := map[string]int{}
	q := &stripeQuery{ledger: s.world.ledger, now: now}
	for kind, list := range s.world.ledger.lists {
		for _, t := range list {
			if !t.created.After(now) && !came(t.gone, now) {
				n["stripe "+kind]++
				if kind == "invoice" {
					n["stripe invoice_line"] += len(s.world.ledger.lines[t.id])
				}
			}
		}
	}
	for _, e := range s.world.ledger.events {
		if q.kept(e) {
			n["stripe event"]++
		}
	}
	for kind, list := range s.world.crm.lists {
		for _, r := range list {
			switch {
			case r.created.After(now):
			case came(r.archived, now):
				n["hubspot "+kind+" archived"]++
			default:
				n["hubspot "+kind]++
			}
		}
	}
	for _, f := range s.world.forms {
		for _, r := range f.responses {
			if r.completed && !r.shown.After(now) {
				n["typeform "+f.id]++
			}
		}
	}
	return n
}

// WriteFiles writes what no API has into a folder, as known on the day that is shown, by the CRM's account ids.
func (s *Server) WriteFiles(dir string) error {
	now := s.Now()
	ids := map[string]string{}
	for _, l := range s.world.links {
		switch {
		case l.company.created.After(now): // nobody has entered it yet
		case !came(l.company.archived, now):
			ids[l.book.Account] = l.company.id
		default:
			ids[l.book.Account] = BillingSource + ":" + l.customer
		}
	}
	return s.company.WriteFiles(dir, s.Day(), func(account string) string { return ids[account] })
}
