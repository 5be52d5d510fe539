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
	ravenstackHealth(t, dir, data != filepath.Join("..", "testdata", "ravenstack"))
}

// ravenstackHealth holds that use, tickets, their scores and subscriptions make the health of its accounts, and that the backtest
// says of invented records that the score predicts nothing.
func ravenstackHealth(t *testing.T, dir string, whole bool) {
	t.Helper()
	told := make(map[string]int)
	for _, row := range rowsOf(t, dir, "health_scores") {
		for _, component := range HealthComponents {
			if row[component] != "" {
				told[component]++
			}
		}
	}
	for component, want := range map[string]bool{"usage": true, "satisfaction": true, "support": true, "financial": false, "outcomes": false, "growth": false} {
		if told[component] > 0 != want {
			t.Errorf("%d scores have the component %s", told[component], component)
		}
	}
	if !whole {
		return
	}
	backtest := find(t, rowsOf(t, dir, "health_backtest"), map[string]string{"grain": "all", "breakdown": "all"})
	if backtest["verdict_en"] != "the score predicts nothing" {
		t.Errorf("the backtest says %q with an AUC of %s", backtest["verdict_en"], backtest["auc"])
	}
}

// TestTelco runs the example on an extract of its data, or on all of it where LASTRO_TELCO names the folder, and compares churn
// by contract with a count of the file. All of it has the numbers below.
func TestTelco(t *testing.T) {
	data := filepath.Join("..", "testdata", "telco")
	if whole := os.Getenv("LASTRO_TELCO"); whole != "" {
		data = whole
	}
	type tally struct {
		customers, churned, blank float64
		charges, churnedCharges   float64
	}
	want := make(map[string]*tally)
	for _, row := range csvRows(t, filepath.Join(data, "Telco-Customer-Churn.csv")) {
		for _, contract := range []string{row["Contract"], "all"} {
			if want[contract] == nil {
				want[contract] = &tally{}
			}
			of, charges := want[contract], amount(t, row["MonthlyCharges"])
			of.customers, of.charges = of.customers+1, of.charges+charges
			if row["Churn"] == "Yes" {
				of.churned, of.churnedCharges = of.churned+1, of.churnedCharges+charges
			}
			if strings.TrimSpace(row["TotalCharges"]) == "" {
				of.blank++
			}
		}
	}
	if os.Getenv("LASTRO_TELCO") != "" {
		want = map[string]*tally{
			"all":            {customers: 7043, churned: 1869, blank: 11, charges: 456116.60, churnedCharges: 139130.85},
			"Month-to-month": {customers: 3875, churned: 1655, blank: 0, charges: want["Month-to-month"].charges, churnedCharges: want["Month-to-month"].churnedCharges},
			"One year":       {customers: 1473, churned: 166, blank: 1, charges: want["One year"].charges, churnedCharges: want["One year"].churnedCharges},
			"Two year":       {customers: 1695, churned: 48, blank: 10, charges: want["Two year"].charges, churnedCharges: want["Two year"].churnedCharges},
		}
	}
	rows := rowsOf(t, runExample(t, "telco", data), "telco_contracts")
	if len(rows) != len(want) {
		t.Errorf("%d contracts, want %d", len(rows), len(want))
	}
	for contract, of := range want {
		row := find(t, rows, map[string]string{"contract": contract})
		near(t, row, "customers", of.customers, 0)
		near(t, row, "churned_customers", of.churned, 0)
		near(t, row, "churn_rate", of.churned/of.customers, 1e-12)
		near(t, row, "monthly_charges", of.charges, 0.001)
		near(t, row, "churned_monthly_charges", of.churnedCharges, 0.001)
		near(t, row, "without_total_charges", of.blank, 0)
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
