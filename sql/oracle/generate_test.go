package oracle

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"testing"
)

// random is the company and the settings of a seed.
func random(seed uint64, size int) (Company, Settings) {
	rng := rand.New(rand.NewPCG(seed, 1))
	company := Generate(rng, size)
	return company, RandomSettings(rng, company)
}

func calculate(t *testing.T, company Company, settings Settings) Tables {
	t.Helper()
	tables, err := Calculate(company, settings)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestGenerateIsRepeatableAndGrows(t *testing.T) {
	once, settings := random(7, 6)
	again, sameSettings := random(7, 6)
	if !reflect.DeepEqual(once, again) || !reflect.DeepEqual(settings, sameSettings) {
		t.Error("the same seed gave two companies")
	}
	records := func(size int) int {
		total := 0
		for seed := range uint64(20) {
			company, _ := random(seed, size)
			total += len(company.Lines) + len(company.Items)
		}
		return total
	}
	if none, small, large := records(0), records(2), records(12); none != 0 || small >= large {
		t.Errorf("records of sizes 0, 2 and 12: %d, %d, %d", none, small, large)
	}
}

func TestWrittenCompanyIsReadBack(t *testing.T) {
	for seed := range uint64(5) {
		company, settings := random(seed, 8)
		dir := t.TempDir()
		if err := WriteCompany(dir, company); err != nil {
			t.Fatal(err)
		}
		loaded, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		before, after := calculate(t, company, settings), calculate(t, loaded, settings)
		if !reflect.DeepEqual(before, after) {
			t.Errorf("seed %d: the company that was read back gives other tables", seed)
		}
	}
}

func TestOrderOfRecordsMeansNothing(t *testing.T) {
	for seed := range uint64(5) {
		company, settings := random(seed, 8)
		before := calculate(t, company, settings)
		g := &generator{rng: rand.New(rand.NewPCG(seed, 2)), company: company}
		g.shuffle()
		if !reflect.DeepEqual(before, calculate(t, g.company, settings)) {
			t.Errorf("seed %d: shuffled records give other tables", seed)
		}
	}
}

// TestEveryMovementIsReached holds the generator to its purpose.
func TestEveryMovementIsReached(t *testing.T) {
	reached := map[string]bool{}
	for seed := range uint64(15) {
		company, settings := random(seed, 10)
		for _, row := range calculate(t, company, settings)["account_period"] {
			reached[row["movement"]] = true
			for _, column := range movementColumns {
				if cell(t, row, column).Sign() != 0 {
					reached[column] = true
				}
			}
		}
	}
	for _, name := range append([]string{"opening_book", "new", "reactivation", "expansion", "contraction", "churn", "none"}, movementColumns...) {
		if !reached[name] {
			t.Errorf("no random company shows %s", name)
		}
	}
}

func TestReduceKeepsAFailure(t *testing.T) {
	company, _ := random(3, 10)
	fails := func(c Company) bool {
		for _, line := range c.Lines {
			if line.IsProration {
				return true
			}
		}
		return false
	}
	reduced := Reduce(company, fails)
	if len(reduced.Lines) != 1 || !reduced.Lines[0].IsProration || len(reduced.Accounts)+len(reduced.Rates) != 0 {
		t.Errorf("reduced to %d lines, %d accounts", len(reduced.Lines), len(reduced.Accounts))
	}
}

func cell(t *testing.T, row Row, column string) *big.Rat {
	t.Helper()
	number, ok := new(big.Rat).SetString(row[column])
	if !ok {
		t.Fatalf("%s is %q", column, row[column])
	}
	return number
}
