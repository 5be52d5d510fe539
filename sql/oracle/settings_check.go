package oracle

import (
	"fmt"
	"slices"
)

// check refuses a setting that is none of the page's values, so that a misspelt
// policy cannot pass as another.
func (s Settings) check() error {
	choices := []struct {
		setting, value string
		allowed        []string
	}{
		{"drafts", s.Drafts, []string{"exclude", "include"}},
		{"usage", s.Usage, []string{"exclude", "include"}},
		{"past_due", s.PastDue, []string{"include", "exclude"}},
		{"discounts", s.Discounts, []string{"recurring", "all", "forever", "none"}},
		{"churn_on", s.ChurnOn, []string{"period_end", "cancel_date"}},
		{"reactivation", s.Reactivation, []string{"own", "new", "expansion"}},
	}
	for _, choice := range choices {
		if !slices.Contains(choice.allowed, choice.value) {
			return fmt.Errorf("policy %s: %q is not one of %v", choice.setting, choice.value, choice.allowed)
		}
	}
	for _, dimension := range s.Dimensions {
		if _, ok := (Attributes{}).named(dimension); !ok {
			return fmt.Errorf("policy dimensions: %q is no attribute of accounts that account_history keeps", dimension)
		}
	}
	if s.GraceDays < 0 || s.SurvivalReturnMonths < 0 || s.MovementTolerance == nil || s.MovementTolerance.Sign() < 0 {
		return fmt.Errorf("policy grace_days, survival_return_months and movement_tolerance must be 0 or more")
	}
	return nil
}
