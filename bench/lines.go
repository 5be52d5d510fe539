package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lastro/transform"
)

// lines are the lines of the table, in the order they are run: each leaves the state that later ones begin from.
func (s *site) lines(ctx context.Context) []line {
	lines := []line{s.extract(ctx), s.transform(ctx), s.accountPeriod(ctx)}
	for _, kind := range []string{"csv", "parquet", "duckdb"} {
		lines = append(lines, s.load(ctx, kind))
	}
	return lines
}

// extract is the company's CSV on its way to the lake, by all rules.
func (s *site) extract(context.Context) line {
	return line{
		name: "extract", rows: func() int64 { return s.records }, against: "read_csv to parquet", target: 1.4,
		candidate: side{
			prepare: func() error { return s.empty("state") },
			process: func() (process, error) { return s.command("extract", "") },
			after:   func() error { return s.keep("extracted") },
		},
		baseline: side{
			prepare: func() error { return s.empty("base") },
			process: func() (process, error) {
				files, err := filepath.Glob(filepath.Join(s.data, "*.csv"))
				if err != nil {
					return process{}, err
				}
				var copies script
				for _, file := range files {
					name := strings.TrimSuffix(filepath.Base(file), ".csv") + ".parquet"
					copies.Statements = append(copies.Statements, fmt.Sprintf("copy (from read_csv(%s)) to %s (format parquet, compression zstd)",
						literal(file), literal(s.in("base", name))))
				}
				return s.scriptProcess(s.in("base"), copies)
			},
			after: s.clear,
		},
	}
}

// transform is all models and checks.
func (s *site) transform(ctx context.Context) line {
	log := s.in("transform.log")
	return line{
		name: "transform", rows: func() int64 { return s.billed }, against: "same statements", target: 1.15,
		candidate: side{
			prepare: func() error { return s.from(ctx, "extracted") },
			process: func() (process, error) {
				p, err := s.command("transform", "", "--log-level", "debug", "--log-format", "json")
				p.log = log
				return p, err
			},
			after: func() error { return s.keep("built") },
		},
		baseline: side{
			prepare: func() error { return s.empty("base") },
			process: func() (process, error) {
				statements, err := told(log)
				if err != nil {
					return process{}, err
				}
				// the name of the file is that of the catalog, which Lastro calls so
				return s.scriptProcess(s.in("base"), script{Database: s.in("base", "lastro.duckdb"), Statements: statements})
			},
			after: func() error { return errors.Join(s.sameTables(ctx), s.clear()) },
		},
	}
}

// accountPeriod is the part of the transform that ends with account_period, from the lake.
func (s *site) accountPeriod(ctx context.Context) line {
	return line{
		name: "account_period", rows: func() int64 { return s.billed }, against: "grouped sum", target: 60,
		candidate: side{
			prepare: func() error { return s.from(ctx, "extracted") },
			process: func() (process, error) { return s.command("transform", "", "--select", "+account_period") },
		},
		baseline: side{
			prepare: func() error { return s.empty("base") },
			process: func() (process, error) {
				return s.scriptProcess(s.in("base"), script{Database: s.in("base", "lastro.duckdb"), Statements: []string{
					"create table grouped as select account_id, date_trunc('month', service_start), sum(amount) from read_parquet(" +
						literal(s.in("extracted", "lake", "data", "books", "invoice_lines", "*.parquet")) + ") group by 1, 2",
				}})
			},
			after: s.clear,
		},
	}
}

// load publishes a build to a target that has nothing yet.
func (s *site) load(ctx context.Context, kind string) line {
	out := s.in("out", kind)
	return line{
		name: "load " + kind, rows: s.publishedRows, against: "copy to " + kind,
		candidate: side{
			prepare: func() error {
				if err := s.empty("out"); err != nil {
					return err
				}
				return s.from(ctx, "built")
			},
			process: func() (process, error) {
				return s.command("load", fmt.Sprintf("[{kind: %s, path: %q}]", kind, out))
			},
		},
		baseline: side{
			prepare: func() error { return s.empty("base") },
			process: func() (process, error) { return s.scriptProcess(s.in("base"), s.copies(kind)) },
			after:   s.clear,
		},
	}
}

func (s *site) publishedRows() (rows int64) {
	for _, table := range s.build.Tables {
		rows += table.Rows
	}
	return rows
}

// copies are the statements that write every published table by DuckDB's own means.
func (s *site) copies(kind string) script {
	build := s.in("built", "builds", s.build.RunID+".duckdb")
	statements := []string{"attach " + literal(build) + " as lastro (read_only)"}
	if kind == "duckdb" {
		statements = append(statements, "attach "+literal(s.in("base", "tables.duckdb"))+" as tables")
	}
	statements = append(statements, "use lastro")
	for _, table := range s.build.Tables {
		file := literal(s.in("base", table.Name+"."+kind))
		statements = append(statements, map[string]string{
			"csv":     "copy " + table.Name + " to " + file + " (format csv, header)",
			"parquet": "copy " + table.Name + " to " + file + " (format parquet, compression zstd)",
			"duckdb":  "create table tables." + table.Name + " as from " + table.Name,
		}[kind])
	}
	return script{Statements: statements}
}

// sameTables looks that the baseline of the transform made the tables that Lastro did, row for row in number: a statement
// that was left out would be an unfair race.
func (s *site) sameTables(ctx context.Context) error {
	look := script{Statements: []string{"attach " + literal(s.in("base", "lastro.duckdb")) + " as made (read_only)"}}
	for _, table := range s.build.Tables {
		look.Statements = append(look.Statements, fmt.Sprintf("select case when count(*) != %d then error(concat('%s has ', count(*), ' rows')) end from made.%s",
			table.Rows, table.Name, transform.Quote(table.Name)))
	}
	p, err := s.scriptProcess(s.in("base"), look)
	if err != nil {
		return err
	}
	if _, err := s.start(ctx, p); err != nil {
		return fmt.Errorf("the same statements made other tables: %w", err)
	}
	return nil
}
