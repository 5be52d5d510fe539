// Package demo makes the records of a company that does not exist: Prumo Software, a Brazilian maker
// of management software that sells subscriptions to some hundred businesses. The company is drawn
// from a seed, the same to the byte every time, and has what real books have: upgrades, yearly
// adjustments, late renewals, write-offs, and records that are wrong.
package demo

import (
	"time"
)

// CompanyName is what the demo company calls itself.
const CompanyName = "Prumo Software"

const (
	defaultYears    = 3
	defaultAccounts = 320
	// foresight is how many days past the end the simulation decides: an invoice may be issued before
	// its service starts, and a customer may give notice of an end that is still to come.
	foresight = 120
)

// Options say which company to make.
type Options struct {
	Seed     uint64
	End      time.Time // the last day, by the date that End itself shows
	Years    int       // how many years the books cover; 3 when 0 or less
	Accounts int       // how many accounts there ever were, roughly; 320 when 0 or less
	Pesos    int       // how many more pay in Chilean pesos, which have no cents
}

// Company is a company with all its records up to the last day.
type Company struct {
	options    Options
	seed       uint64
	start, end day
	horizon    day
	accounts   []*account
	billers    []*biller // one for each account, as sales and lives
	desks      []*sales
	rates      []fxRate
	tables     []*table
	dirt       []Dirt
}

// New makes the company.
func New(options Options) *Company {
	if options.Years <= 0 {
		options.Years = defaultYears
	}
	if options.Accounts <= 0 {
		options.Accounts = defaultAccounts
	}
	end := dayOf(options.End)
	c := &Company{
		options: options, seed: options.Seed, end: end, horizon: end + foresight,
		start: monthStart((end + 1).month() - 12*options.Years),
	}
	c.rates = c.ratesTo(c.end)
	c.accounts = c.founded()
	for _, a := range c.accounts {
		c.live(a)
	}
	c.loseTwo()
	c.tables = c.collect(c.end)
	c.dirt = c.soil()
	return c
}

// live walks one account through the years.
func (c *Company) live(a *account) {
	w := &walker{
		account: a, chance: newDice(c.seed, "life", a.n), start: c.start, horizon: c.horizon,
		bill: newBiller(c.seed, a, c.start), sales: &sales{chance: newDice(c.seed, "sales", a.n)},
	}
	w.run()
	c.billers = append(c.billers, w.bill)
	c.desks = append(c.desks, w.sales)
}

// loseTwo takes two small accounts out of the list of accounts: they were deleted in the CRM, their
// invoices are still there.
func (c *Company) loseTwo() {
	left := 2
	for _, a := range c.accounts {
		if left > 0 && a.segment == segments[0] && !a.inherited && len(a.subs) > 0 && a.subs[0].term == 1 {
			a.orphan = true
			left--
		}
	}
}

// BooksOpenOn is the first day of the books: policy books_open_on, since about a quarter of the
// accounts were customers before it.
func (c *Company) BooksOpenOn() time.Time {
	return c.start.time()
}

// Dirt is what is wrong in the files, in the order of the files and their lines.
func (c *Company) Dirt() []Dirt {
	return append([]Dirt(nil), c.dirt...)
}
