package oracle

import (
	"fmt"
	"math/big"
	"os"

	"github.com/goccy/go-yaml"
)

// settingsFile is a policy.yaml; what is absent keeps its default, and settings
// of other sections are passed over.
type settingsFile struct {
	AsOf     string `yaml:"as_of"`
	Timezone string `yaml:"timezone"`
	Currency string `yaml:"currency"`
	Policy   struct {
		GraceDays            *int      `yaml:"grace_days"`
		Drafts               *string   `yaml:"drafts"`
		Usage                *string   `yaml:"usage"`
		PastDue              *string   `yaml:"past_due"`
		Discounts            *string   `yaml:"discounts"`
		ChurnOn              *string   `yaml:"churn_on"`
		BooksOpenOn          *string   `yaml:"books_open_on"`
		Reactivation         *string   `yaml:"reactivation"`
		MovementTolerance    *string   `yaml:"movement_tolerance"`
		SurvivalReturnMonths *int      `yaml:"survival_return_months"`
		Dimensions           *[]string `yaml:"dimensions"`
	} `yaml:"policy"`
}

// ReadSettings reads a policy.yaml: as_of, timezone, currency and policy.
func ReadSettings(path string) (Settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, fmt.Errorf("reading settings: %w", err)
	}
	var file settingsFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		return Settings{}, fmt.Errorf("reading settings of %s: %w", path, err)
	}
	asOf, err := ParseDay(file.AsOf)
	if err != nil {
		return Settings{}, fmt.Errorf("reading as_of of %s: %w", path, err)
	}
	settings := DefaultSettings(asOf)
	setIfGiven(&settings.Timezone, nonEmpty(file.Timezone))
	setIfGiven(&settings.Currency, nonEmpty(file.Currency))
	policy := file.Policy
	setIfGiven(&settings.GraceDays, policy.GraceDays)
	setIfGiven(&settings.Drafts, policy.Drafts)
	setIfGiven(&settings.Usage, policy.Usage)
	setIfGiven(&settings.PastDue, policy.PastDue)
	setIfGiven(&settings.Discounts, policy.Discounts)
	setIfGiven(&settings.ChurnOn, policy.ChurnOn)
	setIfGiven(&settings.Reactivation, policy.Reactivation)
	setIfGiven(&settings.SurvivalReturnMonths, policy.SurvivalReturnMonths)
	setIfGiven(&settings.Dimensions, policy.Dimensions)
	if policy.BooksOpenOn != nil {
		day, err := ParseDay(*policy.BooksOpenOn)
		if err != nil {
			return Settings{}, fmt.Errorf("reading books_open_on of %s: %w", path, err)
		}
		settings.BooksOpenOn = &day
	}
	if policy.MovementTolerance != nil {
		tolerance, ok := new(big.Rat).SetString(*policy.MovementTolerance)
		if !ok {
			return Settings{}, fmt.Errorf("reading movement_tolerance of %s: %q is not a number", path, *policy.MovementTolerance)
		}
		settings.MovementTolerance = tolerance
	}
	return settings, nil
}

func setIfGiven[T any](setting *T, given *T) {
	if given != nil {
		*setting = *given
	}
}

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
