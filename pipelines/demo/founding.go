package demo

import "fmt"

// inheritedShare is the part of all accounts, in percent, that were customers before the books open.
const inheritedShare = 27

// founded makes the accounts: those of the opening book, then the new ones month by month. The
// number a month grows over the years, and is small in December and January.
func (c *Company) founded() []*account {
	names := newNaming()
	var accounts []*account
	add := func(first day, inherited bool) {
		accounts = append(accounts, c.newAccount(names, len(accounts)+1, first, inherited))
	}
	chance := newDice(c.seed, "founding", 0)
	old := c.options.Accounts * inheritedShare / 100
	for range old {
		add(c.start-day(chance.between(20, 365*4)), true)
	}
	months := c.options.Years * 12
	weight := func(m int) int {
		w := 100 + m*90/months
		if at := (c.start.month() + m) % 12; at == 11 || at == 0 {
			w = w * 6 / 10
		}
		return w
	}
	total := 0
	for m := range months {
		total += weight(m)
	}
	sum := 0
	for m := range months + 1 { // one more, for a month that is not over at the end
		from := (c.options.Accounts - old) * sum / total
		sum += weight(m)
		for range (c.options.Accounts-old)*sum/total - from {
			add(monthStart(c.start.month()+m)+day(chance.between(0, 27)), false)
		}
	}
	for i := range c.options.Pesos {
		add(c.start+day(60+150*i), false)
		accounts[len(accounts)-1].payInPesos()
	}
	return accounts
}

// payInPesos makes the account one of Chile, at list prices, so that all of its prices are whole pesos.
func (a *account) payInPesos() {
	a.country, a.currency, a.clause, a.taxID, a.segment = "CL", "CLP", "", "", segments[0]
	for i := range a.versions {
		a.versions[i].segment = segments[0].id
	}
}

var channels = []string{"organic", "paid", "referral", "partner", "outbound"}

func (c *Company) newAccount(names *naming, n int, first day, inherited bool) *account {
	chance := newDice(c.seed, "account", n)
	a := &account{n: n, id: fmt.Sprintf("ac_%04d", n), first: first, inherited: inherited}
	a.country = []string{"BR", "US", "PT", "MX"}[chance.weighted(80, 9, 6, 5)]
	a.currency = map[string]string{"BR": "BRL", "US": "USD", "MX": "USD", "PT": "EUR"}[a.country]
	line := industries[chance.weighted(shares()...)]
	a.name, a.domain = names.company(chance, line, a.country)
	a.taxID = newTaxID(chance, a.country, a.name)
	a.owner = pick(chance, owners)
	a.segment = segments[chance.weighted(55, 33, 12)]
	a.created = (first - day(chance.between(3, 70))).working(chance)
	v := version{from: a.created.day(), segment: a.segment.id, industry: line.id}
	v.channel = channels[chance.weighted(a.segment.channels[:]...)]
	a.versions = []version{v}
	a.reclassify(chance)
	switch {
	case a.currency != "BRL":
		a.clause = []string{"", "cpi"}[chance.between(0, 1)]
	default:
		a.clause = []string{"ipca", "igp-m", ""}[chance.weighted(74, 18, 8)]
	}
	a.mood = newMood(newDice(c.seed, "mood", n), min(first, c.start).month(), c.horizon.month())
	a.dropDetails(chance)
	return a
}

func shares() []int {
	weights := make([]int, len(industries))
	for i, line := range industries {
		weights[i] = line.share
	}
	return weights
}

// reclassify gives a few accounts a later version: the first contact was found out, or the line of
// business put right.
func (a *account) reclassify(chance *dice) {
	if !chance.odds(500) {
		return
	}
	from := a.first + day(chance.between(40, 400))
	if chance.odds(5000) {
		a.change(from, func(v *version) { v.channel = "referral" })
		return
	}
	a.change(from, func(v *version) { v.industry = "technology" })
}

// dropDetails leaves a few cells empty, as a CRM does.
func (a *account) dropDetails(chance *dice) {
	if chance.odds(150) {
		a.versions[0].industry = ""
	}
	if chance.odds(200) {
		a.taxID = ""
	}
	if chance.odds(150) {
		a.owner = ""
	}
}
