package pipelines

import (
	"fmt"
	"slices"
)

// Customers are the choices about customers that have sections of their own in the pipeline file. The zero Customers has
// the default of each.
type Customers struct {
	Health     Health
	Milestones []Milestone
	Surveys    []Cadence
	Lexicon    Lexicon
}

// HealthComponents are what the health score is made of, in the order in which ties are broken.
var HealthComponents = []string{"usage", "satisfaction", "support", "financial", "outcomes", "growth"}

// Health holds the weights and thresholds of the health score, in the canonical form of decimal settings.
type Health struct {
	// given are those that the pipeline file names: weights.usage, tiers.green and so on.
	given map[string]string
}

// healthRules are the numbers of the health section, by their path in it.
var healthRules = []settingRule{
	{name: "weights.usage", kind: decimalSetting, fallback: "30", low: "0", high: "1000"},
	{name: "weights.satisfaction", kind: decimalSetting, fallback: "20", low: "0", high: "1000"},
	{name: "weights.support", kind: decimalSetting, fallback: "15", low: "0", high: "1000"},
	{name: "weights.financial", kind: decimalSetting, fallback: "15", low: "0", high: "1000"},
	{name: "weights.outcomes", kind: decimalSetting, fallback: "10", low: "0", high: "1000"},
	{name: "weights.growth", kind: decimalSetting, fallback: "10", low: "0", high: "1000"},
	{name: "tiers.green", kind: decimalSetting, fallback: "70", low: "0", high: "100"},
	{name: "tiers.yellow", kind: decimalSetting, fallback: "40", low: "0", high: "100"},
	{name: "least_coverage", kind: decimalSetting, fallback: "0.5", low: "0", high: "1"},
	{name: "fall", kind: decimalSetting, fallback: "15", low: "0", high: "100"},
}

// Value gives one number of the section by its path, as weights.usage.
func (h Health) Value(path string) string {
	if value, ok := h.given[path]; ok {
		return value
	}
	at := slices.IndexFunc(healthRules, func(rule settingRule) bool { return rule.name == path })
	if at < 0 {
		return ""
	}
	return healthRules[at].fallback
}

// Milestone is a step towards a customer's success that the company counts.
type Milestone struct {
	Name string
	Kind string // functional or customer
	// Value says that a customer who reached it has got what it bought, Expansion that it is ready for more.
	Value, Expansion bool
	LabelPT, LabelEN string
}

// Cadence is one rule of when an account is to be asked.
type Cadence struct {
	Survey     string // nps, csat, ces
	Touchpoint string // "" where any contact of the survey counts
	// EveryDays is the distance between two askings; 0 for a rule that waits for an event.
	EveryDays int
	After     string // ticket_resolved, start or milestone; "" for a rule with EveryDays
	Milestone string // which, with After milestone
	DelayDays int    // from the event, or from the account's first day, to the asking
	RestDays  int    // least distance from the last asking
	// ExpiresDays is how long after the event it makes sense to ask; 0 for ever.
	ExpiresDays int
}

// defaultCadence holds where the pipeline file has no surveys.
var defaultCadence = []Cadence{
	{Survey: "nps", EveryDays: 90, DelayDays: 30},
	{Survey: "csat", Touchpoint: "support", After: "ticket_resolved", DelayDays: 1, RestDays: 14, ExpiresDays: 14},
	{Survey: "ces", Touchpoint: "support", After: "ticket_resolved", DelayDays: 1, RestDays: 90, ExpiresDays: 14},
}

// Cadence gives the rules of when to ask.
func (c Customers) Cadence() []Cadence {
	if c.Surveys == nil {
		return defaultCadence
	}
	return c.Surveys
}

// Themes gives the lexicon by which comments are tagged.
func (c Customers) Themes() Lexicon {
	if c.Lexicon.Themes == nil {
		return defaultLexicon()
	}
	return c.Lexicon
}

// settings writes the choices as settings, to stand beside those of policy. A lexicon is too long to be shown whole.
func (c Customers) settings() []Setting {
	var settings []Setting
	for _, rule := range healthRules {
		settings = append(settings, Setting{Name: "health." + rule.name, Value: c.Health.Value(rule.name), Default: rule.fallback})
	}
	for _, m := range c.Milestones {
		value := m.Kind
		if m.Value {
			value += ",value"
		}
		if m.Expansion {
			value += ",expansion"
		}
		settings = append(settings, Setting{Name: "milestones." + m.Name, Value: value})
	}
	for i, rule := range c.Cadence() {
		setting := Setting{Name: fmt.Sprintf("surveys.%d", i+1), Value: rule.String()}
		if i < len(defaultCadence) {
			setting.Default = defaultCadence[i].String()
		}
		settings = append(settings, setting)
	}
	lexicon := Setting{Name: "lexicon", Value: fmt.Sprintf("%d themes", len(c.Themes().Themes)), Default: fmt.Sprintf("%d themes", len(defaultLexicon().Themes))}
	return append(settings, lexicon)
}

// String writes the rule as nps every 90 days, or csat at support 1 days after ticket_resolved.
func (c Cadence) String() string {
	text := c.Survey
	if c.Touchpoint != "" {
		text += " at " + c.Touchpoint
	}
	if c.EveryDays > 0 {
		text += fmt.Sprintf(" every %d days, first after %d", c.EveryDays, c.DelayDays)
	} else {
		text += fmt.Sprintf(" %d days after %s", c.DelayDays, c.After)
		if c.Milestone != "" {
			text += " " + c.Milestone
		}
	}
	return text + fmt.Sprintf(", rest %d, expires %d", c.RestDays, c.ExpiresDays)
}

// versioned gives one line for each choice, for the version of the policy.
func (c Customers) versioned() []string {
	var lines []string
	for _, rule := range healthRules {
		lines = append(lines, "health."+rule.name+"="+c.Health.Value(rule.name)+"\n")
	}
	for i, milestone := range c.Milestones {
		lines = append(lines, fmt.Sprintf("milestones[%02d]=%q\n", i, fmt.Sprint(milestone)))
	}
	for i, cadence := range c.Cadence() {
		lines = append(lines, fmt.Sprintf("surveys[%02d]=%q\n", i, cadence))
	}
	for i, term := range c.Themes().terms() {
		lines = append(lines, fmt.Sprintf("lexicon[%05d]=%q\n", i, term))
	}
	return lines
}
