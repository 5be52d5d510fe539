package targets_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"lastro/load"
	"lastro/load/targets"
	"lastro/load/targettest"
)

// BenchmarkPublish publishes 2 million rows of 12 columns, shaped as account_period, from memory to the disk.
func BenchmarkPublish(b *testing.B) {
	const rows = 2_000_000
	table := accountPeriod(b, rows)
	for _, kind := range targets.Kinds() {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				folder := b.TempDir()
				target, err := targets.Open(config(kind, folder))
				if err != nil {
					b.Fatal(err)
				}
				if err := targettest.Publish(target, targettest.Publication("r1", table)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkRead is the part of the time that reading takes.
func BenchmarkRead(b *testing.B) {
	table := accountPeriod(b, 2_000_000)
	for b.Loop() {
		r, err := table.Read(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for r.Next() {
		}
		if r.Err() != nil {
			b.Fatal(r.Err())
		}
		r.Release()
	}
}

func accountPeriod(b *testing.B, rows int) load.Table {
	columns := []load.Column{
		{Name: "grain", Type: "VARCHAR"}, {Name: "period_start", Type: "DATE"}, {Name: "account_id", Type: "VARCHAR"},
		{Name: "segment", Type: "VARCHAR"}, {Name: "opening_mrr", Type: "DECIMAL(18,4)"}, {Name: "new_mrr", Type: "DECIMAL(18,4)"},
		{Name: "expansion_mrr", Type: "DECIMAL(18,4)"}, {Name: "closing_mrr", Type: "DECIMAL(24,10)"}, {Name: "tenure_months", Type: "BIGINT"},
		{Name: "is_active", Type: "BOOLEAN"}, {Name: "ratio", Type: "DOUBLE"}, {Name: "changed_at", Type: "TIMESTAMP"},
	}
	schema, err := targettest.Schema(columns)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var records []arrow.RecordBatch
	for from := 0; from < rows; from += 2048 { // as many as DuckDB gives at a time
		batch := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for row := from; row < min(from+2048, rows); row++ {
			appendAccount(batch, random, row)
		}
		records = append(records, batch.NewRecordBatch())
		batch.Release()
	}
	return targettest.FromRecords("account_period", []string{"grain", "period_start", "account_id"}, columns, schema, records)
}

func appendAccount(batch *array.RecordBuilder, random *rand.Rand, row int) {
	batch.Field(0).(*array.StringBuilder).Append("month")
	batch.Field(1).(*array.Date32Builder).Append(arrow.Date32(18000 + row/50_000*30))
	batch.Field(2).(*array.StringBuilder).Append(fmt.Sprintf("acct-%08d", row%50_000))
	if random.IntN(10) == 0 {
		batch.Field(3).AppendNull()
	} else {
		batch.Field(3).(*array.StringBuilder).Append([]string{"smb", "mid", "enterprise, large"}[random.IntN(3)])
	}
	for c := 4; c < 8; c++ {
		amount := decimal128.FromI64(int64(random.IntN(5_000_000)) * 100)
		if c == 7 {
			amount = amount.Mul(decimal128.FromI64(1_000_000))
		}
		if c == 5 && random.IntN(2) == 0 {
			batch.Field(c).AppendNull()
			continue
		}
		batch.Field(c).(*array.Decimal128Builder).Append(amount)
	}
	batch.Field(8).(*array.Int64Builder).Append(int64(row % 60))
	batch.Field(9).(*array.BooleanBuilder).Append(row%3 == 0)
	batch.Field(10).(*array.Float64Builder).Append(random.Float64())
	batch.Field(11).(*array.TimestampBuilder).Append(arrow.Timestamp(1_700_000_000_000_000 + int64(row)*1_000_000))
}
