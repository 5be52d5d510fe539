package pipelines

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lastro/sql/oracle"
)

// withCommerce fills a folder and adds random spend, contracts, deals and answers of its accounts, the same for one seed.
func withCommerce(seed uint64, fill func(string) error) func(string) error {
	return func(data string) error {
		if err := fill(data); err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(data, "accounts.csv"))
		if err != nil {
			return err
		}
		var accounts []string
		for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n")[1:] {
			id, _, _ := strings.Cut(line, ",")
			accounts = append(accounts, id)
		}
		random := rand.New(rand.NewPCG(seed, 3))
		for name, text := range map[string]string{
			"spend": randomSpend(random), "contracts": randomContracts(random, accounts),
			"opportunities": randomDeals(random, accounts), "survey_responses": randomAnswers(random, accounts),
		} {
			if err := os.WriteFile(filepath.Join(data, name+".csv"), []byte(text), 0o600); err != nil {
				return err
			}
		}
		return nil
	}
}

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }

func someDay(random *rand.Rand, from int) time.Time {
	return time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, from+random.IntN(900))
}

func randomSpend(random *rand.Rand) string {
	text := "spend_id,spent_on,category,channel,amount,currency\n"
	for i := range 80 {
		text += fmt.Sprintf("p%d,%s,%s,%s,%d.%02d,BRL\n", i, someDay(random, 0).Format(time.DateOnly),
			pick(random, "marketing", "sales", "customer_success", ""), pick(random, "organic", "paid", "referral", "fair", ""), random.IntN(9000), random.IntN(100))
	}
	return text
}

// randomContracts gives each account a chain of terms with gaps, overlaps, amendments and several that end together.
func randomContracts(random *rand.Rand, accounts []string) string {
	text := "contract_id,account_id,product_id,term_start,term_end,value,currency,renewal_of,signed_at\n"
	for a, account := range accounts {
		start, before := someDay(random, -200), ""
		for k := range random.IntN(5) {
			end := start.AddDate(0, 1+random.IntN(24), random.IntN(2)*random.IntN(9))
			id, signed := fmt.Sprintf("c%d_%d", a, k), ""
			if random.IntN(3) == 0 {
				signed = start.AddDate(0, 0, random.IntN(60)-30).Format(time.DateOnly)
			}
			row := func(id string, from time.Time, renewalOf string) {
				text += fmt.Sprintf("%s,%s,%s,%s,%s,%d.%02d,BRL,%s,%s\n", id, account, pick(random, "core", "addon", ""),
					from.Format(time.DateOnly), end.Format(time.DateOnly), random.IntN(50000), random.IntN(100), renewalOf, signed)
			}
			row(id, start, pick(random, before, ""))
			if random.IntN(3) == 0 {
				row(id+"b", start.AddDate(0, 0, random.IntN(20)), pick(random, id, ""))
			}
			start, before = end.AddDate(0, 0, random.IntN(120)-60), id
		}
	}
	return text
}

func randomDeals(random *rand.Rand, accounts []string) string {
	text := "opportunity_id,account_id,kind,is_closed,is_won,amount,currency,created_at,closed_at,channel\n"
	for i := range 60 {
		opened, closed, isClosed := someDay(random, 0), "", random.IntN(4) > 0
		if isClosed {
			closed = opened.AddDate(0, 0, random.IntN(200)).Format(time.RFC3339)
		}
		text += fmt.Sprintf("o%d,%s,%s,%t,%s,%d,BRL,%s,%s,\n", i, pick(random, append(accounts, "", "prospect")...),
			pick(random, "new", "upsell", "cross_sell", "renewal"), isClosed, pick(random, "true", "false", ""), random.IntN(9000), opened.Format(time.RFC3339), closed)
	}
	return text
}

func randomAnswers(random *rand.Rand, accounts []string) string {
	text := "response_id,account_id,respondent_id,survey,score,scale_min,scale_max,responded_at\n"
	for i := range 80 {
		text += fmt.Sprintf("r%d,%s,%s,nps,%d,0,10,%s\n", i, pick(random, accounts...), pick(random, "u1", "u2", "u3", ""),
			random.IntN(11), someDay(random, 0).Format(time.RFC3339))
	}
	return text
}

// tableRows reads a published table.
func tableRows(t *testing.T, dir, table string) []map[string]string {
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
		row := make(map[string]string)
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// exactly reads an amount or a count; nothing is 0.
func exactly(t *testing.T, cell string) *big.Rat {
	t.Helper()
	if cell == "" {
		return new(big.Rat)
	}
	value, ok := new(big.Rat).SetString(cell)
	if !ok {
		t.Fatalf("%q is no number", cell)
	}
	return value
}

// TestSpendAndRenewalsAddUp holds on random companies: channels and what has no channel are the total; a unit is due once, renewed
// or pending at most once, and there are no more units than contracts; deals are counted once in every grain.
func TestSpendAndRenewalsAddUp(t *testing.T) {
	first, many := number(t, "LASTRO_SEED", 1), number(t, "LASTRO_COMPANIES", 3)
	for seed := first; seed < first+many; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(seed), 2))
			records := oracle.Generate(random, 12)
			settings := oracle.RandomSettings(random, records)
			c := newCompany(t, settings, withCommerce(uint64(seed), func(data string) error { return oracle.WriteCompany(data, records) }))
			_, dir := c.run(Options{})
			spendAddsUp(t, c, dir)
			unitsAddUp(t, c, dir)
			dealsAddUp(t, dir)
		})
	}
}

func spendAddsUp(t *testing.T, c company, dir string) {
	left := map[string]*big.Rat{}
	years := new(big.Rat)
	for _, row := range tableRows(t, dir, "cac") {
		for _, column := range []string{"spend", "acquired_accounts", "acquired_mrr"} {
			key := row["grain"] + " " + row["period_start"] + " " + column
			if left[key] == nil {
				left[key] = new(big.Rat)
			}
			if row["dimension"] == "all" {
				left[key].Add(left[key], exactly(t, row[column]))
				if column == "spend" {
					left[key].Sub(left[key], exactly(t, row["unallocated_spend"]))
				}
			} else {
				left[key].Sub(left[key], exactly(t, row[column]))
			}
		}
		if row["grain"] == "year" && row["dimension"] == "all" {
			years.Add(years, exactly(t, row["spend"]))
		}
	}
	for key, rest := range left {
		if rest.Sign() != 0 {
			t.Errorf("%s: the channels leave %s of the total", key, rest.FloatString(4))
		}
	}
	// the years hold all that was spent by as_of on winning customers
	if c.config().Currency != "BRL" {
		return // the records are in reais
	}
	spent := new(big.Rat)
	for _, row := range tableRows(t, filepath.Join(c.dir, "data"), "spend") {
		if row["spent_on"] <= c.asOf() && (row["category"] == "marketing" || row["category"] == "sales") {
			spent.Add(spent, exactly(t, row["amount"]))
		}
	}
	if years.Cmp(spent) != 0 {
		t.Errorf("cac has spend of %s, the records %s", years.FloatString(2), spent.FloatString(2))
	}
}

func unitsAddUp(t *testing.T, c company, dir string) {
	units, contracts := map[string]bool{}, 0
	for _, row := range tableRows(t, filepath.Join(c.dir, "data"), "contracts") {
		// a bare date is that day; a signature after as_of is not known
		if row["signed_at"] <= c.asOf() {
			contracts++
			if row["term_end"] <= c.asOf() {
				units[row["account_id"]+" "+row["term_end"]] = true
			}
		}
	}
	due := map[string]int{}
	for _, row := range tableRows(t, dir, "renewals") {
		count := func(column string) int { return int(exactly(t, row[column]).Num().Int64()) }
		if count("renewed")+count("pending") > count("due") {
			t.Errorf("more is renewed and pending than was due: %v", row)
		}
		if gross := row["gross_renewal_rate"]; gross != "" && exactly(t, gross).Cmp(big.NewRat(1, 1)) > 0 {
			t.Errorf("more than all is kept: %v", row)
		}
		due[row["grain"]+" "+row["dimension"]] += count("due")
	}
	for key, count := range due {
		if count != len(units) || count > contracts {
			t.Errorf("%s: %d units are due, the %d contracts have %d", key, count, contracts, len(units))
		}
	}
	if len(units) > 0 && len(due) == 0 {
		t.Error("no unit is due")
	}
}

func dealsAddUp(t *testing.T, dir string) {
	counts := map[string]int64{}
	for _, row := range tableRows(t, dir, "expansion") {
		if row["dimension"] == "all" {
			for _, column := range []string{"upsell_won", "upsell_lost", "cross_sell_won", "cross_sell_lost"} {
				counts[row["grain"]+" "+column] += exactly(t, row[column]).Num().Int64()
			}
		}
	}
	for key, count := range counts {
		grain, column, _ := strings.Cut(key, " ")
		if month := counts["month "+column]; month != count {
			t.Errorf("%s of the %ss are %s, of the months %s", column, grain, strconv.FormatInt(count, 10), strconv.FormatInt(month, 10))
		}
	}
}

// asOf is the last day that counts of the company's pipeline.
func (c company) asOf() string { return c.config().AsOfDate }
