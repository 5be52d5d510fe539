package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"lastro/load"
	"lastro/load/csvdir"
	"lastro/load/postgres"
	"lastro/load/postgres/pgtest"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

// BenchmarkLoad loads rows like those of account_period into a durable server, again with one row in a hundred changed,
// and again unchanged, and has psql copy the same rows as CSV into the same table with the same key. It takes the median
// of three rounds, or one of more than two million rows. LASTRO_ROWS is the number of rows, a million unless it says else.
func BenchmarkLoad(b *testing.B) {
	rows := 1_000_000
	if text := os.Getenv("LASTRO_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	server := pgtest.New(b, pgtest.Options{Durable: true, Settings: []string{"max_wal_size = 4GB"}})
	first, again := accountPeriod(b, rows, 0), accountPeriod(b, rows, 100)
	csv := filepath.Join(b.TempDir(), "csv")
	if err := targettest.Publish(csvdir.New(csv, rundir.Options{}), targettest.Publication("r1", first)); err != nil {
		b.Fatal(err)
	}
	rounds := 3
	if rows > 2_000_000 {
		rounds = 1
	}
	took := map[string][]float64{}
	timed := func(what string, do func() error) {
		if _, err := server.Exec(context.Background(), "checkpoint"); err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		if err := do(); err != nil {
			b.Fatalf("%s: %v", what, err)
		}
		took[what] = append(took[what], time.Since(begun).Seconds())
	}
	for b.Loop() {
		for round := range rounds {
			schema := fmt.Sprint("round", round)
			target := open(b, postgres.Options{DSN: postgres.DSN(server.SocketDSN()), Schema: schema})
			for i, table := range []load.Table{first, again, again} {
				timed([]string{"first", "changed", "quiet"}[i], func() error {
					return targettest.Publish(target, targettest.Publication(fmt.Sprint("r", i), table))
				})
			}
			like := fmt.Sprintf("create schema psql; create table psql.account_period (like %s.account_period including all)", schema)
			if _, err := server.Exec(context.Background(), like); err != nil {
				b.Fatal(err)
			}
			timed("psql", func() error {
				cmd := exec.Command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.SocketDSN(),
					"-c", `\copy psql.account_period from '`+filepath.Join(csv, "account_period.csv")+`' with (format csv, header)`)
				cmd.Stderr = os.Stderr
				return cmd.Run()
			})
			if _, err := server.Exec(context.Background(), fmt.Sprintf("drop schema psql cascade; drop schema %s cascade", schema)); err != nil {
				b.Fatal(err)
			}
		}
	}
	for what, seconds := range took {
		slices.Sort(seconds)
		b.ReportMetric(seconds[len(seconds)/2], what+"-s")
	}
	median := func(what string) float64 { return took[what][len(took[what])/2] }
	b.ReportMetric(median("first")/median("psql"), "first/psql")
	b.ReportMetric(median("changed")/median("first"), "changed/first")
	b.ReportMetric(median("quiet")/median("first"), "quiet/first")
}

var amounts = []string{
	"opening_mrr", "opening_book_mrr", "new_mrr", "reactivation_mrr", "expansion_mrr", "upsell_mrr", "cross_sell_mrr", "price_increase_mrr",
	"contraction_mrr", "downsell_mrr", "product_drop_mrr", "price_decrease_mrr", "churned_mrr", "fx_mrr", "closing_mrr", "retained_mrr", "gross_retained_mrr",
}

// accountPeriod makes the rows of 48 months of accounts; every nth closes with another amount, none where every is 0.
func accountPeriod(b *testing.B, rows, every int) load.Table {
	columns := []load.Column{
		{Name: "grain", Type: "VARCHAR"}, {Name: "period_start", Type: "DATE"}, {Name: "period_end", Type: "DATE"},
		{Name: "is_complete", Type: "BOOLEAN"}, {Name: "account_id", Type: "VARCHAR"}, {Name: "movement", Type: "VARCHAR"},
	}
	for _, name := range amounts {
		columns = append(columns, load.Column{Name: name, Type: "DECIMAL(18,4)"})
	}
	schema, err := targettest.Schema(columns)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var records []arrow.RecordBatch
	accounts := max(rows/48, 1)
	for from := 0; from < rows; from += 2048 { // as many as DuckDB gives at a time
		batch := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for row := from; row < min(from+2048, rows); row++ {
			start := 18_262 + row/accounts*30
			batch.Field(0).(*array.StringBuilder).Append("month")
			batch.Field(1).(*array.Date32Builder).Append(arrow.Date32(start))
			batch.Field(2).(*array.Date32Builder).Append(arrow.Date32(start + 29))
			batch.Field(3).(*array.BooleanBuilder).Append(true)
			batch.Field(4).(*array.StringBuilder).Append(fmt.Sprintf("acct-%08d", row%accounts))
			batch.Field(5).(*array.StringBuilder).Append([]string{"none", "none", "none", "expansion", "contraction"}[random.IntN(5)])
			opening := int64(random.IntN(500_000)) * 100
			for i, name := range amounts {
				amount := int64(0)
				switch {
				case name == "opening_mrr" || name == "retained_mrr" || name == "gross_retained_mrr":
					amount = opening
				case name == "closing_mrr" && every > 0 && row%every == every-1:
					amount = opening + 12_345
				case name == "closing_mrr":
					amount = opening
				case random.IntN(12) == 0:
					amount = int64(random.IntN(50_000)) * 100
				}
				batch.Field(6 + i).(*array.Decimal128Builder).Append(decimal128.FromI64(amount))
			}
		}
		records = append(records, batch.NewRecordBatch())
		batch.Release()
	}
	return targettest.FromRecords("account_period", []string{"grain", "period_start", "account_id"}, columns, schema, records)
}
