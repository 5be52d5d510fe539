package oracle

import (
	"math/big"
	"strconv"
	"testing"
	"time"
)

// signed are the movements that lead from the opening to the closing.
var signed = map[string]int64{
	"opening_mrr": 1, "opening_book_mrr": 1, "new_mrr": 1, "reactivation_mrr": 1, "expansion_mrr": 1,
	"contraction_mrr": -1, "churned_mrr": -1, "fx_mrr": 1, "closing_mrr": -1,
}

func TestInvariants(t *testing.T) {
	for seed := range uint64(15) {
		company, settings := random(seed, 3+int(seed))
		tables := calculate(t, company, settings)
		for _, table := range []string{"account_period", "mrr_rollforward"} {
			for _, row := range tables[table] {
				checkSums(t, row)
			}
		}
		for _, row := range tables["retention"] {
			if row["nrr"] == "" || row["grr"] == "" {
				t.Errorf("seed %d: no rate in %v", seed, row)
			}
			if grr, nrr := double(t, row, "grr"), double(t, row, "nrr"); grr > min(1, nrr) {
				t.Errorf("seed %d: grr %v is above min(1, nrr %v) in %v", seed, grr, nrr, row)
			}
		}
		checkChain(t, tables["mrr_rollforward"])
		checkSurvivalFalls(t, tables["survival"])
	}
}

// checkSums holds a row to its identities.
func checkSums(t *testing.T, row Row) {
	t.Helper()
	total := new(big.Rat)
	for column, sign := range signed {
		total = add(total, mul(whole(int(sign)), cell(t, row, column)))
	}
	expansion := add(add(cell(t, row, "upsell_mrr"), cell(t, row, "cross_sell_mrr")), cell(t, row, "price_increase_mrr"))
	contraction := add(add(cell(t, row, "downsell_mrr"), cell(t, row, "product_drop_mrr")), cell(t, row, "price_decrease_mrr"))
	if total.Sign() != 0 || expansion.Cmp(cell(t, row, "expansion_mrr")) != 0 || contraction.Cmp(cell(t, row, "contraction_mrr")) != 0 {
		t.Errorf("the movements do not tie in %v", row)
	}
}

// checkChain holds that each period of `all` opens as the one before closed, and
// that a year opens and closes as its months do.
func checkChain(t *testing.T, rows []Row) {
	t.Helper()
	closing := map[string]string{}
	opening := map[string]string{}
	for _, row := range rows {
		if row["dimension"] != "all" || row["grain"] == "ttm" {
			continue
		}
		grain, year := row["grain"], row["period_start"][:4]
		if before, ok := closing[grain]; ok && before != row["opening_mrr"] {
			t.Errorf("%s opens at %s, closed at %s", row["period_start"], row["opening_mrr"], before)
		}
		closing[grain], closing[grain+year] = row["closing_mrr"], row["closing_mrr"]
		if _, ok := opening[grain+year]; !ok {
			opening[grain+year] = row["opening_mrr"]
		}
		if grain == "year" && (closing["month"+year] != row["closing_mrr"] || opening["month"+year] != row["opening_mrr"]) {
			t.Errorf("the months of %s do not tie to the year", year)
		}
	}
}

func checkSurvivalFalls(t *testing.T, rows []Row) {
	t.Helper()
	last := map[string]float64{}
	for _, row := range rows {
		name := row["dimension"] + "|" + row["dimension_value"]
		now := double(t, row, "survival")
		if before, ok := last[name]; ok && now > before {
			t.Errorf("survival rises in %v", row)
		}
		last[name] = now
	}
}

func double(t *testing.T, row Row, column string) float64 {
	t.Helper()
	number, err := strconv.ParseFloat(row[column], 64)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// TestALaterDayChangesNoCompletePeriod recalculates a company, cut down to what is
// known on as_of, as of some weeks later.
func TestALaterDayChangesNoCompletePeriod(t *testing.T) {
	for seed := range uint64(12) {
		company, settings := random(seed, 6)
		settings.PastDue = "include"
		known := knownOn(company, settings)
		before := calculate(t, known, settings)
		later := settings
		later.AsOf += 40
		after := calculate(t, known, later)
		complete := Tables{"account_period": nil, "mrr_rollforward": nil, "retention": nil, "cohort_retention": before["cohort_retention"]}
		ended := map[string]bool{}
		for _, p := range (&book{settings: settings}).periods(Date(2020, 1, 1)) {
			ended[p.grain+p.start.String()] = p.isComplete
		}
		for table := range complete {
			for _, row := range before[table] {
				if table != "cohort_retention" && ended[row["grain"]+row["period_start"]] {
					complete[table] = append(complete[table], row)
				}
			}
		}
		for _, difference := range Diff(complete, after, Exact) {
			if difference.Actual != "a row" { // later periods and ages are no change
				t.Errorf("seed %d: %v", seed, difference)
			}
		}
	}
}

// knownOn drops what is dated after as_of: lines, statuses and payments.
func knownOn(company Company, settings Settings) Company {
	b := &book{settings: settings}
	b.zone = zoneOf(settings)
	var lines []Line
	for _, line := range company.Lines {
		if b.after(line.IssuedAt) {
			continue
		}
		if b.after(line.StatusChangedAt) {
			line.InvoiceStatus, line.StatusChangedAt = "open", Stamp{}
		}
		lines = append(lines, line)
	}
	company.Lines = lines
	return company
}

func zoneOf(settings Settings) *time.Location {
	zone, err := time.LoadLocation(settings.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}
