package oracle

import "math/big"

// rates gives each currency a few rates a month, from up to some weeks after the
// first service on. Every currency has some: also the one that is reported in,
// whose rates must not count.
func (g *generator) rates() {
	usual := []struct {
		currency string
		rate     int64 // millionths
	}{{"BRL", 1_100_000}, {"EUR", 5_600_000}, {"USD", 5_200_000}}
	for _, each := range usual {
		for day := g.first + Day(g.between(-30, 60)); day <= g.last; day += Day(g.between(1, 30)) {
			rate := each.rate * int64(g.between(850, 1150)) / 1000
			precise := big.NewRat(rate, 1_000_000)
			if g.chance(0.2) {
				precise = add(precise, big.NewRat(int64(g.between(1, 999_999)), 1_000_000_000_000))
			}
			g.company.Rates = append(g.company.Rates, Rate{Day: day, Currency: each.currency, Rate: precise})
		}
	}
}
