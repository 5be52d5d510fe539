package pipelines

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
)

// BenchmarkPipeline runs a made-up company of 20,000 accounts and 400,000 invoice lines (times BENCH_SCALE) through the
// pipeline, and reports each stage against what DuckDB alone takes in the same run:
//
//	extract-x    CSV to lake with all rules, over `copy (from read_csv) to parquet` of the same file
//	transform-x  all models and checks, over one grouped sum of the same lines
func BenchmarkPipeline(b *testing.B) {
	scale := 1.0
	if text := os.Getenv("BENCH_SCALE"); text != "" {
		var err error
		if scale, err = strconv.ParseFloat(text, 64); err != nil {
			b.Fatalf("BENCH_SCALE: %v", err)
		}
	}
	for range b.N {
		dir := b.TempDir()
		db, err := sql.Open("duckdb", "")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		timed := func(statement string) float64 {
			start := time.Now()
			if _, err := db.Exec(statement); err != nil {
				b.Fatalf("%v in %s", err, statement)
			}
			return time.Since(start).Seconds()
		}
		for file, query := range benchCompany(int(20_000 * scale)) {
			if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
				b.Fatal(err)
			}
			timed("copy (" + query + ") to '" + filepath.Join(dir, "data", file+".csv") + "' (header)")
		}
		lines := filepath.Join(dir, "data", "invoice_lines.csv")
		copied := timed("copy (from read_csv('" + lines + "')) to '" + filepath.Join(dir, "copy.parquet") + "' (compression zstd)")
		grouped := timed("create table grouped as select account_id, date_trunc('month', service_start), sum(amount) from '" +
			filepath.Join(dir, "copy.parquet") + "' group by 1, 2")

		file := filepath.Join(dir, "pipeline.yaml")
		text := "name: bench\ntimezone: America/Sao_Paulo\ncurrency: BRL\nas_of: 2024-12-31\nsources: [{name: books, kind: files, path: ./data}]\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		config, err := ReadFile(file, os.LookupEnv)
		if err != nil {
			b.Fatal(err)
		}
		stage := func(run func(context.Context, *Config, Options) (*Outcome, error)) float64 {
			start := time.Now()
			if _, err := run(b.Context(), config, Options{Command: "bench"}); err != nil {
				b.Fatal(err)
			}
			return time.Since(start).Seconds()
		}
		extracted, transformed := stage(Extract), stage(Transform)
		b.ReportMetric(extracted, "extract-s")
		b.ReportMetric(extracted/copied, "extract-x")
		b.ReportMetric(transformed, "transform-s")
		b.ReportMetric(transformed/grouped, "transform-x")
	}
}

// benchCompany gives the queries that make the company's files.
func benchCompany(accounts int) map[string]string {
	start := "(date '2022-01-01' + cast(hash(i) % 900 as integer))"
	return map[string]string{
		"accounts": fmt.Sprintf(`select 'acc_' || i as account_id, ['smb', 'mid', 'ent'][1 + i %% 3] as segment,
			['retail', 'health', 'fintech'][1 + i %% 3] as industry, ['BR', 'US'][1 + i %% 2] as country,
			['organic', 'paid'][1 + i %% 2] as acquisition_channel from range(%d) as t (i)`, accounts),
		"subscriptions": fmt.Sprintf(`select 'sub_' || i as subscription_id, 'acc_' || i as account_id, %s as started_on,
			case when hash(i + 7) %% 3 = 0 then %s + 400 end as ended_on from range(%d) as t (i)`, start, start, accounts),
		"invoice_lines": fmt.Sprintf(`select 'line_' || i || '_' || k as line_id, 'inv_' || i || '_' || k as invoice_id, 'acc_' || i as account_id,
			'sub_' || i as subscription_id, ['core', 'addon'][1 + k %% 2] as product_id, 'p1' as plan_id, 'recurring' as kind,
			['BRL', 'USD', 'EUR'][1 + i %% 3] as currency, cast(100 + hash(i * 31 + k // 8) %% 900 as decimal(18, 2)) as amount, 5 as quantity,
			cast(%[1]s + to_months(cast(k // 2 as integer)) as date) as service_start,
			cast(%[1]s + to_months(cast(k // 2 + 1 as integer)) as date) as service_end, 'month' as interval_unit, 1 as interval_count,
			k %% 10 = 9 as is_proration, 'paid' as invoice_status,
			strftime(%[1]s + to_months(cast(k // 2 as integer)), '%%Y-%%m-%%dT12:00:00Z') as issued_at
			from range(%[2]d) as t (i), range(20) as u (k)`, start, accounts),
		"fx_rates": `select cast(d as date) as day, c as currency, cast(5 + hash(d) % 100 / 100 as decimal(18, 6)) as rate
			from generate_series(date '2022-01-01', date '2025-01-01', interval 7 day) as g (d), (values ('USD'), ('EUR')) as v (c)`,
	}
}
