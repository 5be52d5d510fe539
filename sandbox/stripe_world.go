package sandbox

import (
	"slices"
	"sort"
	"time"

	"lastro/pipelines/demo"
)

// thing is one object of Stripe's: it can be shown as of any moment.
type thing struct {
	kind    string // customer, subscription …
	id      string
	created time.Time
	gone    time.Time // when it was deleted, zero for never
	show    func(now time.Time) object
	// customer, subscription, product and price are what lists filter by, "" for none.
	customer, subscription, product string
	mistake                         bool // of nobody: it is deleted soon
	moments                         []moment
}

// moment is when something happened to a thing: it becomes an event.
type moment struct {
	at   time.Time
	what string // as invoice.paid
}

// event is a moment of a thing as /v1/events shows it.
type event struct {
	id string
	moment
	of *thing
}

// ledger is all that Stripe holds, of all times.
type ledger struct {
	seed     uint64
	lists    map[string][]*thing // by kind, newest first
	byID     map[string]*thing
	events   []event          // newest first
	lines    map[string][]any // an invoice's lines, by its id, as Stripe shows them but for expansions
	prices   map[priceKey]*thing
	coupons  map[string]*thing
	discount map[string]object // by id, with the coupon inside
	later    []func()          // what is made once all prices are known
}

func newLedger(seed uint64, links []*link, end time.Time) *ledger {
	g := &ledger{
		seed: seed, lists: map[string][]*thing{}, byID: map[string]*thing{}, lines: map[string][]any{},
		prices: map[priceKey]*thing{}, coupons: map[string]*thing{}, discount: map[string]object{},
	}
	var opened time.Time // the first moment that anything was in Stripe
	for _, l := range links {
		for _, inv := range l.book.Invoices {
			if opened.IsZero() || inv.Issued.Before(opened) {
				opened = inv.Issued
			}
		}
	}
	opened = opened.Truncate(24 * time.Hour)
	g.addProducts(opened)
	for _, l := range links {
		if len(l.book.Invoices) > 0 {
			g.addAccount(l, opened)
		}
	}
	g.addMistakes(end)
	g.finish()
	return g
}

// addAccount puts one customer's whole life into the ledger.
func (g *ledger) addAccount(l *link, opened time.Time) {
	made := time.Time{}
	for i := range l.book.Subscriptions {
		s := &l.book.Subscriptions[i]
		created := s.Started.Add(8 * time.Hour)
		if created.Before(opened) { // taken over from an older system
			created = opened.Add(time.Duration(l.book.Number) * time.Minute)
		}
		if made.IsZero() || created.Before(made) {
			made = created
		}
		g.addSubscription(l, s, created)
	}
	g.addCustomer(l, made.Add(-10*time.Minute))
	for i := range l.book.Invoices {
		g.addInvoice(l, &l.book.Invoices[i])
	}
}

func (g *ledger) add(t *thing) *thing {
	g.lists[t.kind] = append(g.lists[t.kind], t)
	g.byID[t.id] = t
	return t
}

// happened notes a moment of a thing, if there is one.
func (t *thing) happened(at time.Time, what string) {
	if !at.IsZero() {
		t.moments = append(t.moments, moment{at, what})
	}
}

// finish sorts the lists and makes the events.
func (g *ledger) finish() {
	for _, make := range g.later {
		make()
	}
	g.later = nil
	for _, list := range g.lists {
		sorted(list)
	}
	for _, list := range g.lists {
		for _, t := range list {
			slices.SortStableFunc(t.moments, func(a, b moment) int { return a.at.Compare(b.at) })
			for n, m := range t.moments {
				g.events = append(g.events, event{token(g.seed, "evt_1", 23, t.id, m.what, m.at.Unix(), n), m, t})
			}
		}
	}
	sort.Slice(g.events, func(i, j int) bool {
		if !g.events[i].at.Equal(g.events[j].at) {
			return g.events[i].at.After(g.events[j].at)
		}
		return g.events[i].id > g.events[j].id
	})
}

// addMistakes adds customers that were made by mistake and deleted, one of them on the day after the end.
func (g *ledger) addMistakes(end time.Time) {
	for n, days := range []int{-400, -15, -6} {
		made := demo.EndOf(end.AddDate(0, 0, days)).Add(-9 * time.Hour)
		gone := made.AddDate(0, 0, 1)
		if n == 2 {
			gone = demo.EndOf(end).Add(15 * time.Hour)
		}
		t := &thing{kind: "customer", id: token(g.seed, "cus_", 14, "mistake", n), created: made, gone: gone, mistake: true}
		t.show = func(time.Time) object {
			return customerObject(t, "Teste (apagar)", "teste@gmail.com", "BR", "", map[string]string{})
		}
		t.happened(made, "customer.created")
		t.happened(gone, "customer.deleted")
		g.add(t)
	}
}

func (g *ledger) addCustomer(l *link, made time.Time) {
	b := l.book
	t := &thing{kind: "customer", id: l.customer, created: made}
	t.show = func(now time.Time) object {
		email := l.email
		if l.later != "" && came(l.moved, now) {
			email = l.later
		}
		metadata := map[string]string{}
		for k, v := range l.metadata {
			metadata[k] = v
		}
		if l.rule == ByExternalID {
			metadata["crm_id"] = l.company.id
		}
		return customerObject(t, b.Name, email, b.Country, b.Currency, metadata)
	}
	t.happened(made, "customer.created")
	if l.later != "" && l.moved.After(made) {
		t.happened(l.moved, "customer.updated")
	}
	g.add(t)
}
