package sandbox

import (
	"time"

	"lastro/pipelines/demo"
)

// world is what the three systems hold, of all times. It does not change once it is made: the day decides
// what is shown of it.
type world struct {
	seed   uint64
	links  []*link
	ledger *ledger
	crm    *crm
	forms  []*form
}

func newWorld(o Options, company *demo.Company) *world {
	w := &world{seed: o.Seed, links: newLinks(o.Seed, company.Books())}
	w.crm = newCRM(o, w.links, company.LostDeals())
	w.ledger = newLedger(o.Seed, w.links, o.End)
	w.forms = newForms(o.Seed, w.links, w.crm)
	return w
}

// noon is a moment in the middle of the day after the company's last: what the second night finds.
func noon(end time.Time) time.Time { return demo.EndOf(end).Add(12 * time.Hour) }
