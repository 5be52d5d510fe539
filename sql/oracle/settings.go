package oracle

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Settings are the day, the place and the policy of a calculation. Policy values
// are written as METRICS.md writes them.
type Settings struct {
	AsOf     Day
	Timezone string
	Currency string

	GraceDays            int
	Drafts               string // exclude, include
	Usage                string // exclude, include
	PastDue              string // include, exclude
	Discounts            string // recurring, all, forever, none
	ChurnOn              string // period_end, cancel_date
	BooksOpenOn          *Day
	Reactivation         string // own, new, expansion
	MovementTolerance    *big.Rat
	SurvivalReturnMonths int
	Dimensions           []string
}

// DefaultSettings are the page's defaults as of a day, in UTC and BRL.
func DefaultSettings(asOf Day) Settings {
	return Settings{
		AsOf: asOf, Timezone: "UTC", Currency: "BRL",
		GraceDays: 7, Drafts: "exclude", Usage: "exclude", PastDue: "include",
		Discounts: "recurring", ChurnOn: "period_end", Reactivation: "own",
		MovementTolerance: big.NewRat(1, 100), SurvivalReturnMonths: 1,
		Dimensions: []string{"segment", "industry", "country", "acquisition_channel"},
	}
}

// Policy gives every policy setting of the oracle as text, by its name.
// books_open_on is there only when it is set; dimensions are joined by commas.
func (s Settings) Policy() map[string]string {
	policy := map[string]string{
		"grace_days": strconv.Itoa(s.GraceDays), "drafts": s.Drafts, "usage": s.Usage,
		"past_due": s.PastDue, "discounts": s.Discounts, "churn_on": s.ChurnOn,
		"reactivation": s.Reactivation, "movement_tolerance": decimalText(s.MovementTolerance),
		"survival_return_months": strconv.Itoa(s.SurvivalReturnMonths),
		"dimensions":             strings.Join(s.Dimensions, ","),
	}
	if s.BooksOpenOn != nil {
		policy["books_open_on"] = s.BooksOpenOn.String()
	}
	return policy
}

// YAML writes the settings as the policy.yaml that ReadSettings reads.
func (s Settings) YAML() string {
	policy := s.Policy()
	policy["dimensions"] = "[" + strings.Join(s.Dimensions, ", ") + "]"
	names := make([]string, 0, len(policy))
	for name := range policy {
		names = append(names, name)
	}
	slices.Sort(names)

	var text strings.Builder
	text.WriteString("as_of: " + s.AsOf.String() + "\ntimezone: " + s.Timezone + "\ncurrency: " + s.Currency + "\npolicy:\n")
	for _, name := range names {
		text.WriteString("  " + name + ": " + policy[name] + "\n")
	}
	return text.String()
}
