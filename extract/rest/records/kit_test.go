package records

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // reads what is written

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

var seen = time.Date(2026, 1, 31, 2, 30, 0, 123456000, time.UTC)

// options are those of a small stream of everything there is.
func options(t testing.TB) Options {
	return Options{
		Stream: lake.StreamID{Source: "shop", Stream: "orders"},
		Columns: map[string]spec.Column{
			"id": {Type: "text"}, "amount": {Type: "money"}, "n": {Type: "integer"}, "ok": {Type: "boolean"}, "day": {Type: "date"},
			"at": {Type: "timestamp"}, "created": {Type: "timestamp", Format: "epoch"}, "ms": {Type: "timestamp", Format: "epoch_ms"},
			"ratio": {Type: "double"}, "big": {Type: "decimal(38,10)"}, "small": {Type: "decimal(5,2)"}, "rate": {Type: "rate"},
			"every": {Type: "text", Path: "recurring.interval"}, "every_n": {Type: "integer", Path: "recurring.count"},
			"first_line": {Type: "text", Path: "lines.data[0].id"}, "tags": {Type: "json"}, "dotted": {Type: "text", Path: `["a.b"]`},
		},
		Key: []string{"id"}, With: []string{"parent"}, DeletedWhen: "deleted",
		Dir: t.TempDir(), RunID: "r1", FirstSeen: seen, File: "/orders",
	}
}

func write(t testing.TB, o Options, body string, with map[string]string) Group {
	t.Helper()
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, body)
	if _, err := w.Add(p, "", with); err != nil {
		t.Fatal(err)
	}
	p.Free()
	g, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// rows reads a select over a group's file, which it calls file, as lines of text.
func rows(t testing.TB, g Group, statement string) []string {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statement = strings.ReplaceAll(statement, "from file", "from read_parquet('"+g.File+"')")
	result, err := db.QueryContext(t.Context(), "select cast(columns(*) as varchar) from ("+statement+")")
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	defer result.Close()
	names, err := result.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for result.Next() {
		values := make([]sql.NullString, len(names))
		fields := make([]any, len(names))
		for i := range values {
			fields[i] = &values[i]
		}
		if err := result.Scan(fields...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(names))
		for i, value := range values {
			if texts[i] = "NULL"; value.Valid {
				texts[i] = value.String
			}
		}
		lines = append(lines, "("+strings.Join(texts, ", ")+")")
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func equal(t testing.TB, what string, got, want []string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func reasons(g Group) []string {
	var lines []string
	for _, q := range g.Quarantined {
		lines = append(lines, fmt.Sprintf("%s %d %s: %s: %s", q.File, q.Line, q.Column, q.Reason, q.Record))
	}
	return lines
}
