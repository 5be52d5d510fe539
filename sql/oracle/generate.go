package oracle

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"time"
)

// Generate makes a random, messy company of size accounts (and sometimes an orphan
// one). The same rng state gives the same company; a smaller size gives fewer
// accounts and a shorter story, so a failure can be looked for in small ones first.
func Generate(rng *rand.Rand, size int) Company {
	months := min(4+2*size, 30)
	first := pick(rng, Date(2023, 1, 1), Date(2023, 6, 1), Date(2023, 10, 1), Date(2024, 1, 1))
	g := &generator{rng: rng, first: first, last: first.AddMonths(months) - 1}
	for i := range size {
		g.account(i)
	}
	if size > 0 && g.chance(0.5) {
		g.orphan()
	}
	g.rates()
	g.shuffle()
	return g.company
}

// generator tells the stories of a company's accounts between two days.
type generator struct {
	rng         *rand.Rand
	first, last Day
	company     Company
	lines       int // numbers given to lines
}

func (g *generator) chance(p float64) bool { return g.rng.Float64() < p }

// between is a whole number from low to high, both included.
func (g *generator) between(low, high int) int { return low + g.rng.IntN(high-low+1) }

func (g *generator) dayBetween(low, high Day) Day {
	return Day(g.between(int(low), int(max(low, high))))
}

func pick[T any](rng *rand.Rand, choices ...T) T { return choices[rng.IntN(len(choices))] }

// stamp is a moment on a day in UTC, often so early that it is the day before in
// São Paulo; now and then it has an offset or is a bare date.
func (g *generator) stamp(day Day) Stamp {
	if g.chance(0.05) {
		return On(day)
	}
	second := pick(g.rng, 0, 5400, 10799, 10800, 43200, 86399)
	moment := day.midnight().Add(time.Duration(second) * time.Second)
	if g.chance(0.05) {
		moment = moment.In(time.FixedZone("", -3*3600))
	}
	return At(moment)
}

// maybe is a stamp on the day with a chance, else nothing.
func (g *generator) maybe(p float64, day Day) Stamp {
	if g.chance(p) {
		return g.stamp(day)
	}
	return Stamp{}
}

// lineID is a new id whose order as text is not the order of its number.
func (g *generator) lineID() string {
	g.lines++
	if g.chance(0.1) {
		return fmt.Sprintf("%s%d", pick(g.rng, "L", "l", "é"), g.lines)
	}
	return fmt.Sprintf("line_%06d", g.lines)
}

// cents is an amount of 2 decimals.
func cents(n int64) *big.Rat { return big.NewRat(n, 100) }

// roundCents rounds to 2 decimals, half away from zero, as a biller would.
func roundCents(x *big.Rat) *big.Rat { return roundTo(x, 100) }

func (g *generator) shuffle() {
	shuffled(g.rng, g.company.Accounts)
	shuffled(g.rng, g.company.History)
	shuffled(g.rng, g.company.Subscriptions)
	shuffled(g.rng, g.company.Lines)
	shuffled(g.rng, g.company.Items)
	shuffled(g.rng, g.company.Invoices)
	shuffled(g.rng, g.company.Rates)
}

func shuffled[T any](rng *rand.Rand, records []T) {
	rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
}
