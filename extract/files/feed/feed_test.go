package feed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
)

func connect(t *testing.T) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// numbers adds rows of which some have no text.
func numbers(n int) func(*Rows) error {
	return func(r *Rows) error {
		for i := range n {
			if i%3 != 0 {
				r.Set(0, fmt.Appendf(nil, "%d", i))
			}
			if i >= n/2 {
				r.Set(2, []byte(strings.Repeat("é", i%20)))
			}
			if err := r.End("f.csv", int64(i+2)); err != nil {
				return err
			}
		}
		return nil
	}
}

func query(t *testing.T, conn *sql.Conn, q string) string {
	t.Helper()
	var got string
	if err := conn.QueryRowContext(context.Background(), q).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestRowsArriveWhole counts what a plain relation of the same rows would give, by queries of few and of all columns.
func TestRowsArriveWhole(t *testing.T) {
	conn := connect(t)
	for _, n := range []int{0, 1, BatchRows - 1, BatchRows, 3*BatchRows + 7} {
		same := fmt.Sprintf("(select case when i %% 3 != 0 then i::varchar end as a, null::varchar as b, "+
			"case when i >= %d // 2 then nullif(repeat('é', i::int %% 20), '') end as c, 'f.csv' as _file, i + 2 as _line from range(%d) t(i))", n, n)
		for _, sums := range []string{
			"count(*)",
			"sum(_line)",
			"count(c) || ' ' || sum(length(c))",
			"count(b) || ' ' || count(_file) || ' ' || count(a)",
			"md5(string_agg(concat_ws('|', a, b, c, _file, _line), ';' order by _line))",
		} {
			f, err := Open(context.Background(), conn, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, numbers(n))
			if err != nil {
				t.Fatal(err)
			}
			ask := "select coalesce((" + sums + ")::varchar, '') from "
			if got, want := query(t, conn, ask+f.From), query(t, conn, ask+same); got != want {
				t.Errorf("%d rows: %s is %s, want %s", n, sums, got, want)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestRowsComeInOrder(t *testing.T) {
	conn := connect(t)
	f, err := Open(context.Background(), conn, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, numbers(10*BatchRows))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), "create temp table kept as select * from "+f.From); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := query(t, conn, "select count(*)::varchar from (select _line, lag(_line) over () as before from kept) where before >= _line"); got != "0" {
		t.Errorf("%s rows are out of order", got)
	}
}

func TestAnErrorOfReadingEndsTheScan(t *testing.T) {
	conn := connect(t)
	broken := errors.New("the disk is gone")
	f, err := Open(context.Background(), conn, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, func(r *Rows) error {
		return errors.Join(numbers(2*BatchRows)(r), broken)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.ExecContext(context.Background(), "create temp table lost as select * from "+f.From)
	if err := f.Close(); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestAScanThatEndsEarlyEndsTheReading(t *testing.T) {
	conn := connect(t)
	for _, q := range []string{"select count(*) from (select * from %s limit 1)", "select error('stop') from %s", ""} {
		f, err := Open(context.Background(), conn, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, numbers(50*BatchRows))
		if err != nil {
			t.Fatal(err)
		}
		if q != "" {
			_, _ = conn.ExecContext(context.Background(), fmt.Sprintf(q, f.From))
		}
		if err := f.Close(); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	conn := connect(t)
	ctx, cancel := context.WithCancel(context.Background())
	f, err := Open(ctx, conn, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}}, func(r *Rows) error {
		cancel()
		return numbers(50 * BatchRows)(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.ExecContext(context.Background(), "select count(*) from "+f.From)
	if err := f.Close(); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
