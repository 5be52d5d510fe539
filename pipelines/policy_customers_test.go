package pipelines

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBuiltInLexicon holds the lexicon that the program brings to its own rules.
func TestBuiltInLexicon(t *testing.T) {
	lexicon, mistakes := readThemes()
	for _, mistake := range mistakes {
		t.Error(mistake)
	}
	if len(lexicon.Themes) < 12 || len(lexicon.Languages) != 2 {
		t.Errorf("%d themes in %d languages", len(lexicon.Themes), len(lexicon.Languages))
	}
	for _, theme := range lexicon.Themes {
		languages := make(map[string]bool)
		for _, term := range theme.Terms {
			languages[term.Language] = true
		}
		if !languages["pt"] || !languages["en"] || theme.LabelPT == theme.Name || theme.LabelEN == theme.Name {
			t.Errorf("the theme %s is not told in both languages", theme.Name)
		}
	}
}

// TestCustomersVersion: the version of the policy depends on what the sections about customers mean, not on how they write it.
func TestCustomersVersion(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "themes.yaml"), themesFile, 0o600); err != nil {
		t.Fatal(err)
	}
	version := func(sections string) string {
		file := filepath.Join(dir, "pipeline.yaml")
		write(t, file, "name: books\ntimezone: UTC\ncurrency: BRL\n"+sections+"\nsources: [{name: books, kind: files, path: ./data}]\n")
		config, err := ReadFile(file, os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		return config.Policy.Version()
	}
	for _, same := range []string{
		"", "health: {weights: {usage: 30.0, growth: 010}, fall: 15}", "milestones: []", "lexicon: ./themes.yaml",
		"surveys: [{survey: nps, every_days: 90, delay_days: 30}, {survey: csat, touchpoint: support, after: ticket_resolved, delay_days: 1, rest_days: 14, expires_days: 14}, " +
			"{survey: ces, touchpoint: support, after: ticket_resolved, delay_days: 1, rest_days: 90, expires_days: 14}]",
	} {
		if got := version(same); got != (Policy{}).Version() {
			t.Errorf("%q has the version %s, that of the defaults is %s", same, got, (Policy{}).Version())
		}
	}
	seen := map[string]string{(Policy{}).Version(): "the defaults"}
	for _, other := range []string{
		"health: {weights: {usage: 31}}", "health: {tiers: {green: 71}}", "milestones: [{name: live}]", "milestones: [{name: live, value: true}]",
		"surveys: []", "surveys: [{survey: nps, every_days: 91}]",
	} {
		got := version(other)
		if before, ok := seen[got]; ok {
			t.Errorf("%q and %s have one version", other, before)
		}
		seen[got] = other
	}
}
