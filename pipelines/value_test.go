package pipelines

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lastro/sql/oracle"
)

// companyOf is a company of the CSV files given by name, with a policy as the pipeline file writes it.
func companyOf(t *testing.T, settings string, files map[string]string) company {
	t.Helper()
	c := newCompany(t, oracle.Settings{}, func(data string) error {
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(data, name+".csv"), []byte(strings.TrimSpace(text)+"\n"), 0o600); err != nil {
				return err
			}
		}
		return nil
	})
	c.write("timezone: America/Sao_Paulo\ncurrency: BRL\n" + settings)
	return c
}

// publishedRows runs the company and gives columns of a table, a row a line.
func (c company) publishedRows(table string, columns ...string) []string {
	c.t.Helper()
	_, dir := c.run(Options{})
	file, err := os.Open(filepath.Join(dir, table+".csv"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		c.t.Fatal(err)
	}
	var rows []string
	for _, record := range records[1:] {
		var cells []string
		for _, column := range columns {
			at := slices.Index(records[0], column)
			if at < 0 {
				c.t.Fatalf("%s has no column %s", table, column)
			}
			cells = append(cells, record[at])
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return rows
}

func sameRows(t *testing.T, want string, got []string) {
	t.Helper()
	if text := strings.Join(got, "\n"); text != strings.TrimSpace(want) {
		t.Errorf("rows are\n%s\nwant\n%s", text, strings.TrimSpace(want))
	}
}

const (
	linesHeader = "line_id,account_id,subscription_id,product_id,kind,currency,amount,service_start,service_end,invoice_status,status_changed_at,issued_at\n"
	itemsHeader = "item_id,account_id,subscription_id,product_id,currency,mrr,starts_on,ends_on\n"
)

// TestAccountValue: revenue is earned day by day at the rate of the service's first day, whatever ended the subscription but a
// write-off, and up to as_of.
func TestAccountValue(t *testing.T) {
	c := companyOf(t, "as_of: 2024-04-10\npolicy: {gross_margin: 0.75}\n", map[string]string{
		"accounts":      "account_id\nwrites-off\n",
		"subscriptions": "subscription_id,account_id,started_on,ended_on\ns1,ends,2024-02-01,2024-02-10\ns2,item,2024-02-15,2024-03-02\n",
		"fx_rates":      "day,currency,rate\n2023-12-01,USD,5\n2024-01-15,USD,5.5\n",
		"invoice_lines": linesHeader +
			"l1,credit,,core,recurring,BRL,310,2024-01-01,2024-02-01,paid,,2024-01-01T12:00:00Z\n" +
			"l2,credit,,core,recurring,BRL,-31.005,2024-01-16,2024-02-01,paid,,2024-01-16T12:00:00Z\n" +
			"l3,dollars,,core,recurring,USD,100,2024-01-01,2024-02-01,paid,,2024-01-01T12:00:00Z\n" +
			"l4,ends,s1,core,recurring,BRL,290,2024-02-01,2024-03-01,paid,,2024-02-01T12:00:00Z\n" +
			"l5,parts,,core,recurring,BRL,10,2024-01-30,2024-02-02,paid,,2024-01-30T12:00:00Z\n" +
			"l6,runs,,core,recurring,BRL,300,2024-04-01,2024-05-01,paid,,2024-04-01T12:00:00Z\n" +
			"l7,writes-off,,core,recurring,BRL,3660,2024-01-01,2025-01-01,uncollectible,2024-03-11T12:00:00Z,2024-01-01T12:00:00Z\n" +
			"l8,credit,,core,one_time,BRL,999,2024-01-01,2024-02-01,paid,,2024-01-01T12:00:00Z\n",
		"subscription_items": itemsHeader + "i1,item,s2,core,BRL,100,2024-02-15,\n",
	})
	sameRows(t, `
credit 2024-01-01 278.9950 278.9950 209.2463
dollars 2024-01-01 500.0000 500.0000 375.0000
ends 2024-02-01 290.0000 290.0000 217.5000
item 2024-02-01 51.7241 51.7241 38.7931
item 2024-03-01 3.2258 54.9499 41.2124
parts 2024-01-01 6.6667 6.6667 5.0000
parts 2024-02-01 3.3333 10.0000 7.5000
runs 2024-04-01 100.0000 100.0000 75.0000
writes-off 2024-01-01 310.0000 310.0000 232.5000
writes-off 2024-02-01 290.0000 600.0000 450.0000
writes-off 2024-03-01 100.0000 700.0000 525.0000
`, c.publishedRows("account_value", "account_id", "month", "recognized_amount", "cumulative_amount", "clv_realized"))
}

// TestRenewalsOfLines: who keeps no contracts renews the lines of a year.
func TestRenewalsOfLines(t *testing.T) {
	c := companyOf(t, "as_of: 2025-06-30\npolicy: {dimensions: []}\n", map[string]string{
		"accounts": "account_id\na\nb\n",
		"invoice_lines": linesHeader +
			"l1,a,,core,recurring,BRL,1200,2023-03-01,2024-03-01,paid,,2023-03-01T12:00:00Z\n" +
			"l2,a,,core,recurring,BRL,1500,2024-03-05,2025-03-05,paid,,2024-03-05T12:00:00Z\n" +
			"l3,a,,core,recurring,BRL,100,2025-03-05,2025-04-05,paid,,2025-03-05T12:00:00Z\n" +
			"l4,b,,core,recurring,BRL,2400,2023-03-01,2025-03-01,paid,,2023-03-01T12:00:00Z\n" +
			"l5,b,,other,recurring,BRL,1200,2025-03-01,2026-03-01,paid,,2025-03-01T12:00:00Z\n",
	})
	// a month is no renewal of a year, nor is another product one
	sameRows(t, `
month 2024-03-01 1 1 1200.0000 1500.0000
month 2025-03-01 2 0 2700.0000 0.0000
quarter 2024-01-01 1 1 1200.0000 1500.0000
quarter 2025-01-01 2 0 2700.0000 0.0000
year 2024-01-01 1 1 1200.0000 1500.0000
year 2025-01-01 2 0 2700.0000 0.0000
`, c.publishedRows("renewals", "grain", "period_start", "due", "renewed", "due_arr", "renewed_arr"))
}

// TestContractsAbroad: a unit that ends after as_of is worth what as_of's rate makes of it; another account can take a contract over; a
// currency without a rate stops the run.
func TestContractsAbroad(t *testing.T) {
	files := map[string]string{
		"accounts": "account_id,name\na,Alfa\nb,Beta\n",
		"fx_rates": "day,currency,rate\n2023-01-01,USD,5\n2024-06-15,USD,5.2\n2024-07-01,USD,9\n",
		"contracts": "contract_id,account_id,term_start,term_end,value,currency,renewal_of\n" +
			"c1,a,2023-07-01,2024-07-01,1000,USD,\nc2,b,2024-07-01,2025-07-01,2000,USD,c1\nc3,a,2023-06-01,2024-06-01,1000,USD,\n",
	}
	settings := "as_of: 2024-06-30\npolicy: {dimensions: []}\n"
	c := companyOf(t, settings, files)
	sameRows(t, "2024-07-01 a Alfa 1 5200.0000 true 10400.0000", c.publishedRows("renewals_due",
		"term_end", "account_id", "account_name", "days_left", "due_arr", "is_renewed", "renewed_arr"))
	sameRows(t, "2024-06-01 1 0 1 5000.0000 0.0000", slices.DeleteFunc(
		c.publishedRows("renewals", "period_start", "due", "renewed", "pending", "due_arr", "renewed_arr"),
		func(row string) bool { return !strings.HasPrefix(row, "2024-06") }))

	files["spend"] = "spend_id,spent_on,category,amount,currency\np1,2024-01-01,sales,10,CHF\n"
	_, err := RunAll(t.Context(), companyOf(t, settings, files).config(), Options{Command: "test"})
	var failed *CheckFailedError
	if !errors.As(err, &failed) || len(failed.Failed) != 1 || failed.Failed[0].Name != "amounts_have_rates" || failed.Failed[0].Sample[0][0] != "CHF" {
		t.Errorf("error is %v", err)
	}
}

// TestPublishedSegmentThroughThePipeline: a thousand accounts that leave as Fader and Hardie's High End segment does, a month for
// a year, have the published parameters in clv, made by the step of the graph that the ledger tells of.
func TestPublishedSegmentThroughThePipeline(t *testing.T) {
	left := []int{1000, 869, 743, 653, 593, 551, 517, 491, 0}
	var items strings.Builder
	items.WriteString(itemsHeader)
	account := 0
	for age, there := range left[:8] {
		for range there - left[age+1] {
			account++
			end := "2020-" + strconv.Itoa(101 + age + 1)[1:] + "-01" // paid for age+1 months
			if age == 7 {
				end = ""
			}
			items.WriteString("i" + strconv.Itoa(account) + ",a" + strconv.Itoa(account) + ",,core,BRL,100,2020-01-01," + end + "\n")
		}
	}
	c := companyOf(t, "as_of: 2020-08-31\npolicy: {dimensions: [], survival_return_months: 0, discount_rate: 0.1, gross_margin: 0.8}\n",
		map[string]string{"accounts": "account_id\na1\n", "subscription_items": items.String()})
	rows := c.publishedRows("clv", "month", "sbg_alpha", "sbg_beta", "sbg_log_likelihood", "clv_sbg", "sbg_discounted_months", "sbg_accounts", "sbg_events", "sbg_note")
	if len(rows) != 8 || !strings.HasSuffix(rows[6], " ") || !strings.HasPrefix(rows[7], "2020-08-01 ") {
		t.Fatalf("rows are %q", rows)
	}
	cells := strings.Split(rows[7], " ")
	months := 0.0
	for i, want := range []struct{ value, tolerance float64 }{{0.668, 0.0005}, {3.806, 0.0005}, {-1611.158, 0.0005}} {
		got, err := strconv.ParseFloat(cells[1+i], 64)
		if err != nil || math.Abs(got-want.value) > want.tolerance {
			t.Errorf("row %s: %v, want %v", rows[7], cells[1+i], want.value)
		}
	}
	survival, discount := 1.0, 1.0
	for age := range 100_000 {
		months += survival * discount
		survival *= (3.806 + float64(age)) / (0.668 + 3.806 + float64(age))
		discount /= math.Pow(1.1, 1.0/12)
	}
	value, err := strconv.ParseFloat(cells[4], 64)
	if err != nil || math.Abs(value-100*0.8*months) > 1 {
		t.Errorf("clv_sbg is %s, want %v", cells[4], 100*0.8*months)
	}
	if cells[6] != "1000" || cells[7] != "509" || cells[8] != "" {
		t.Errorf("accounts, events and note are %q", cells[6:])
	}
	outcome, _ := c.run(Options{Force: true})
	if at := slices.IndexFunc(outcome.Run.Models, func(m ModelRow) bool { return m.Name == "int_clv__fits" }); at < 0 || outcome.Run.Models[at].Rows != 1 {
		t.Errorf("the ledger does not tell of the step: %v", outcome.Run.Models)
	}
	// a selection builds the step with what clv needs
	outcome, _ = c.run(Options{Select: []string{"clv"}})
	if !slices.ContainsFunc(outcome.Run.Models, func(m ModelRow) bool { return m.Name == "int_clv__fits" && m.Rows == 1 }) {
		t.Errorf("a selection of clv leaves its step out: %v", outcome.Run.Models)
	}
}
