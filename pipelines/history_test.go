package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lastro/sql/oracle"
)

// TestChangesSeenBecomeHistory lets two runs see an account in two segments: each month keeps the segment of its day.
func TestChangesSeenBecomeHistory(t *testing.T) {
	c := newCompany(t, oracle.DefaultSettings(oracle.Date(2025, 4, 30)), func(data string) error {
		return writeFiles(data, map[string]string{
			"accounts.csv":           "account_id,segment\na1,smb\n",
			"subscription_items.csv": "item_id,account_id,product_id,currency,mrr,starts_on\ni1,a1,core,BRL,100,2025-01-10\n",
		})
	})
	clock := func(month time.Month) func() time.Time {
		return func() time.Time { return time.Date(2025, month, 20, 12, 0, 0, 0, time.UTC) }
	}
	c.run(Options{Now: clock(time.February)})
	if err := writeFiles(filepath.Join(c.dir, "data"), map[string]string{"accounts.csv": "account_id,segment\na1,enterprise\n"}); err != nil {
		t.Fatal(err)
	}
	tables := c.tables(Options{Now: clock(time.March)})
	want := map[string]string{"2025-01-01": "smb", "2025-02-01": "smb", "2025-03-01": "smb", "2025-04-01": "enterprise"}
	got := make(map[string]string)
	for _, row := range tables["mrr_rollforward"] {
		if row["grain"] == "month" && row["dimension"] == "segment" {
			got[row["period_start"]] += row["dimension_value"]
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("segments by month: %v, want %v", got, want)
	}
}

func writeFiles(dir string, files map[string]string) error {
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// TestChangesOfOneDay keeps the first version for what was before the day.
func TestChangesOfOneDay(t *testing.T) {
	c := newCompany(t, oracle.Settings{}, func(data string) error {
		return writeFiles(data, map[string]string{
			"accounts.csv":           "account_id,segment,region\na1,smb,Sul\n",
			"subscription_items.csv": "item_id,account_id,product_id,currency,mrr,starts_on\ni1,a1,core,BRL,100,2025-01-10\n",
		})
	})
	c.write("timezone: America/Sao_Paulo\ncurrency: BRL\nas_of: 2025-03-31\npolicy: {dimensions: [segment, region]}\n")
	at := func(hour int) func() time.Time {
		return func() time.Time { return time.Date(2025, 3, 20, hour, 0, 0, 0, time.UTC) }
	}
	c.run(Options{Now: at(9)})
	if err := writeFiles(filepath.Join(c.dir, "data"), map[string]string{"accounts.csv": "account_id,segment,region\na1,mid,Norte e Nordeste\n"}); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, row := range c.tables(Options{Now: at(15), AsOf: "2025-04-30"})["mrr_rollforward"] {
		if row["grain"] == "month" && row["dimension"] != "all" {
			got[row["period_start"]+" "+row["dimension"]] += row["dimension_value"]
		}
	}
	want := map[string]string{
		"2025-01-01 segment": "smb", "2025-02-01 segment": "smb", "2025-03-01 segment": "smb", "2025-04-01 segment": "mid",
		"2025-01-01 region": "Sul", "2025-02-01 region": "Sul", "2025-03-01 region": "Sul", "2025-04-01 region": "Norte e Nordeste",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestOwnDimension reads an attribute that only this company has from the extra columns of accounts.
func TestOwnDimension(t *testing.T) {
	c := newCompany(t, oracle.Settings{}, func(data string) error {
		return writeFiles(data, map[string]string{
			"accounts.csv":           "account_id,region\na1,Nordeste\na2,\n",
			"subscription_items.csv": "item_id,account_id,product_id,currency,mrr,starts_on\ni1,a1,core,BRL,100,2025-01-10\ni2,a2,core,BRL,50,2025-01-10\n",
		})
	})
	c.write("timezone: America/Sao_Paulo\ncurrency: BRL\nas_of: 2025-01-31\npolicy: {dimensions: [region]}\n")
	got := make(map[string]string)
	for _, row := range c.tables(Options{})["mrr_rollforward"] {
		if row["grain"] == "month" {
			got[row["dimension"]+"="+row["dimension_value"]] = row["closing_mrr"]
		}
	}
	want := map[string]string{"all=all": "150.0000", "region=Nordeste": "100.0000", "region=(none)": "50.0000"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestAsKnownTime gives the tables of an earlier day again, from the records known then.
func TestAsKnownTime(t *testing.T) {
	c := newCompany(t, oracle.DefaultSettings(oracle.Date(2025, 3, 31)), func(data string) error {
		return writeFiles(data, map[string]string{
			"subscription_items.csv": "item_id,account_id,product_id,currency,mrr,starts_on\ni1,a1,core,BRL,100,2025-01-10\n",
		})
	})
	day := func(d int) func() time.Time {
		return func() time.Time { return time.Date(2025, 4, d, 12, 0, 0, 0, time.UTC) }
	}
	first := metricBytesWith(t, c, Options{Now: day(1)})
	if err := writeFiles(filepath.Join(c.dir, "data"), map[string]string{
		"subscription_items.csv": "item_id,account_id,product_id,currency,mrr,starts_on\ni1,a1,core,BRL,170,2025-01-10\n",
	}); err != nil {
		t.Fatal(err)
	}
	second := metricBytesWith(t, c, Options{Now: day(5)})
	if first["account_period"] == second["account_period"] {
		t.Fatal("the correction changed nothing")
	}
	same(t, first, metricBytesWith(t, c, Options{Now: day(9), AsKnown: "2025-04-02"}))
	same(t, second, metricBytesWith(t, c, Options{Now: day(9)}))
}
