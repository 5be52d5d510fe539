package sql_test

import (
	"database/sql"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	models "lastro/sql"
)

// TestExactArithmetic compares the macros of money with fractions: for small and large amounts, rates of few and many
// decimals, and results that lie exactly between two.
func TestExactArithmetic(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	macros, err := models.Models.ReadFile("dialect/duckdb.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), string(macros)); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 8))
	var rows []string
	for range 20_000 {
		size := int64(1)
		for range random.IntN(14) {
			size *= 10
		}
		units := random.Int64N(2*size+1) - size
		rate := random.Int64N(1_000_000)*1_000_000 + random.Int64N(2)*random.Int64N(1_000_000) // in 10^-12, up to 1
		if random.IntN(3) == 0 {
			rate = []int64{500_000_000_000, 250_000_000_000, 1_000_000_000_000, 5_500_000_000_000, 125_000_000_000, 333_333_333_333}[random.IntN(6)]
		}
		by := []int64{1, 2, 3, 12, 365, 12 * 31, 1 + random.Int64N(10_000)}[random.IntN(7)]
		rows = append(rows, fmt.Sprintf("(%d, %d, %d)", units, rate, by))
	}
	found, err := db.QueryContext(t.Context(), `
		select units, rate, divisor,
			cast(to_units(from_units(units)) as varchar),
			cast(to_units(at_rate(from_units(units), cast(cast(rate as decimal(24, 0)) * 0.000000000001 as decimal(24, 12)))) as varchar),
			cast(round_quotient(units * 7, divisor) as varchar)
		from (values `+strings.Join(rows, ", ")+`) as given (units, rate, divisor)`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	n := 0
	for found.Next() {
		var units, rate, divisor int64
		var same, converted, quotient string
		if err := found.Scan(&units, &rate, &divisor, &same, &converted, &quotient); err != nil {
			t.Fatal(err)
		}
		n++
		product := new(big.Int).Mul(big.NewInt(units), big.NewInt(rate))
		for what, pair := range map[string][2]string{
			"to_units(from_units)": {same, fmt.Sprint(units)},
			"at_rate":              {converted, nearest(product, big.NewInt(1_000_000_000_000))},
			"round_quotient":       {quotient, nearest(big.NewInt(units*7), big.NewInt(divisor))},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s of %d, rate %d, divisor %d: %s, want %s", what, units, rate, divisor, pair[0], pair[1])
			}
		}
	}
	if err := found.Err(); err != nil || n != len(rows) {
		t.Fatalf("%d of %d rows, error %v", n, len(rows), err)
	}
}

// nearest is numerator / denominator, rounded half away from zero.
func nearest(numerator, denominator *big.Int) string {
	twice := new(big.Int).Lsh(new(big.Int).Abs(numerator), 1)
	twice.Add(twice, denominator)
	quotient := twice.Div(twice, new(big.Int).Lsh(denominator, 1))
	if numerator.Sign() < 0 {
		quotient.Neg(quotient)
	}
	return quotient.String()
}
