package pipelines

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// runExample runs a worked example on a folder of data and gives where its CSV tables lie.
func runExample(t *testing.T, name, data string) string {
	t.Helper()
	out := t.TempDir()
	absolute, err := filepath.Abs(data)
	if err != nil {
		t.Fatal(err)
	}
	prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	environment := map[string]string{prefix + "_DATA": absolute, prefix + "_OUT": out}
	config, err := ReadFile(filepath.Join("examples", name, "pipeline.yaml"), func(variable string) (string, bool) {
		value, ok := environment[variable]
		return value, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RunAll(context.Background(), config, Options{Command: "test"}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(out, "out", "csv")
}

// rowsOf reads a published table.
func rowsOf(t *testing.T, dir, table string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := make(map[string]string, len(record))
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func amount(t *testing.T, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestMRRPlaybook compares the example with the numbers that the playbook's data gives by hand.
func TestMRRPlaybook(t *testing.T) {
	dir := runExample(t, "mrr-playbook", filepath.Join("..", "testdata", "mrr-playbook"))
	sums := make(map[string]float64)
	closing := make(map[string]float64)
	december := make(map[string]float64)
	for _, row := range rowsOf(t, dir, "mrr_rollforward") {
		if row["grain"] != "month" || row["dimension"] != "all" {
			continue
		}
		month := row["period_start"][:7]
		closing[month] = amount(t, row["closing_mrr"])
		for _, column := range []string{"new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr", "new_accounts", "reactivated_accounts", "churned_accounts"} {
			sums[column] += amount(t, row[column])
			if month == "2019-12" {
				december[column] = amount(t, row[column])
			}
		}
	}
	for column, want := range map[string]float64{
		"new_mrr": 2295, "new_accounts": 55, "reactivation_mrr": 150, "reactivated_accounts": 3, "expansion_mrr": 660,
		"contraction_mrr": 555, "churned_mrr": 2550, "churned_accounts": 58,
	} {
		if sums[column] != want {
			t.Errorf("%s: %v in all, want %v", column, sums[column], want)
		}
	}
	for month, want := range map[string]float64{
		"2018-12": 585, "2019-06": 1135, "2019-10": 1680, "2019-11": 1840, "2019-12": 1255, "2020-01": 175, "2020-02": 0,
	} {
		if closing[month] != want {
			t.Errorf("MRR of %s: %v, want %v", month, closing[month], want)
		}
	}
	for column, want := range map[string]float64{"new_mrr": 100, "expansion_mrr": 50, "contraction_mrr": 30, "churned_mrr": 705} {
		if december[column] != want {
			t.Errorf("%s of December 2019: %v, want %v", column, december[column], want)
		}
	}
}

// TestRavenstack runs the example on an extract of its data, or on all of it where LASTRO_RAVENSTACK names the folder, and
// ties every file: rows read, distinct rows, distinct keys.
func TestRavenstack(t *testing.T) {
	data := filepath.Join("..", "testdata", "ravenstack")
	if whole := os.Getenv("LASTRO_RAVENSTACK"); whole != "" {
		data = whole
	}
	dir := runExample(t, "ravenstack", data)
	counts := make(map[string]map[string]string)
	for _, row := range rowsOf(t, dir, "data_quality") {
		if row["check_name"] == "row_counts" {
			counts[row["stream"]] = row
		}
	}
	for stream, key := range map[string]string{
		"accounts": "account_id", "subscriptions": "subscription_id", "feature_usage": "usage_id",
		"support_tickets": "ticket_id", "churn_events": "churn_event_id",
	} {
		want := tally(t, filepath.Join(data, stream+".csv"), key)
		got := counts[stream]
		for column, n := range map[string]int{
			"rows_read": want.rows, "rows_dropped": want.rows - want.distinct, "rows_quarantined": want.contradicted, "rows_accepted": want.distinct - want.contradicted,
		} {
			if got[column] != strconv.Itoa(n) {
				t.Errorf("%s of %s: %s, want %d", column, stream, got[column], n)
			}
		}
	}
	staged := counts["stg_ravenstack__subscription_items"]
	if staged["rows_read"] != counts["subscriptions"]["rows_accepted"] {
		t.Errorf("%s subscriptions were accepted and %s mapped", counts["subscriptions"]["rows_accepted"], staged["rows_read"])
	}
}

type tallied struct{ rows, distinct, contradicted int }

// tally counts a file's rows, its distinct rows, and those distinct rows whose key another one has.
func tally(t *testing.T, path, key string) tallied {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	place := -1
	for i, name := range records[0] {
		if name == key {
			place = i
		}
	}
	variants := make(map[string]map[string]bool)
	for _, record := range records[1:] {
		if variants[record[place]] == nil {
			variants[record[place]] = make(map[string]bool)
		}
		variants[record[place]][strings.Join(record, "\x1f")] = true
	}
	result := tallied{rows: len(records) - 1}
	for _, of := range variants {
		result.distinct += len(of)
		if len(of) > 1 {
			result.contradicted += len(of)
		}
	}
	return result
}
