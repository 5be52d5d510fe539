package oracle

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCompanies recalculates every case folder: data/, policy.yaml and expected/.
// LASTRO_CASES names a folder of more cases than the package's own.
func TestCompanies(t *testing.T) {
	roots := []string{"../../testdata"}
	if given := os.Getenv("LASTRO_CASES"); given != "" {
		roots = append(roots, given)
	}
	for _, root := range roots {
		policies, err := filepath.Glob(filepath.Join(root, "*", "policy.yaml"))
		if err != nil || len(policies) == 0 {
			t.Fatalf("no cases in %s (%v)", root, err)
		}
		for _, policy := range policies {
			dir := filepath.Dir(policy)
			if _, err := os.Stat(filepath.Join(dir, "expected", calculated[0].Name+".csv")); err != nil {
				continue // its tables are others than those calculated here
			}
			t.Run(filepath.Base(dir), func(t *testing.T) { checkCase(t, dir, policy) })
		}
	}
}

func checkCase(t *testing.T, dir, policy string) {
	settings, err := ReadSettings(policy)
	if err != nil {
		t.Fatal(err)
	}
	company, err := Load(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	expected, err := ReadTables(filepath.Join(dir, "expected"))
	if err != nil {
		t.Fatal(err)
	}
	for _, schema := range brought {
		delete(expected, schema.Name)
	}
	tables, err := Calculate(company, settings)
	if err != nil {
		t.Fatal(err)
	}
	reportDifferences(t, Diff(expected, tables, Exact))
}

// reportDifferences fails with the first few differences.
func reportDifferences(t *testing.T, differences []Difference) {
	t.Helper()
	for i, difference := range differences {
		if i == 10 {
			t.Errorf("and %d more", len(differences)-i)
			return
		}
		t.Error(difference)
	}
}
