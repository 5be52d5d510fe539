package pipelines

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lastro/pipelines/demo"
	"lastro/sql/oracle"
)

// TestHealthByHand works the components of one account out by hand, at two closes and from what was known at each.
func TestHealthByHand(t *testing.T) {
	usage := "account_id,day,active_users,licensed_users,key_actions,features_used\n"
	for day := 2; day <= 30; day += 7 { // five Mondays of January 2025 less one: a1 is silent on the last
		if day < 30 {
			usage += fmt.Sprintf("a1,2025-01-%02d,5,10,20,2\n", day)
		}
		usage += fmt.Sprintf("a2,2025-01-%02d,10,10,50,4\n", day)
	}
	usage += "a2,2025-02-10,9,10,50,4\n"
	files := map[string]string{
		"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\ni2,a2,core,BRL,100,2025-01-01,\n",
		"usage.csv":              usage,
		"survey_responses.csv": "response_id,account_id,survey,score,scale_min,scale_max,responded_at\n" +
			"r1,a1,nps,2,0,10,2025-01-10T12:00:00Z\nr2,a1,nps,6,0,10,2025-01-20T12:00:00Z\nr3,a1,csat,5,1,5,2025-01-21T12:00:00Z\nr4,a1,csat,1,1,5,2025-02-03T12:00:00Z\n",
		"tickets.csv": "ticket_id,account_id,opened_at,resolved_at,priority\n" +
			"t1,a1,2025-01-10T12:00:00Z,2025-02-03T12:00:00Z,urgent\nt2,a1,2025-01-20T12:00:00Z,,high\nt3,a1,2025-02-10T12:00:00Z,2025-02-10T13:00:00Z,low\n",
		"invoices.csv": "invoice_id,account_id,issued_at,due_at,paid_at,status,total\n" +
			"v1,a1,2025-01-01,2025-01-13,2025-02-05,paid,100\nv2,a1,2025-01-01,2025-01-02,,void,100\nv3,a1,2025-02-01,2025-02-19,,open,100\n",
		"milestones.csv":    "account_id,milestone,achieved_at\na1,one,2025-01-05T12:00:00Z\na1,two,2025-02-05T12:00:00Z\na1,other,2025-01-05T12:00:00Z\n",
		"opportunities.csv": "opportunity_id,account_id,kind,is_closed,is_won,created_at,closed_at\no1,a1,upsell,true,true,2025-01-15T12:00:00Z,2025-02-15T12:00:00Z\n",
	}
	dir := published(t, "as_of: 2025-02-28\nmilestones: [{name: one}, {name: two}, {name: three}, {name: four}]\n", files)
	scores := rowsOf(t, dir, "health_scores")
	january := find(t, scores, map[string]string{"account_id": "a1", "month": "2025-01-01"})
	february := find(t, scores, map[string]string{"account_id": "a1", "month": "2025-02-01"})
	// four of five measured days at half of the seats is 40; no trend yet; two features of the four that a2 uses is 50
	wantUsage := (0.5*40 + 0.25*50) / 0.75
	for _, each := range []struct {
		row       map[string]string
		component string
		want      float64
	}{
		{january, "usage", wantUsage}, {february, "usage", 0},
		{january, "satisfaction", (60 + 100) / 2.0}, {february, "satisfaction", (60 + 0) / 2.0},
		{january, "support", 100 - 30 - 20 - 10}, {february, "support", 100 - 20 - 15},
		{january, "financial", 100 * (1 - 18/90.0)}, {february, "financial", 100 * (1 - 9/90.0)},
		{january, "outcomes", 25}, {february, "outcomes", 50},
		{january, "growth", 60}, {february, "growth", 100},
	} {
		t.Run(each.row["month"]+" "+each.component, func(t *testing.T) { near(t, each.row, each.component, each.want, 1e-9) })
	}
	near(t, january, "score", (30*wantUsage+20*80+15*40+15*80+10*25+10*60)/100, 1e-9)
	near(t, february, "score", (20*30+15*65+15*90+10*50+10*100)/100.0, 1e-9)
	silent := find(t, scores, map[string]string{"account_id": "a2", "month": "2025-01-01"})
	near(t, silent, "coverage", 0.8, 1e-9) // a2 never answered
	if silent["satisfaction"] != "" || silent["support"] != "100" && silent["support"] != "100.0" {
		t.Errorf("a2 has satisfaction %q and support %q", silent["satisfaction"], silent["support"])
	}
}

// TestHealthSettings changes weights and tiers, and puts a component of the user's own in the place of a built-in one.
func TestHealthSettings(t *testing.T) {
	c := newCompany(t, oracle.Settings{}, func(data string) error {
		return writeFiles(data, map[string]string{
			"subscription_items.csv": itemHeader + "i1,a1,core,BRL,100,2025-01-01,\n",
			"tickets.csv":            "ticket_id,account_id,opened_at,resolved_at,priority\nt1,a1,2025-01-10T12:00:00Z,,urgent\n",
		})
	})
	folder := filepath.Join(c.dir, "sql", "intermediate")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	own := "/*\ndescription: Everyone uses it half.\nkey: [account_no, close_day]\n*/\nselect account_no, close_day, cast(50 as double) as score from int_health__closes\n"
	if err := os.WriteFile(filepath.Join(folder, "int_health__usage.sql"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	c.write(customerSettings + "as_of: 2025-01-31\nsql_dir: ./sql\nhealth: {weights: {usage: 1, support: 3, satisfaction: 0, financial: 0, outcomes: 0, growth: 0}, tiers: {green: 60, yellow: 50}}\n")
	_, dir := c.run(Options{})
	row := find(t, rowsOf(t, dir, "health_scores"), map[string]string{"account_id": "a1"})
	near(t, row, "score", (50+3*65)/4.0, 1e-9)
	if row["tier"] != "green" {
		t.Errorf("tier %s at 61.25, green begins at 60", row["tier"])
	}
}

// demoFiles are the records of a small invented company by file, with what a test does to them.
func demoFiles(t *testing.T, change func(name string, rows [][]string) [][]string) func(string) error {
	t.Helper()
	return func(data string) error {
		company := demo.New(demo.Options{Seed: 4, End: time.Date(2025, 8, 31, 0, 0, 0, 0, time.UTC), Accounts: 40, Years: 2})
		if err := company.WriteCSV(data); err != nil {
			return err
		}
		return changeCSV(data, change)
	}
}

const demoSettings = "timezone: America/Sao_Paulo\ncurrency: BRL\nas_of: 2025-08-31\nmilestones:\n" +
	"  - {name: first_document_issued, value: true}\n  - {name: month_closed_in_product}\n" +
	"  - {name: close_under_five_days, kind: customer, expansion: true}\n"

// customerTablesOf are the published tables about surveys and health.
var customerTablesOf = []string{
	"survey_scores", "survey_answers", "feedback_themes", "surveys_due", "health_scores", "health_components", "health_changes", "health_backtest",
	"at_risk_accounts", "time_to_value", "milestone_progress", "advocates", "expansion_candidates",
}

func runDemo(t *testing.T, options Options, change func(name string, rows [][]string) [][]string) string {
	t.Helper()
	c := newCompany(t, oracle.Settings{}, demoFiles(t, change))
	c.write(demoSettings)
	_, dir := c.run(options)
	return dir
}

// stopped are accounts of the small company whose use the tests cut off after a day.
const stoppedAfter = "2025-03-10"

func stopUse(name string, rows [][]string) [][]string {
	if name != "usage" {
		return rows
	}
	return slices.DeleteFunc(rows, func(row []string) bool { return strings.HasSuffix(row[0], "5") && row[1] > stoppedAfter })
}

// TestHealthInvariants holds what must be true of any company, on an invented one.
func TestHealthInvariants(t *testing.T) {
	dir := runDemo(t, Options{}, stopUse)
	scores := rowsOf(t, dir, "health_scores")
	if len(scores) < 300 {
		t.Fatalf("%d scores are too few to tell anything", len(scores))
	}
	t.Run("every table has rows", func(t *testing.T) {
		for _, table := range customerTablesOf {
			if len(rowsOf(t, dir, table)) == 0 {
				t.Errorf("%s is empty", table)
			}
		}
	})
	t.Run("scores lie within 0 and 100", func(t *testing.T) {
		for _, row := range scores {
			for _, column := range append([]string{"score"}, HealthComponents...) {
				if row[column] == "" {
					continue
				}
				if value := amount(t, row[column]); value < 0 || value > 100 {
					t.Errorf("%s of %s in %s is %v", column, row["account_id"], row["month"], value)
				}
			}
		}
		for _, row := range rowsOf(t, dir, "survey_scores") {
			if value := row["score"]; row["survey"] == "nps" && value != "" && math.Abs(amount(t, value)) > 100 {
				t.Errorf("an NPS of %s", value)
			}
		}
	})
	t.Run("tiers partition the active accounts", func(t *testing.T) {
		count := make(map[string]int)
		for _, row := range scores {
			count[row["month"]]++
		}
		for _, row := range rowsOf(t, dir, "mrr_rollforward") {
			if row["grain"] == "month" && row["dimension"] == "all" && row["closing_accounts"] != fmt.Sprint(count[row["period_start"]]) {
				t.Errorf("%s: %d scores of %s active accounts", row["period_start"], count[row["period_start"]], row["closing_accounts"])
			}
		}
	})
	t.Run("use that stopped never rises", func(t *testing.T) {
		last, seen := make(map[string]float64), 0
		for _, row := range sortedBy(scores, "month") {
			if !strings.HasSuffix(row["account_id"], "5") || row["close_day"] < stoppedAfter {
				continue
			}
			value := amount(t, row["usage"])
			if before, ok := last[row["account_id"]]; ok && value > before {
				t.Errorf("usage of %s rises from %v to %v in %s", row["account_id"], before, value, row["month"])
			}
			last[row["account_id"]], seen = value, seen+1
		}
		if seen == 0 {
			t.Error("no account stopped")
		}
	})
	t.Run("the backtest is what the scores and the next closes say", func(t *testing.T) { checkBacktest(t, dir, scores) })
	t.Run("shuffled records give the same tables", func(t *testing.T) {
		turn := func(name string, rows [][]string) [][]string {
			rows = stopUse(name, rows)
			slices.Reverse(rows)
			return rows
		}
		sameFiles(t, dir, runDemo(t, Options{}, turn))
	})
	t.Run("a score is what was known at its close", func(t *testing.T) {
		earlier := rowsOf(t, runDemo(t, Options{AsOf: "2025-03-31"}, stopUse), "health_scores")
		compared := 0
		for _, row := range earlier {
			if row["month"] != "2025-03-01" {
				continue
			}
			later := find(t, scores, map[string]string{"month": row["month"], "account_id": row["account_id"]})
			compared++
			for _, column := range append([]string{"score", "tier", "coverage"}, HealthComponents...) {
				if row[column] != later[column] {
					t.Errorf("%s of %s is %q known at the close and %q known later", column, row["account_id"], row[column], later[column])
				}
			}
		}
		if compared == 0 {
			t.Error("nothing was compared")
		}
	})
}

// TestScoreWithoutSomeRecords takes files away: the components that are left still make a score.
func TestScoreWithoutSomeRecords(t *testing.T) {
	for _, without := range [][]string{{"usage"}, {"survey_responses", "tickets"}, {"invoices", "milestones", "opportunities", "usage", "tickets"}} {
		t.Run(strings.Join(without, " "), func(t *testing.T) {
			rows := rowsOf(t, runDemo(t, Options{}, func(name string, rows [][]string) [][]string {
				if slices.Contains(without, name) {
					return nil
				}
				return rows
			}), "health_scores")
			scored := 0
			for _, row := range rows {
				told := slices.ContainsFunc(HealthComponents, func(component string) bool { return row[component] != "" })
				if told != (row["score"] != "") {
					t.Errorf("%s in %s has the score %q", row["account_id"], row["month"], row["score"])
				}
				if told {
					scored++
				}
				if slices.Contains(without, "usage") && row["usage"] != "" {
					t.Errorf("%s has the usage %s without records", row["account_id"], row["usage"])
				}
			}
			if scored == 0 {
				t.Error("no account has a score")
			}
		})
	}
}

// checkBacktest counts the pairs of accounts one by one.
func checkBacktest(t *testing.T, dir string, scores []map[string]string) {
	t.Helper()
	active := make(map[string]bool)
	for _, row := range scores {
		active[row["account_id"]+row["month"]] = true
	}
	month := func(text string, later int) string {
		first, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return first.AddDate(0, later, 0).Format(time.DateOnly)
	}
	var gone, stayed []float64
	accounts, churned := map[string]int{}, map[string]int{}
	for _, row := range scores {
		if row["month"] > "2025-05-01" { // June, July and August are the last three complete months
			continue
		}
		isGone := false
		for later := 1; later <= 3; later++ {
			isGone = isGone || !active[row["account_id"]+month(row["month"], later)]
		}
		accounts[row["tier"]]++
		if isGone {
			churned[row["tier"]]++
			gone = append(gone, amount(t, row["score"]))
		} else {
			stayed = append(stayed, amount(t, row["score"]))
		}
	}
	right := 0.0
	for _, a := range gone {
		for _, b := range stayed {
			right += (float64(cmp.Compare(b, a)) + 1) / 2
		}
	}
	rows := rowsOf(t, dir, "health_backtest")
	overall := find(t, rows, map[string]string{"grain": "all", "breakdown": "all"})
	near(t, overall, "auc", right/float64(len(gone)*len(stayed)), 1e-9)
	near(t, overall, "accounts", float64(len(gone)+len(stayed)), 0)
	for tier := range accounts {
		row := find(t, rows, map[string]string{"grain": "all", "breakdown": "tier", "breakdown_value": tier})
		near(t, row, "accounts", float64(accounts[tier]), 0)
		near(t, row, "churned_accounts", float64(churned[tier]), 0)
		near(t, row, "lift", float64(churned[tier])/float64(accounts[tier])*float64(len(gone)+len(stayed))/float64(len(gone)), 1e-9)
	}
}

func sortedBy(rows []map[string]string, column string) []map[string]string {
	return slices.SortedStableFunc(slices.Values(rows), func(a, b map[string]string) int { return cmp.Compare(a[column], b[column]) })
}

// sameFiles compares the published tables about customers byte by byte.
func sameFiles(t *testing.T, one, other string) {
	t.Helper()
	for _, table := range customerTablesOf {
		a, errA := os.ReadFile(filepath.Join(one, table+".csv"))
		b, errB := os.ReadFile(filepath.Join(other, table+".csv"))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s differs (%v, %v)", table, errA, errB)
		}
	}
}
