package lake

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

// start is the moment of the tests' first run; run n begins n hours later.
var start = time.Date(2026, 1, 31, 2, 30, 0, 0, time.UTC)

func hour(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

var (
	items  = StreamID{"shop", "items"}  // kept by key
	events = StreamID{"shop", "events"} // without key
	byID   = BatchOptions{Key: []string{"id"}}
)

// record is a row of the tests' streams.
type record struct {
	id, value, file string
	line            int
}

func rec(id, value string) record { return record{id: id, value: value, file: "a.csv", line: 1} }

func newConn(t testing.TB) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = conn.Close(), db.Close() })
	return conn
}

func newLake(t testing.TB) *Lake {
	t.Helper()
	l, err := Open(t.TempDir()+"/lake", nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// selectOf gives a select of records with the system's columns. value's type
// can be another one than text.
func selectOf(t *Txn, id StreamID, valueType string, records []record) string {
	var rows []string
	for _, r := range records {
		rows = append(rows, fmt.Sprintf("(%s, %s, %s, %d)", quoteText(r.id), quoteText(r.value), quoteText(r.file), r.line))
	}
	from := "(values " + strings.Join(rows, ", ") + ")"
	if len(rows) == 0 {
		from = "(select 'x', 'x', 'x', 1 where false)"
	}
	return fmt.Sprintf("select id, cast(value as %s) as value, cast(null as varchar) as _extra, %s as _source, file as _file, cast(line as bigint) as _line, %s as _run_id, %s as _first_seen from %s as r(id, value, file, line) order by id",
		valueType, quoteText(id.Source), quoteText(t.RunID()), timestampSQL(t.FirstSeen()), from)
}

// accept writes records and counts them.
func accept(ctx context.Context, t *Txn, conn *sql.Conn, id StreamID, o BatchOptions, records ...record) error {
	n, err := t.CopyRecords(ctx, conn, id, selectOf(t, id, "VARCHAR", records), o)
	t.Count(id, Counts{Read: n, Accepted: n})
	return err
}

// commitRun runs one transaction.
func commitRun(t testing.TB, l *Lake, runID string, at time.Time, do func(*Txn) error) {
	t.Helper()
	if err := tryRun(t.Context(), l, runID, at, do); err != nil {
		t.Fatal(err)
	}
}

func tryRun(ctx context.Context, l *Lake, runID string, at time.Time, do func(*Txn) error) error {
	txn, err := l.Begin(runID, at)
	if err != nil {
		return err
	}
	if err := do(txn); err != nil {
		_ = txn.Abort()
		return err
	}
	if err := txn.Commit(ctx); err != nil {
		_ = txn.Abort()
		return err
	}
	return nil
}

func now(t testing.TB, l *Lake) *View {
	t.Helper()
	v, err := l.Now()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// query gives the rows of a select as text, columns parted by |.
func query(t testing.TB, conn *sql.Conn, statement string) []string {
	t.Helper()
	rows, err := queryRows(t.Context(), conn, statement)
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	return rows
}

func queryRows(ctx context.Context, conn *sql.Conn, statement string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []string
	for rows.Next() {
		values := make([]any, len(names))
		fields := make([]any, len(names))
		for i := range values {
			fields[i] = &values[i]
		}
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		texts := make([]string, len(values))
		for i, value := range values {
			texts[i] = fmt.Sprint(value)
			if at, ok := value.(time.Time); ok {
				texts[i] = at.UTC().Format(time.RFC3339Nano)
			}
		}
		out = append(out, strings.Join(texts, "|"))
	}
	return out, rows.Err()
}

// current gives id|value of a stream's current records, sorted.
func current(t testing.TB, conn *sql.Conn, v *View, id StreamID) []string {
	t.Helper()
	s, ok := v.Stream(id)
	if !ok {
		return nil
	}
	return query(t, conn, "select id, value from ("+s.CurrentSQL()+") order by all")
}

func versions(t testing.TB, conn *sql.Conn, v *View, id StreamID) []string {
	t.Helper()
	s, ok := v.Stream(id)
	if !ok {
		return nil
	}
	return query(t, conn, "select id, value, _run_id from ("+s.VersionsSQL()+") order by _first_seen, id, value")
}

func equal(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// bad gives quarantined records of a file.
func bad(records ...QuarantinedRecord) iter.Seq2[QuarantinedRecord, error] {
	return func(yield func(QuarantinedRecord, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// wantError checks that an error says all the parts.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}
