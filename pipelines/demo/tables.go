package demo

import (
	"cmp"
	"slices"
)

// table is one canonical entity, and the file that is written of it.
type table struct {
	entity  string
	columns []string
	rows    []*row
}

// row is one record of a file. A record that no CSV writer would write is given as raw text.
type row struct {
	at    int64 // its place in time, which orders the file
	cells []string
	raw   string
	dirt  *Dirt
}

func (t *table) add(at int64, cells []string) {
	t.rows = append(t.rows, &row{at: at, cells: cells})
}

// sort puts the records in order of time, then of their cells.
func (t *table) sort() {
	slices.SortStableFunc(t.rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.at, b.at), slices.Compare(a.cells, b.cells))
	})
}

// column is the place of a column that the table has.
func (t *table) column(name string) int {
	return slices.Index(t.columns, name)
}

// collect makes the tables of everything that is known at the close of a day.
func (c *Company) collect(end day) []*table {
	tables := slices.Concat(c.customerTables(end), c.billingTables(end), c.salesTables(end), c.feedbackTables(end))
	rates := &table{entity: "fx_rates", columns: fxColumns}
	for _, r := range c.ratesTo(end) {
		rates.add(int64(r.day), r.cells())
	}
	benchmarks := &table{entity: "benchmarks", columns: benchmarkColumns}
	for _, cells := range c.benchmarks() {
		benchmarks.add(0, cells)
	}
	targets := &table{entity: "targets", columns: targetColumns}
	for _, cells := range c.targets(end) {
		targets.add(0, cells)
	}
	tables = append(tables, rates, benchmarks, targets)
	for _, t := range tables {
		t.sort()
	}
	return tables
}

func (c *Company) customerTables(end day) []*table {
	accounts := &table{entity: "accounts", columns: accountColumns}
	history := &table{entity: "account_history", columns: historyColumns}
	subscriptions := &table{entity: "subscriptions", columns: subscriptionColumns}
	reached := &table{entity: "milestones", columns: milestoneColumns}
	use := &table{entity: "usage", columns: usageColumns}
	for _, a := range c.accounts {
		for _, s := range a.subs {
			if s.started <= end {
				subscriptions.add(int64(s.started), s.cells(end))
			}
		}
		if a.orphan || a.created.day() > end {
			continue
		}
		accounts.add(0, a.cells(end))
		for _, cells := range a.history(end) {
			history.add(0, cells)
		}
		for _, r := range c.achieve(a) {
			if r.at.day() <= end {
				reached.add(int64(r.at), r.cells())
			}
		}
		for _, u := range c.use(a) {
			if u.day <= end {
				use.add(int64(u.day), u.cells())
			}
		}
	}
	return []*table{accounts, history, subscriptions, reached, use}
}

func (c *Company) billingTables(end day) []*table {
	lines := &table{entity: "invoice_lines", columns: lineColumns}
	invoices := &table{entity: "invoices", columns: invoiceColumns}
	for _, b := range c.billers {
		for _, inv := range b.invoices {
			if inv.issued.day() > end {
				continue
			}
			invoices.add(int64(inv.issued), inv.cells(end))
			for n, l := range inv.lines {
				lines.add(int64(inv.issued), l.cells(inv, n, end))
			}
		}
	}
	return []*table{lines, invoices}
}

func (c *Company) salesTables(end day) []*table {
	contracts := &table{entity: "contracts", columns: contractColumns}
	deals := &table{entity: "opportunities", columns: opportunityColumns}
	spend := &table{entity: "spend", columns: spendColumns}
	add := func(o opportunity) {
		if o.created.day() <= end {
			deals.add(int64(o.created), o.cells(end))
		}
	}
	for _, desk := range c.desks {
		for _, p := range desk.contracts {
			if p.signed.day() <= end {
				contracts.add(int64(p.signed), p.cells())
			}
		}
		for _, o := range desk.opportunities {
			add(o)
		}
	}
	for _, o := range c.lostDeals() {
		add(o)
	}
	for _, e := range c.expenses() {
		if e.on <= end {
			spend.add(int64(e.on), e.cells())
		}
	}
	return []*table{contracts, deals, spend}
}

func (c *Company) feedbackTables(end day) []*table {
	responses := &table{entity: "survey_responses", columns: responseColumns}
	invitations := &table{entity: "survey_invitations", columns: invitationColumns}
	tickets := &table{entity: "tickets", columns: ticketColumns}
	for _, a := range c.accounts {
		if a.orphan {
			continue
		}
		opened := c.support(a)
		for _, t := range opened {
			if t.opened.day() <= end {
				tickets.add(int64(t.opened), t.cells(end))
			}
		}
		asked := c.poll(a, opened)
		for _, r := range asked.responses {
			if r.at.day() <= end {
				responses.add(int64(r.at), r.cells(end))
			}
		}
		for _, i := range asked.invitations {
			if i.at.day() <= end {
				invitations.add(int64(i.at), i.cells())
			}
		}
	}
	return []*table{responses, invitations, tickets}
}
