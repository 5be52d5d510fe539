package oracle

import (
	"math/big"
	"math/rand/v2"
)

// RandomSettings draws a policy, a place and an as_of (mid-month or month-end) that
// lies within a company's service.
func RandomSettings(rng *rand.Rand, company Company) Settings {
	first, last := serviceSpan(company)
	asOf := first + Day(rng.IntN(int(last-first)+1))
	if rng.IntN(3) == 0 {
		asOf = asOf.Month().Last()
	}
	settings := DefaultSettings(asOf)
	settings.Timezone = pick(rng, "America/Sao_Paulo", "America/Sao_Paulo", "UTC", "Asia/Tokyo", "America/New_York")
	settings.Currency = pick(rng, "BRL", "BRL", "BRL", "USD", "EUR")
	settings.GraceDays = pick(rng, 7, 7, 0, 1, 3, 30)
	settings.Drafts = pick(rng, "exclude", "exclude", "include")
	settings.Usage = pick(rng, "exclude", "exclude", "include")
	settings.PastDue = pick(rng, "include", "include", "exclude")
	settings.Discounts = pick(rng, "recurring", "recurring", "all", "forever", "none")
	settings.ChurnOn = pick(rng, "period_end", "period_end", "cancel_date")
	settings.Reactivation = pick(rng, "own", "own", "new", "expansion")
	settings.MovementTolerance = pick(rng, big.NewRat(1, 100), big.NewRat(1, 100), new(big.Rat), big.NewRat(50, 1))
	settings.SurvivalReturnMonths = pick(rng, 1, 1, 0, 2, 3)
	if rng.IntN(3) == 0 {
		settings.BooksOpenOn = new(first + Day(rng.IntN(int(last-first)+1)) - 60)
	}
	if rng.IntN(4) == 0 {
		settings.Dimensions = pick(rng, []string{"segment"}, []string{"country", "acquisition_channel"})
	}
	return settings
}

// serviceSpan is from the first service_start or starts_on to the last end.
func serviceSpan(company Company) (first, last Day) {
	if len(company.Lines) == 0 && len(company.Items) == 0 {
		return Date(2024, 1, 1), Date(2024, 12, 31)
	}
	first, last = 1<<30, -(1 << 30)
	for _, line := range company.Lines {
		first, last = min(first, line.ServiceStart), max(last, line.ServiceEnd)
	}
	for _, item := range company.Items {
		first, last = min(first, item.StartsOn), max(last, item.StartsOn)
	}
	return first, last
}
