package connectortest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lastro/pipelines"
)

const example = "../examples/vendor-tables"

// TestVendorTables runs the example on an extract of its data, or on all of it where LASTRO_VENDOR_TABLES names the folder: each
// row lands or is in quarantine with a reason, and so does each row that the staging models make of them.
func TestVendorTables(t *testing.T) {
	data := "../../testdata/vendor_tables"
	if whole := os.Getenv("LASTRO_VENDOR_TABLES"); whole != "" {
		data = whole
	}
	absolute, err := filepath.Abs(data)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	environment := map[string]string{"VENDOR_TABLES_DATA": absolute, "VENDOR_TABLES_OUT": out}
	config, err := pipelines.ReadFile(filepath.Join(example, "pipeline.yaml"), func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pipelines.RunAll(t.Context(), config, pipelines.Options{Command: "test"}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(out, "out", "csv")
	quarantined := map[string]int{}
	for _, row := range tableOf(t, dir, "quarantine") {
		if row["reason"] == "" {
			t.Errorf("in quarantine without a reason: %v", row)
		}
		quarantined[row["source"]+"."+row["stream"]]++
	}
	counts := map[string]map[string]string{}
	for _, row := range tableOf(t, dir, "data_quality") {
		if row["check_name"] == "row_counts" {
			counts[row["source"]+"."+row["stream"]] = row
		}
	}
	for _, vendor := range []string{"stripe", "hubspot"} {
		files, err := filepath.Glob(filepath.Join(data, vendor, "*.csv"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no data of %s: %v", vendor, err)
		}
		for _, file := range files {
			stream := vendor + "." + strings.TrimSuffix(filepath.Base(file), ".csv")
			want := len(tableOf(t, filepath.Dir(file), strings.TrimSuffix(filepath.Base(file), ".csv")))
			if want > 0 && counts[stream]["rows_read"] != strconv.Itoa(want) {
				t.Errorf("%s: %s rows were read, the file has %d", stream, counts[stream]["rows_read"], want)
			}
			if counts[stream]["rows_quarantined"] != strconv.Itoa(quarantined[stream]) && want > 0 {
				t.Errorf("%s: %s rows in quarantine by the counts, %d in the table", stream, counts[stream]["rows_quarantined"], quarantined[stream])
			}
		}
	}
	// what the staging models made, of the rows that are not deleted
	for model, want := range map[string][2]int{ // rows, of those in quarantine
		"stripe.stg_stripe__accounts":        {11, 0},
		"stripe.stg_stripe__subscriptions":   {2, 0},
		"stripe.stg_stripe__invoices":        {2, 0},
		"stripe.stg_stripe__invoice_lines":   {5, 4},
		"hubspot.stg_hubspot__accounts":      {21, 0},
		"hubspot.stg_hubspot__opportunities": {44, 0},
		"hubspot.stg_hubspot__tickets":       {25, 25},
	} {
		if got := counts[model]; got["rows_read"] != strconv.Itoa(want[0]) || got["rows_quarantined"] != strconv.Itoa(want[1]) {
			t.Errorf("%s: %s rows, %s of them in quarantine; want %v", model, got["rows_read"], got["rows_quarantined"], want)
		}
	}
}

// tableOf reads a published table.
func tableOf(t *testing.T, dir, table string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range all[1:] {
		row := make(map[string]string, len(record))
		for i, cell := range record {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}
