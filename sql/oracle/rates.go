package oracle

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// value is v(x, d): x at the rate of its currency on a day, rounded.
func (b *book) value(x *big.Rat, currency string, day Day) *big.Rat {
	if x.Sign() == 0 {
		return ratZero
	}
	return round4(mul(x, b.rate(currency, day)))
}

// rate is that of the last row on or before the day, else of the first row.
func (b *book) rate(currency string, day Day) *big.Rat {
	if currency == b.settings.Currency {
		return whole(1)
	}
	rates := b.rates[currency]
	found := rates[0]
	for _, rate := range rates {
		if rate.Day > day {
			break
		}
		found = rate
	}
	return found.Rate
}

// checkRates names every currency in use (with a level on some day) that has no
// rate at all.
func (b *book) checkRates(histories []*keyHistory) error {
	missing := map[string]bool{}
	for _, history := range histories {
		if history.hasLevel() && history.currency != b.settings.Currency && len(b.rates[history.currency]) == 0 {
			missing[history.currency] = true
		}
	}
	if len(missing) == 0 {
		return nil
	}
	names := make([]string, 0, len(missing))
	for currency := range missing {
		names = append(names, currency)
	}
	slices.Sort(names)
	return fmt.Errorf("no rate in fx_rates for %s: add rows for each", strings.Join(names, ", "))
}
