package pipelines

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPolicyDefaults holds the defaults and the version of METRICS. A change of the version means that every published
// number gets a new one: it must be meant.
func TestPolicyDefaults(t *testing.T) {
	var got strings.Builder
	for _, setting := range (Policy{}).Settings() {
		got.WriteString(setting.Name + " = " + setting.Value + " (" + setting.Allowed + "): " + setting.Doc + "\n")
		if setting.Value != setting.Default {
			t.Errorf("%s is %q without being set, its default is %q", setting.Name, setting.Value, setting.Default)
		}
	}
	golden(t, "testdata/policy.txt", got.String()+"version "+(Policy{}).Version()+"\n")
}

// TestPolicyRules holds the table of settings to its own rules.
func TestPolicyRules(t *testing.T) {
	for _, rule := range settingRules {
		if got, err := rule.canonical(splitList(rule, rule.fallback)); err != nil || got != rule.fallback {
			t.Errorf("the default %q of %s is not canonical: %q, %v", rule.fallback, rule.name, got, err)
		}
	}
}

func TestPolicyCanonicalForm(t *testing.T) {
	for _, each := range []struct{ name, text, want string }{
		{"grace_days", "007", "7"},
		{"grace_days", "+0", "0"},
		{"gross_margin", ".80", "0.8"},
		{"gross_margin", "1.", "1"},
		{"gross_margin", "0.000", "0"},
		{"gross_margin", "-0.0", "0"},
		{"movement_tolerance", "0010.50", "10.5"},
		{"dimensions", "segment, country", "country,segment"},
		{"dimensions", "", ""},
		{"books_open_on", "2023-06-01", "2023-06-01"},
		{"books_open_on", "", ""},
		{"churn_on", "cancel_date", "cancel_date"},
	} {
		policy, err := NewPolicy(map[string]string{each.name: each.text})
		if err != nil {
			t.Errorf("%s %q: %v", each.name, each.text, err)
		} else if got := policy.Value(each.name); got != each.want {
			t.Errorf("%s %q is %q in canonical form, want %q", each.name, each.text, got, each.want)
		}
	}
}

func TestPolicyMistakes(t *testing.T) {
	for _, each := range []struct{ name, text, want string }{
		{"grace_day", "7", "did you mean grace_days?"},
		{"grace_days", "", "a whole number from 0 to 366"},
		{"grace_days", "367", "a whole number from 0 to 366"},
		{"grace_days", "7.0", "a whole number"},
		{"gross_margin", "1.01", "a number from 0 to 1"},
		{"gross_margin", "1e-1", "a number from 0 to 1"},
		{"gross_margin", ".", "a number"},
		{"discounts", "ALL", "one of recurring, all, forever, none"},
		{"books_open_on", "2023-02-29", "a date"},
		{"dimensions", "segment,segment", "each once"},
		{"dimensions", "all", "without all"},
		{"dimensions", "Segment", "lower case"},
		{"cac_categories", "marketing,ads", "a list of marketing, sales, customer_success"},
	} {
		if _, err := NewPolicy(map[string]string{each.name: each.text}); err == nil || !strings.Contains(err.Error(), each.want) {
			t.Errorf("%s %q: got %v, want a mistake with %q", each.name, each.text, err, each.want)
		}
	}
}

func TestPolicyWarnings(t *testing.T) {
	policy, err := NewPolicy(map[string]string{"churn_on": "cancel_date", "past_due": "exclude"})
	if err != nil {
		t.Fatal(err)
	}
	if got := policy.Warnings(); len(got) != 2 || len(Policy{}.Warnings()) != 0 {
		t.Errorf("warnings: %q", got)
	}
}

// TestPolicyVersion: the version depends on what the settings mean, and on all of them.
func TestPolicyVersion(t *testing.T) {
	values := map[string][]string{
		"grace_days": {"0", "7", "30"}, "discounts": {"recurring", "all"}, "gross_margin": {"0.8", "0.75"},
		"dimensions": {"segment,country", "segment", ""}, "books_open_on": {"", "2023-06-01"}, "reactivation": {"own", "new"},
	}
	seen := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		settings := map[string]string{}
		for name, choices := range values {
			if rapid.Bool().Draw(t, "set") {
				settings[name] = rapid.SampledFrom(choices).Draw(t, name)
			}
		}
		policy, err := NewPolicy(settings)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		var meaning strings.Builder
		for _, setting := range policy.Settings() {
			all[setting.Name] = setting.Value
			meaning.WriteString(setting.Value + ";")
		}
		again, err := NewPolicy(maps.Clone(all))
		if err != nil || again.Version() != policy.Version() || len(policy.Version()) != 12 {
			t.Fatalf("%v has version %s, written out in full %s (%v)", settings, policy.Version(), again.Version(), err)
		}
		if other, ok := seen[policy.Version()]; ok && other != meaning.String() {
			t.Fatalf("%s and %s have one version", other, meaning.String())
		}
		seen[policy.Version()] = meaning.String()
	})
}
