package oracle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCalculateRefuses(t *testing.T) {
	var abroad story
	abroad.months("acme", "sub", "core", money(10), Date(2024, 1, 1), 1, inCurrency("USD"))
	misspelt := DefaultSettings(Date(2024, 1, 31))
	misspelt.Reactivation = "old"
	nowhere := DefaultSettings(Date(2024, 1, 31))
	nowhere.Timezone = "Mars/Olympus"

	for _, refused := range []struct {
		settings Settings
		names    string
	}{
		{DefaultSettings(Date(2024, 1, 31)), "USD"},
		{misspelt, "reactivation"},
		{nowhere, "Mars/Olympus"},
	} {
		_, err := Calculate(abroad.company, refused.settings)
		if err == nil || !strings.Contains(err.Error(), refused.names) {
			t.Errorf("the error %v does not name %s", err, refused.names)
		}
	}
}

func TestEmptyCompanyHasEmptyTables(t *testing.T) {
	tables := calculate(t, Company{}, DefaultSettings(Date(2024, 1, 31)))
	for _, schema := range calculated {
		if rows, ok := tables[schema.Name]; !ok || len(rows) != 0 {
			t.Errorf("%s has %d rows", schema.Name, len(rows))
		}
	}
}

func TestDiffSeesCellsAndRows(t *testing.T) {
	expected := Tables{"survival_summary": {
		{"dimension": "all", "dimension_value": "all", "accounts": "3", "median_months": ""},
		{"dimension": "segment", "dimension_value": "smb", "accounts": "1"},
	}}
	actual := Tables{"survival_summary": {
		{"dimension": "all", "dimension_value": "all", "accounts": "2", "median_months": "0"},
		{"dimension": "segment", "dimension_value": "ent", "accounts": "1"},
	}}
	var found []string
	for _, difference := range Diff(expected, actual, Exact) {
		found = append(found, difference.String())
	}
	want := []string{
		`survival_summary all|all accounts: expected "3", got "2"`,
		`survival_summary all|all median_months: expected "", got "0"`,
		`survival_summary segment|smb: expected "a row", got "none"`,
		`survival_summary segment|ent: expected "no row", got "a row"`,
	}
	if strings.Join(found, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s", strings.Join(found, "\n"))
	}
}

func TestSettingsAreReadBack(t *testing.T) {
	for seed := range uint64(10) {
		_, settings := random(seed, 3)
		path := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(path, []byte(settings.YAML()), 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := ReadSettings(path)
		if err != nil {
			t.Fatal(err)
		}
		if read.YAML() != settings.YAML() {
			t.Errorf("read back\n%s\nfrom\n%s", read.YAML(), settings.YAML())
		}
	}
}
