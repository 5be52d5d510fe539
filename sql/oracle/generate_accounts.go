package oracle

import "fmt"

// attributes are random; each may be missing.
func (g *generator) attributes() Attributes {
	return Attributes{
		Segment:            pick(g.rng, "smb", "mid", "ent", ""),
		Industry:           pick(g.rng, "retail", "health", "fintech"),
		Country:            pick(g.rng, "BR", "BR", "US", "DE"),
		AcquisitionChannel: pick(g.rng, "organic", "paid", "referral", ""),
	}
}

// account tells the story of one account: who it is, and what it subscribes to.
func (g *generator) account(i int) {
	id := fmt.Sprintf("acc_%05d", i)
	known := g.attributes()
	g.company.Accounts = append(g.company.Accounts, Account{
		ID: id, Name: fmt.Sprintf("Company %d", i), Domain: fmt.Sprintf("c%d.example", i),
		Attributes: known, CreatedAt: g.stamp(g.first),
	})
	if g.chance(0.35) {
		g.history(id, known)
	}
	g.subscribe(id, i)
	if g.chance(0.2) {
		g.items(id, i)
	}
	if g.chance(0.15) {
		g.looseLines(id)
	}
}

// history gives an account up to 4 versions of its attributes; an empty cell in one
// is a missing value, whatever the version before it said.
func (g *generator) history(id string, attributes Attributes) {
	day := g.dayBetween(g.first, g.first+200)
	for range g.between(1, 4) {
		g.company.History = append(g.company.History, AccountVersion{AccountID: id, ValidFrom: day, Attributes: attributes})
		attributes.Segment = pick(g.rng, "smb", "mid", "ent", "")
		if g.chance(0.3) {
			attributes = g.attributes()
		}
		day += Day(g.between(1, 150))
	}
}

// orphan is an account that accounts does not hold.
func (g *generator) orphan() {
	g.subscribe("acc_orphan", 99999)
	if g.chance(0.3) {
		g.items("acc_orphan", 99999)
	}
}

// subscribe gives an account 0 to 3 episodes, one after another with a gap between
// them, of 1 or 2 subscriptions at a time.
func (g *generator) subscribe(id string, i int) {
	currency := pick(g.rng, "BRL", "BRL", "USD", "EUR")
	start := g.dayBetween(g.first, g.first+(g.last-g.first)*2/3)
	for episode := range g.between(0, 3) {
		end := start
		for parallel := range g.between(1, 2) {
			if g.chance(0.1) {
				currency = pick(g.rng, "BRL", "USD", "EUR")
			}
			name := fmt.Sprintf("sub_%d_%d_%d", i, episode, parallel)
			end = max(end, g.subscription(id, name, currency, start+Day(g.between(-5, 20))))
		}
		start = end + Day(g.between(-10, 90))
	}
}
