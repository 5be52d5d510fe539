package transform_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
)

// measured is a step that gives each account's name and how long it is.
func measured(run func(transform.Rows) ([][]any, error)) map[string]transform.Step {
	return map[string]transform.Step{"measure": {
		Columns: []transform.Column{
			{Name: "account_id", Type: "varchar"}, {Name: "letters", Type: "integer"}, {Name: "share", Type: "double"},
			{Name: "is_known", Type: "boolean"}, {Name: "note", Type: "varchar"},
		},
		Run: func(_ context.Context, input transform.Rows) ([][]any, error) { return run(input) },
	}}
}

func measure(input transform.Rows) ([][]any, error) {
	at, err := input.Require("account_id", "NAME")
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, row := range input.Values {
		name, isKnown := row[at[1]].(string)
		share := 1 / float64(3+len(name))
		rows = append(rows, []any{row[at[0]], int64(len(name)), share, isKnown, nil})
	}
	return rows, nil
}

func TestStep(t *testing.T) {
	engine := newEngine(t)
	project := load(t, map[string]string{
		"marts/lengths.sql": "/*\nkey: account_id\nstep: measure\nchecks:\n  - {name: short, expression: letters < 4}\n*/\n" +
			"select account_id, name, cast(size = '1' as boolean) as one from books.accounts order by account_id desc;",
		"intermediate/int_total.sql": "select sum(letters) as letters from lengths",
	}, transform.LoadOptions{Given: []string{"books.accounts"}, Steps: measured(measure)})
	selection, err := project.Select([]string{"+int_total"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	builder := transform.Builder{Project: project, Selection: selection, Engine: engine, Now: ticking()}
	report, err := builder.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []transform.ModelReport{
		{Name: "lengths", Layer: "marts", Rows: 3, Seconds: 1}, {Name: "int_total", Layer: "intermediate", Rows: 1, Seconds: 1},
	}
	if diff := cmp.Diff(want, report.Built); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	rows := "a 4 0.14285714285714285 true (null)\nb 4 0.14285714285714285 true (null)\nc 0 0.3333333333333333 false (null)\n"
	if diff := cmp.Diff(rows, tableText(t, engine, "lengths")); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	results, err := project.RunChecks(t.Context(), engine, selection, transform.CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		if result.Passed != (result.Name != "short") {
			t.Errorf("check %s: %+v", result.Name, result)
		}
	}
}

func TestStepReadsEveryKindOfValue(t *testing.T) {
	var got transform.Rows
	engine := newEngine(t)
	project := load(t, map[string]string{
		"intermediate/int_a.sql": "/*\nstep: measure\nconstant: true\n*/\nselect 1 as a, cast(2 as bigint) as b, cast(0.1 as double) as c, true as d, 'x' as e, " +
			"date '2025-01-31' as f, cast(1.50 as decimal(18, 4)) as g, cast(null as double) as h",
	}, transform.LoadOptions{Steps: measured(func(input transform.Rows) ([][]any, error) { got = input; return nil, nil })})
	if _, err := (&transform.Builder{Project: project, Engine: engine}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := transform.Rows{
		Columns: []string{"a", "b", "c", "d", "e", "f", "g", "h"},
		Values:  [][]any{{int64(1), int64(2), 0.1, true, "x", "2025-01-31", "1.5000", nil}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	// no rows still have their columns
	columns, err := engine.Describe(t.Context(), "int_a")
	if err != nil || len(columns) != 5 || columns[2] != (transform.Column{Name: "share", Type: "DOUBLE"}) || tableText(t, engine, "int_a") != "" {
		t.Errorf("columns are %v, error %v", columns, err)
	}
}

func TestStepErrors(t *testing.T) {
	boom := errors.New("boom")
	good := []any{"a", int64(1), 0.5, true, "it's"}
	with := func(at int, value any) [][]any {
		row := append([]any(nil), good...)
		row[at] = value
		return [][]any{good, row}
	}
	for _, test := range []struct {
		name, query string
		rows        [][]any
		err         error
		want        string
	}{
		{"its own", "select * from books.accounts", nil, boom, "build model int_a: sql/intermediate/int_a.sql:2: step measure: boom"},
		{"no number", "select * from books.accounts", with(2, math.NaN()), nil, "step measure: column share of row 2 is NaN, which is no number"},
		{"infinite", "select * from books.accounts", with(2, math.Inf(-1)), nil, "step measure: column share of row 2 is -Inf, which is no number"},
		{"a value too few", "select * from books.accounts", [][]any{{"a"}}, nil, "step measure: row 1 has 1 values for 5 columns"},
		{"another type", "select * from books.accounts", with(1, "many"), nil, "step measure: conversion error: Could not convert string 'many' to INT32"},
		{"of the SELECT", "select\n    nope\nfrom books.accounts", nil, nil, "sql/intermediate/int_a.sql:5:5: binder error: Referenced column \"nope\" not found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			project := load(t, map[string]string{"intermediate/int_a.sql": "/*\nstep: measure\n*/\n" + test.query}, transform.LoadOptions{
				Given: []string{"books.accounts"}, Steps: measured(func(transform.Rows) ([][]any, error) { return test.rows, test.err }),
			})
			_, err := (&transform.Builder{Project: project, Engine: newEngine(t)}).Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || (test.err != nil && !errors.Is(err, boom)) {
				t.Errorf("error is %v, want %s", err, test.want)
			}
		})
	}
	if _, err := (transform.Rows{Columns: []string{"a"}}).Require("a", "b"); err == nil || !strings.Contains(err.Error(), "column b") {
		t.Errorf("error is %v", err)
	}
}
