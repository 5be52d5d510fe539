package connectortest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/pipelines"
	"lastro/sql/canonical"
)

// TestStripeMRR runs the models on what staging gives, and compares each account's MRR at each month close.
func TestStripeMRR(t *testing.T) {
	db := newAPI(t, "stripe", map[string]string{"api_key": "sk_test"}).land()
	db.stage("stripe")
	db.calculate("stripe", "2026-06-30", "BRL", "accounts", "subscriptions", "invoices", "invoice_lines")
	_, rows := expected(t, "stripe", "mrr")
	var want, got []string
	for _, row := range rows {
		want = append(want, strings.Join(row, ","))
	}
	for _, row := range db.rows("select * from build.account_period") {
		if closing := plain(row["closing_mrr"]); row["grain"] == "month" && closing != "0" {
			got = append(got, fmt.Sprintf("%s,%s,%s", row["account_id"], row["period_start"][:7], closing))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("MRR (-by hand +by the models):\n%s", diff)
	}
	for _, row := range db.rows("select * from build.data_quality where severity = 'error'") {
		t.Errorf("data_quality: %v", row)
	}
}

// calculate runs a pipeline of the entities as canonical files; its tables are those of the schema build.
func (d *database) calculate(connector, asOf, currency string, entities ...string) {
	d.t.Helper()
	dir := d.t.TempDir()
	books := filepath.Join(dir, "books")
	if err := os.CopyFS(books, os.DirFS(filepath.Join(testdata, connector, "books"))); err != nil {
		d.t.Fatal(err)
	}
	for _, name := range entities {
		entity, _ := canonical.ByName(name)
		var columns []string
		for _, column := range entity.Columns {
			columns = append(columns, column.Name)
		}
		d.exec(fmt.Sprintf("copy (select %s from %s) to '%s' (header)", strings.Join(columns, ", "), name, filepath.Join(books, name+".csv")))
	}
	file := filepath.Join(dir, "pipeline.yaml")
	if err := os.WriteFile(file, []byte(fmt.Sprintf(`name: books
timezone: %s
currency: %s
as_of: %s
state: ./state
sources:
  - {name: books, kind: files, path: ./books}
targets:
  - {kind: csv, path: ./out}
`, timezone, currency, asOf)), 0o600); err != nil {
		d.t.Fatal(err)
	}
	config, err := pipelines.ReadFile(file, func(string) (string, bool) { return "", false })
	if err != nil {
		d.t.Fatal(err)
	}
	options := pipelines.Options{Command: "test"}
	if _, err := pipelines.Extract(d.t.Context(), config, options); err != nil {
		d.t.Fatal(err)
	}
	options.Select = []string{"+account_period", "+data_quality"}
	outcome, err := pipelines.Transform(d.t.Context(), config, options)
	if err != nil {
		d.t.Fatal(err)
	}
	d.exec("attach '" + outcome.Selected + "' as build (read_only)")
}
