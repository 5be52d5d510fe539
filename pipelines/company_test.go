package pipelines

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lastro/sql/oracle"
)

// company is a pipeline over a folder of canonical CSV files, run as a user runs it.
type company struct {
	t    *testing.T
	dir  string
	file string
}

// newCompany writes a pipeline file for the settings beside a data folder that fill writes.
func newCompany(t *testing.T, settings oracle.Settings, fill func(dir string) error) company {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := fill(data); err != nil {
		t.Fatal(err)
	}
	c := company{t: t, dir: dir, file: filepath.Join(dir, "pipeline.yaml")}
	c.write(settings.YAML())
	return c
}

func (c company) write(settings string) {
	c.t.Helper()
	text := "name: books\n" + settings + `
sources:
  - {name: books, kind: files, path: ./data}
targets:
  - {kind: csv, path: ./out/csv}
`
	if err := os.WriteFile(c.file, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c company) config() *Config {
	c.t.Helper()
	config, err := ReadFile(c.file, func(string) (string, bool) { return "", false })
	if err != nil {
		c.t.Fatal(err)
	}
	return config
}

// run runs the pipeline and gives the folder of the published tables.
func (c company) run(options Options) (*Outcome, string) {
	c.t.Helper()
	options.Command = "test"
	outcome, err := RunAll(context.Background(), c.config(), options)
	if err != nil {
		c.t.Fatalf("run: %v", err)
	}
	return outcome, filepath.Join(c.dir, "out", "csv")
}

func (c company) tables(options Options) oracle.Tables {
	c.t.Helper()
	_, dir := c.run(options)
	tables, err := oracle.ReadTables(dir)
	if err != nil {
		c.t.Fatal(err)
	}
	return tables
}

// spine are the tables that sql/oracle calculates, and those that lead to their records.
var spine = []string{
	"account_period", "mrr_rollforward", "retention", "cohort_retention", "survival", "survival_summary",
	"mrr_lines", "mrr_levels", "reconciliation", "data_quality",
}

// spineTables builds and checks the tables of spine, and what they need, alone.
func (c company) spineTables() oracle.Tables {
	c.t.Helper()
	options := Options{Command: "test"}
	if _, err := Extract(c.t.Context(), c.config(), options); err != nil {
		c.t.Fatalf("extract: %v", err)
	}
	for _, table := range spine {
		options.Select = append(options.Select, "+"+table)
	}
	outcome, err := Transform(c.t.Context(), c.config(), options)
	if err != nil {
		c.t.Fatalf("transform: %v", err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(c.t.Context(), "attach '"+outcome.Selected+"' as build (read_only)"); err != nil {
		c.t.Fatal(err)
	}
	out := c.t.TempDir()
	for _, table := range spine {
		if _, err := db.ExecContext(c.t.Context(), fmt.Sprintf("copy build.%s to '%s' (header)", table, filepath.Join(out, table+".csv"))); err != nil {
			c.t.Fatal(err)
		}
	}
	tables, err := oracle.ReadTables(out)
	if err != nil {
		c.t.Fatal(err)
	}
	return tables
}

func report(t *testing.T, differences []oracle.Difference) {
	t.Helper()
	for i, difference := range differences {
		if i == 10 {
			t.Errorf("and %d more", len(differences)-i)
			return
		}
		t.Error(difference)
	}
}

// TestCases runs whole companies whose tables were computed elsewhere: those worked out by hand here, and the folders company-* of
// LASTRO_CASES where that is set.
func TestCases(t *testing.T) {
	folders := []string{filepath.Join("..", "testdata", "tiny"), filepath.Join("..", "testdata", "commerce")}
	if dir := os.Getenv("LASTRO_CASES"); dir != "" {
		more, err := filepath.Glob(filepath.Join(dir, "company-*"))
		if err != nil || len(more) == 0 {
			t.Fatalf("LASTRO_CASES=%s has no folders company-*: %v", dir, err)
		}
		folders = append(folders, more...)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			policy, err := os.ReadFile(filepath.Join(folder, "policy.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			c := newCompany(t, oracle.Settings{}, func(data string) error { return os.CopyFS(data, os.DirFS(filepath.Join(folder, "data"))) })
			c.write(string(policy))
			expected, err := oracle.ReadTables(filepath.Join(folder, "expected"))
			if err != nil {
				t.Fatal(err)
			}
			report(t, oracle.Diff(expected, c.tables(Options{}), oracle.Exact))
		})
	}
}

// TestArithmetic runs the cases that are worked out by hand.
func TestArithmetic(t *testing.T) {
	for _, arithmetic := range oracle.ArithmeticCases() {
		t.Run(arithmetic.Name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, arithmetic.Settings, func(data string) error { return oracle.WriteCompany(data, arithmetic.Company) })
			report(t, arithmetic.Check(c.spineTables()))
		})
	}
}

// TestRandomCompanies compares the models with the day-by-day calculation on random companies and policies.
// LASTRO_COMPANIES says how many, LASTRO_SEED where to begin.
func TestRandomCompanies(t *testing.T) {
	first, many := number(t, "LASTRO_SEED", 1), number(t, "LASTRO_COMPANIES", 8)
	for seed := first; seed < first+many; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 1))
			records := oracle.Generate(random, 10)
			settings := oracle.RandomSettings(random, records)
			expected, err := oracle.Calculate(records, settings)
			if err != nil {
				t.Fatal(err)
			}
			c := newCompany(t, settings, func(data string) error { return oracle.WriteCompany(data, records) })
			report(t, oracle.Diff(expected, c.spineTables(), oracle.Exact))
		})
	}
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// TestSameRecordsSameBytes holds the invariants over the way the records come: in another order, in two runs, or again.
func TestSameRecordsSameBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	records := oracle.Generate(random, 12)
	settings := oracle.RandomSettings(random, records)
	fill := withCommerce(5, func(data string) error { return oracle.WriteCompany(data, records) })
	want := metricBytes(t, newCompany(t, settings, fill))

	t.Run("again", func(t *testing.T) { same(t, want, metricBytes(t, newCompany(t, settings, fill))) })
	t.Run("shuffled", func(t *testing.T) {
		same(t, want, metricBytes(t, newCompany(t, settings, func(data string) error {
			return eachCSV(data, fill, func(lines []string) []string {
				random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
				return lines
			})
		})))
	})
	t.Run("in two runs", func(t *testing.T) {
		c := newCompany(t, settings, func(data string) error {
			return eachCSV(data, fill, func(lines []string) []string { return lines[:len(lines)/2] })
		})
		if _, err := Extract(t.Context(), c.config(), Options{}); err != nil {
			t.Fatal(err)
		}
		if err := fill(filepath.Join(c.dir, "data")); err != nil {
			t.Fatal(err)
		}
		same(t, want, metricBytes(t, c))
	})
}

// metricBytes runs a company and gives the published files that hold metrics, not the run that made them.
func metricBytes(t *testing.T, c company) map[string]string {
	t.Helper()
	return metricBytesWith(t, c, Options{})
}

func metricBytesWith(t *testing.T, c company, options Options) map[string]string {
	t.Helper()
	_, dir := c.run(options)
	files := make(map[string]string)
	for _, name := range []string{
		"account_period", "mrr_rollforward", "retention", "cohort_retention", "survival", "survival_summary", "reconciliation", "mrr_levels",
		"clv", "account_value", "cac", "cac_payback", "retention_cost", "renewals", "renewals_due", "expansion", "referrals", "trial_conversion",
	} {
		content, err := os.ReadFile(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	return files
}

func same(t *testing.T, want, got map[string]string) {
	t.Helper()
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s differs", name)
		}
	}
}

// eachCSV fills a folder and rewrites the lines after the header of each file. The records of the generated companies have no
// newlines in them.
func eachCSV(data string, fill func(string) error, rewrite func([]string) []string) error {
	if err := fill(data); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(data, "*.csv"))
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines := strings.Split(strings.TrimRight(string(content), "\r\n"), "\n")
		text := strings.Join(slices.Concat(lines[:1], rewrite(lines[1:])), "\n") + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// TestLaterAsOfChangesNoCompletePeriod moves as_of on by a month in which no record is dated: periods that were complete stay.
func TestLaterAsOfChangesNoCompletePeriod(t *testing.T) {
	records := oracle.Generate(rand.New(rand.NewPCG(9, 2)), 12)
	settings := oracle.DefaultSettings(oracle.Date(2027, 6, 30)) // after the last record
	c := newCompany(t, settings, func(data string) error { return oracle.WriteCompany(data, records) })
	before, after := c.tables(Options{}), c.tables(Options{AsOf: "2027-07-31"})
	for _, table := range []string{"account_period", "mrr_rollforward", "retention"} {
		complete := func(rows []oracle.Row) (known []oracle.Row) {
			for _, row := range rows {
				if row["period_end"] <= "2027-06-30" {
					known = append(known, row)
				}
			}
			return known
		}
		if len(complete(before[table])) == 0 {
			t.Errorf("%s has no complete period", table)
		}
		report(t, oracle.Diff(oracle.Tables{table: complete(before[table])}, oracle.Tables{table: complete(after[table])}, oracle.Exact))
	}
}
