package pipelines

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/strictyaml"
)

// Policy holds every choice that METRICS leaves to the company. The zero Policy has the default of each.
// It becomes the table policy, which the models read.
type Policy struct {
	// given are the settings that the pipeline file names, in canonical form.
	given map[string]string
	// Customers are the choices about customers, which have sections of their own beside policy.
	Customers Customers `json:"-"`
}

// Setting is one setting of a policy in its canonical text form: whole numbers and decimals plain and without
// needless zeros, dates ISO, lists sorted and comma separated, "" where nothing is set.
type Setting struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	// Allowed says in words which values there are, Doc what the setting does.
	Allowed string `json:"allowed"`
	Doc     string `json:"doc"`
}

// NewPolicy makes a policy of settings in the text form of the pipeline file; lists are comma separated.
// Its error names every setting that is unknown or has a value that is not allowed.
func NewPolicy(settings map[string]string) (Policy, error) {
	policy := Policy{given: map[string]string{}}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		rule, ok := findRule(name)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("unknown policy setting %q: %s", name, strictyaml.Suggest(name, settingNames())))
			continue
		}
		value, err := rule.canonical(splitList(rule, settings[name]))
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("policy setting %s is %q: it must be %s", name, settings[name], err))
			continue
		}
		policy.given[name] = value
	}
	if len(wrong) > 0 {
		return Policy{}, fmt.Errorf("read policy: %s", strings.Join(wrong, "; "))
	}
	return policy, nil
}

// splitList cuts the text of a list setting at its commas; any other text stays whole.
func splitList(rule settingRule, text string) []string {
	if rule.kind != listSetting {
		return []string{text}
	}
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Value gives one setting in canonical form, and "" for a name that is no setting.
func (p Policy) Value(name string) string {
	if value, ok := p.given[name]; ok {
		return value
	}
	rule, _ := findRule(name)
	return rule.fallback
}

// Settings lists every setting, in the order of METRICS.
func (p Policy) Settings() []Setting {
	settings := make([]Setting, len(settingRules))
	for i, rule := range settingRules {
		settings[i] = Setting{
			Name: rule.name, Value: p.Value(rule.name), Default: rule.fallback, Allowed: rule.allowed(), Doc: rule.doc,
		}
	}
	return settings
}

// Version names the policy: 12 hexadecimal digits of a SHA-256 over all settings and the choices about customers, defaults
// included. Two files that mean the same have the same version, however they write it.
func (p Policy) Version() string {
	var lines []string
	for _, setting := range p.Settings() {
		lines = append(lines, setting.Name+"="+setting.Value+"\n")
	}
	slices.Sort(lines)
	lines = append(lines, p.Customers.versioned()...)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])[:12]
}

// Warnings says which choices have a consequence that a reader of the numbers should be told of.
func (p Policy) Warnings() []string {
	var warnings []string
	for _, rule := range settingRules {
		if text, ok := rule.warnings[p.Value(rule.name)]; ok {
			warnings = append(warnings, fmt.Sprintf("policy %s: %s: %s", rule.name, p.Value(rule.name), text))
		}
	}
	return warnings
}
