package company

import (
	"fmt"
	"strconv"
	"strings"
)

// ledger is the rows that some accounts have made.
type ledger struct {
	accounts, history, subscriptions, items []byte
	lines, invoices                         entries
}

// account is one customer as the simulation goes on.
type account struct {
	*ledger
	n          int
	id         string
	chance     dice
	joined     day
	segment    *segment
	currency   string
	attributes [4]string // segment, industry, country, acquisition_channel
	known      bool      // whether the accounts file holds it
	byDeal     bool      // its revenue comes as subscription items
	full       bool      // its prorations say the price of a whole interval
	rows       uint64    // of any kind, so far
	bills      int       // so far
	paysIn     int       // days after the invoice
	served     []span
}

// span is days from one up to another, 0 for no end.
type span struct{ from, to day }

// simulate lives the lives of accounts from to to-1.
func simulate(from, to int) *ledger {
	l := &ledger{}
	for n := from; n < to; n++ {
		newAccount(l, n).live()
	}
	return l
}

func newAccount(l *ledger, n int) *account {
	a := &account{ledger: l, n: n, id: fmt.Sprintf("acc_%06d", n), chance: dice(mix(uint64(n) + 0xacc))}
	c := &a.chance
	days := int(known-books) - 10
	a.joined = books + day(c.under(days))
	if c.odds(7000) { // the company grows: more join late than early
		a.joined = max(a.joined, books+day(c.under(days)))
	}
	a.segment = &segments[c.pick(70, 22, 8)]
	country := countries[c.pick(72, 10, 7, 5, 4, 2)]
	a.currency = country.currency
	a.attributes = [4]string{
		a.segment.name, industries[c.pick(22, 14, 14, 12, 12, 12, 11, 3)], country.name, channels[c.pick(30, 25, 18, 12, 11, 4)],
	}
	a.byDeal = c.odds(a.segment.byDeal)
	a.full = c.odds(6000)
	a.known = n%20_011 != 20_010
	a.paysIn = c.between(1, a.segment.due+5)
	return a
}

// live goes from the first subscription to the last, and writes the account.
func (a *account) live() {
	for from := a.joined; from <= known; {
		end := a.subscribe(from)
		a.served = append(a.served, span{from, end})
		if end == 0 || !a.chance.odds(1300) {
			break
		}
		from = end + day(a.chance.between(20, 300))
	}
	a.remember()
	if !a.known {
		return
	}
	c := &a.chance
	one, two := first[c.under(len(first))], second[c.under(len(second))]
	name := one + " " + two + " " + endings[c.under(len(endings))]
	if c.odds(1500) {
		name = `"` + one + ", " + first[c.under(len(first))] + ` & Cia"`
	}
	text := append(a.accounts, a.id+","+name+","...)
	text = append(text, strings.ToLower(one)+strconv.Itoa(a.n)+".example,"...)
	text = append(text, fmt.Sprintf("%014d,", mix(uint64(a.n)+99)%100_000_000_000_000)...)
	text = append(text, strings.Join(a.attributes[:], ",")...)
	text = append(text, fmt.Sprintf(",csm_%02d,", c.under(40))...)
	a.accounts = append(appendMoment(text, (a.joined-day(c.under(20))).at(c.under(86_400))), '\n')
}

// remember writes what the account's attributes were from day to day, for those accounts whose changes were kept.
func (a *account) remember() {
	c := &a.chance
	if !c.odds(3500) {
		return
	}
	from := a.joined
	a.version(from)
	for range c.pick(30, 45, 20, 5) {
		from += day(c.between(30, 500))
		if from > known {
			return
		}
		switch c.pick(70, 10, 5, 15) {
		case 0:
			a.attributes[0] = segments[c.under(len(segments))].name
		case 1:
			a.attributes[1] = industries[c.under(len(industries))]
		case 2:
			a.attributes[2] = countries[c.under(len(countries))].name
		case 3:
			a.attributes[3] = channels[c.under(len(channels))]
		}
		a.version(from)
	}
}

func (a *account) version(from day) {
	text := append(appendDay(append(a.history, a.id+","...), from), ',')
	a.history = append(append(text, strings.Join(a.attributes[:], ",")...), '\n')
}

// newID is an id that no other row of the company has: as billing systems make them, the moment and then chance, so that
// ids lie about in the order of their time and those of one moment in none.
func (a *account) newID(prefix string, at moment) string {
	a.rows++
	text := strconv.FormatUint(mix(uint64(a.n)<<24|a.rows), 36)
	return prefix + strconv.FormatInt(int64(at), 36) + "0000000000000"[len(text):] + text
}
