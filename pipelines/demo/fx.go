package demo

import "fmt"

// fxRate is one row of fx_rates: how many reais one unit of the currency costs, in 1/10,000.
type fxRate struct {
	day      day
	currency string
	rate     int
}

var fxColumns = []string{"day", "currency", "rate"}

func (r fxRate) cells() []string {
	return []string{r.day.String(), r.currency, fmt.Sprintf("%d.%04d", r.rate/10_000, r.rate%10_000)}
}

// fxLead is how many days of rates stand before the first day of the books.
const fxLead = 45

// fxRates walks the dollar in reais, and the euro in dollars, over the business days. Both are drawn
// back, weakly, to a level that moves: the real loses some 4% a year.
func fxRates(seed uint64, start, end day) []fxRate {
	chance := newDice(seed, "fx", 0)
	const usdStart, eurStart = 51_300, 10_700
	usd, eur := usdStart, eurStart // in 1/10,000
	var rows []fxRate
	for d := start - fxLead; d <= end; d++ {
		if !d.isBusinessDay() {
			continue
		}
		level := usdStart + int(d-start)*usdStart*4/100/365
		usd += (level-usd)*2/100 + chance.bell(usd*80/10_000)
		eur += (10_900-eur)*2/100 + chance.bell(45)
		rows = append(rows,
			fxRate{d, "EUR", usd * eur / 10_000},
			fxRate{d, "USD", usd})
	}
	return rows
}

// toReais converts an amount at the last rate on or before the day.
func toReais(rates []fxRate, amount cents, currency string, on day) cents {
	if currency == "BRL" {
		return amount
	}
	rate := 0
	for _, r := range rates {
		if r.day > on && rate != 0 {
			break
		}
		if r.currency == currency {
			rate = r.rate
		}
	}
	return amount * cents(rate) / 10_000
}

// ratesTo are the rates up to a day, which may lie after the last one: they go on as they began.
func (c *Company) ratesTo(end day) []fxRate {
	rates := fxRates(c.seed, c.start, end)
	if c.options.Pesos == 0 {
		return rates
	}
	chance := newDice(c.seed, "fx pesos", 0)
	var all []fxRate
	for i, r := range rates {
		if i%2 == 0 { // each day has two, the euro first
			all = append(all, fxRate{r.day, "CLP", 58 + chance.between(-2, 2)})
		}
		all = append(all, r)
	}
	return all
}
