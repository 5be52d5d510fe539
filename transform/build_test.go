package transform_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
	"lastro/transform/duckdb"
)

func newEngine(t *testing.T) *duckdb.Engine {
	t.Helper()
	engine, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "build.duckdb"), Threads: 2, MemoryLimit: "500MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	err = engine.Expose(t.Context(), transform.Stream{
		Source: "books", Name: "accounts",
		SQL: "select * from (values ('b', 'Beta', '2'), ('a', 'Alfa', '1'), ('c', null, 'three')) as rows (account_id, name, size)",
	})
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func selectAll(t *testing.T, project *transform.Project) *transform.Selection {
	t.Helper()
	selection, err := project.Select(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return selection
}

// tableText reads a table as text, a row a line.
func tableText(t *testing.T, engine transform.Engine, table string) string {
	t.Helper()
	reader, err := engine.ReadTable(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	var out strings.Builder
	for reader.Next() {
		batch := reader.RecordBatch()
		for i := range int(batch.NumRows()) {
			for j, column := range batch.Columns() {
				if j > 0 {
					out.WriteString(" ")
				}
				out.WriteString(column.ValueStr(i))
			}
			out.WriteString("\n")
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// ticking is a clock that goes on by one second each time it is read.
func ticking() func() time.Time {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

func TestBuild(t *testing.T) {
	engine := newEngine(t)
	project := load(t, map[string]string{
		"staging/stg_books__accounts.sql": "/*\nmaterialized: view\n*/\nselect * from books.accounts; -- all\n",
		"marts/names.sql":                 "/*\nkey: account_id\norder: [name]\ncolumns:\n  account_id: the account\n*/\nselect account_id, shout(name) as name from sized; -- the end;",
		"dialect/duckdb.sql":              "create or replace macro shout(word) as upper(word);\ncreate or replace macro whisper(word) as lower(word);",
		"checks/check_names.sql":          "select * from names where name is null",
	}, transform.LoadOptions{
		Given: []string{"books.accounts"},
		Generated: []transform.Model{
			{Name: "sized", Layer: "canonical", Deps: []string{"stg_books__accounts"}, Generate: func(ctx context.Context, e transform.Engine) (string, error) {
				columns, err := e.Describe(ctx, "stg_books__accounts")
				return fmt.Sprintf("select *, %d as columns from stg_books__accounts", len(columns)), err
			}},
			{Name: "letters", Layer: "marts", Header: transform.Header{Key: []string{"letter"}}, Deps: []string{"names"}, Go: func(ctx context.Context, e transform.Engine) error {
				return e.Exec(ctx, "create table letters as select substr(name, 1, 1) as letter from names order by 1")
			}},
		},
	})
	var events []string
	builder := transform.Builder{
		Project: project, Selection: selectAll(t, project), Engine: engine, Limit: 1, Now: ticking(),
		Notify: func(e transform.Event) {
			events = append(events, fmt.Sprintf("%d %s %d rows %g s %d/%d", e.Kind, e.Model.Name, e.Rows, e.Seconds, e.Finished, e.Total))
		},
	}
	report, err := builder.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := transform.Report{Seconds: 9, Built: []transform.ModelReport{
		{Name: "stg_books__accounts", Layer: "staging", Rows: -1, Seconds: 1},
		{Name: "sized", Layer: "canonical", Rows: 3, Seconds: 1},
		{Name: "names", Layer: "marts", Rows: 3, Seconds: 1},
		{Name: "letters", Layer: "marts", Rows: 3, Seconds: 1},
	}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	wantEvents := []string{
		"1 stg_books__accounts 0 rows 0 s 0/4", "2 stg_books__accounts -1 rows 1 s 1/4", "1 sized 0 rows 0 s 1/4", "2 sized 3 rows 1 s 2/4",
		"1 names 0 rows 0 s 2/4", "2 names 3 rows 1 s 3/4", "1 letters 0 rows 0 s 3/4", "2 letters 3 rows 1 s 4/4",
	}
	if diff := cmp.Diff(wantEvents, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("a ALFA\nb BETA\nc (null)\n", tableText(t, engine, "names")); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("A\nB\n(null)\n", tableText(t, engine, "letters")); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	// built again, every table is replaced
	builder.Selection, err = project.Select([]string{"names"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := builder.Run(t.Context()); err != nil || len(report.Built) != 1 {
		t.Errorf("again: %v, %v", report, err)
	}
}

func TestBuildErrors(t *testing.T) {
	boom := errors.New("boom")
	for _, test := range []struct {
		name      string
		files     map[string]string
		generated []transform.Model
		want      string // the beginning of the message
	}{
		{
			name:  "unknown column",
			files: map[string]string{"intermediate/int_a.sql": "/*\ngrain: x\n*/\nselect\n    account_id,\n    é.nome\nfrom books.accounts as é\n"},
			want:  "build model int_a: sql/intermediate/int_a.sql:6:5: binder error: Values list \"é\" does not have a column named \"nome\"",
		},
		{
			name:  "unknown column in an ordered table",
			files: map[string]string{"marts/a.sql": "/*\nkey: account_id\n*/\nselect account_id,\n  nome\nfrom books.accounts\n"},
			want:  "build model a: sql/marts/a.sql:5:3: binder error: Referenced column \"nome\" not found",
		},
		{
			name:  "unknown function in a view",
			files: map[string]string{"intermediate/int_a.sql": "/*\nmaterialized: view\n*/\nselect shout(name) as name\nfrom books.accounts\n"},
			want:  "build model int_a: sql/intermediate/int_a.sql:4:8: catalog error: Scalar Function with name shout does not exist!",
		},
		{
			name:  "value that cannot be cast",
			files: map[string]string{"intermediate/int_a.sql": "select\n    cast(size as integer) as size\nfrom books.accounts\n"},
			want:  "build model int_a: sql/intermediate/int_a.sql:2:5: conversion error: Could not convert string 'three' to INT32",
		},
		{
			name: "value that cannot be cast in a view",
			files: map[string]string{
				"intermediate/int_view.sql": "/*\nmaterialized: view\n*/\nselect cast(size as integer) as size from books.accounts\n",
				"intermediate/int_a.sql":    "select sum(size) as size from int_view\n",
			},
			want: "build model int_a: sql/intermediate/int_a.sql: in this model or a view that it reads (int_view): conversion error:",
		},
		{
			name:  "order by what is not there",
			files: map[string]string{"marts/a.sql": "/*\ngrain: x\nkey: id\n*/\nselect * from books.accounts\n"},
			want:  "build model a: sql/marts/a.sql:3: the header's key or order: binder error: Referenced column \"id\" not found",
		},
		{
			name:  "documents what is not there",
			files: map[string]string{"intermediate/int_a.sql": "/*\ncolumns:\n  nam: its name\n*/\nselect * from books.accounts\n"},
			want:  "build model int_a: sql/intermediate/int_a.sql:2: the header documents column nam, which the model doesn't have; did you mean name?",
		},
		{
			name:  "macros",
			files: map[string]string{"intermediate/int_a.sql": "select * from books.accounts", "dialect/duckdb.sql": "create or replace macro a() as 1;\ncreate or replace macro b() as nosuch(1);\n"},
			want:  "create the macros of sql/dialect/duckdb.sql:2:32: catalog error: Scalar Function with name nosuch does not exist!",
		},
		{
			name: "step in Go",
			generated: []transform.Model{{Name: "a", Layer: "intermediate", Go: func(context.Context, transform.Engine) error {
				return boom
			}}},
			want: "build model a: intermediate/a.sql (generated): boom",
		},
		{
			name: "step in Go that makes no table",
			generated: []transform.Model{{Name: "a", Layer: "intermediate", Go: func(context.Context, transform.Engine) error {
				return nil
			}}},
			want: "build model a: intermediate/a.sql (generated): count the rows of a: catalog error: Table with name a does not exist!",
		},
		{
			name: "generated SQL",
			generated: []transform.Model{{Name: "a", Layer: "intermediate", Generate: func(context.Context, transform.Engine) (string, error) {
				return "select nosuch from books.accounts", nil
			}}},
			want: "build model a: intermediate/a.sql (generated): binder error: Referenced column \"nosuch\" not found",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			engine := newEngine(t)
			project := load(t, test.files, transform.LoadOptions{Given: []string{"books.accounts"}, Generated: test.generated})
			builder := transform.Builder{Project: project, Selection: selectAll(t, project), Engine: engine}
			_, err := builder.Run(t.Context())
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error is\n%v, want\n%s", err, test.want)
			}
		})
	}
}

func TestBuildStopsAtTheFirstFailure(t *testing.T) {
	engine := newEngine(t)
	isInterrupted := atomic.Bool{}
	project := load(t, map[string]string{
		"intermediate/int_a.sql": "select * from books.accounts",
		"intermediate/int_b.sql": "select nope from int_a",
		"intermediate/int_d.sql": "select * from int_b",
	}, transform.LoadOptions{Given: []string{"books.accounts"}, Generated: []transform.Model{
		{Name: "int_slow", Layer: "intermediate", Deps: []string{"int_a"}, Go: func(ctx context.Context, _ transform.Engine) error {
			<-ctx.Done()
			isInterrupted.Store(true)
			return ctx.Err()
		}},
	}})
	var failed []string
	builder := transform.Builder{Project: project, Selection: selectAll(t, project), Engine: engine, Limit: 3, Notify: func(e transform.Event) {
		if e.Kind == transform.Failed {
			failed = append(failed, e.Model.Name)
		}
	}}
	report, err := builder.Run(t.Context())
	var failure *transform.BuildError
	if !errors.As(err, &failure) {
		t.Fatalf("error is %v", err)
	}
	if failure.Model != "int_b" || failure.Line != 1 || failure.Column != 8 || !isInterrupted.Load() {
		t.Errorf("failure is %+v, the other model was interrupted: %v", failure, isInterrupted.Load())
	}
	if diff := cmp.Diff([]string{"int_b", "int_d", "int_slow"}, failure.NotBuilt); diff != "" {
		t.Errorf("not built (-want +got):\n%s", diff)
	}
	if len(report.Built) != 1 || report.Built[0].Name != "int_a" || len(failed) != 2 {
		t.Errorf("built %v, failed %v", report.Built, failed)
	}
}

func TestBuildIsInterrupted(t *testing.T) {
	engine := newEngine(t)
	project := load(t, map[string]string{
		"intermediate/int_long.sql": "select sum(a.range * b.range) as total from policy, range(10000000) as a, range(10000000) as b",
	}, transform.LoadOptions{Given: []string{"policy"}})
	if err := engine.Exec(t.Context(), "create table policy as select 1 as value"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stopped time.Time
	builder := transform.Builder{Project: project, Selection: selectAll(t, project), Engine: engine, Notify: func(e transform.Event) {
		if e.Kind == transform.Started {
			time.AfterFunc(200*time.Millisecond, func() {
				stopped = time.Now()
				stop()
			})
		}
	}}
	_, err := builder.Run(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if took := time.Since(stopped); took > 2*time.Second {
		t.Errorf("the build ended %s after it was stopped", took)
	}
	if err := engine.Exec(t.Context(), "select 1"); err != nil {
		t.Errorf("the engine is of no use afterwards: %v", err)
	}
}
