package lake

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
)

func TestWiden(t *testing.T) {
	for _, test := range []struct{ a, b, want string }{
		{"VARCHAR", "VARCHAR", "VARCHAR"},
		{"VARCHAR", "DATE", "VARCHAR"},
		{"VARCHAR", "DECIMAL(18,4)", "VARCHAR"},
		{"VARCHAR", "BLOB", ""},
		{"VARCHAR", "INTEGER[]", ""},
		{"DATE", "TIMESTAMP", "TIMESTAMP"},
		{"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP"},
		{"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", ""},
		{"DATE", "BIGINT", ""},
		{"BOOLEAN", "INTEGER", ""},
		{"INTEGER", "BIGINT", "BIGINT"},
		{"UTINYINT", "TINYINT", "SMALLINT"},
		{"INTEGER", "UINTEGER", "BIGINT"},
		{"BIGINT", "UBIGINT", "DECIMAL(20,0)"},
		{"USMALLINT", "UINTEGER", "UINTEGER"},
		{"DECIMAL(18,4)", "DECIMAL(24,10)", "DECIMAL(24,10)"},
		{"DECIMAL(18,4)", "DECIMAL(24,12)", "DECIMAL(26,12)"},
		{"DECIMAL(18,4)", "BIGINT", "DECIMAL(23,4)"},
		{"DECIMAL(38,0)", "DECIMAL(38,10)", ""},
		{"INTEGER", "DOUBLE", "DOUBLE"},
		{"FLOAT", "DOUBLE", "DOUBLE"},
		{"BIGINT", "DOUBLE", ""},        // a double rounds ids beyond 2^53
		{"DECIMAL(18,4)", "DOUBLE", ""}, // and money
		{"STRUCT(a INTEGER)", "STRUCT(a INTEGER)", "STRUCT(a INTEGER)"},
		{"STRUCT(a INTEGER)", "STRUCT(a BIGINT)", ""},
	} {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			got, ok := widen(pair[0], pair[1])
			if ok != (test.want != "") || (ok && got != test.want) {
				t.Errorf("widen(%s, %s) = %s, %t; want %q", pair[0], pair[1], got, ok, test.want)
			}
		}
	}
}

func TestMergeColumns(t *testing.T) {
	merged, err := mergeColumns([][]Column{
		{{"id", "BIGINT"}, {"New", "DATE"}, {"_extra", "VARCHAR"}},
		{{"ID", "DOUBLE"}, {"old", "DATE"}, {"new", "TIMESTAMP"}, {"_extra", "VARCHAR"}},
		{{"id", "VARCHAR"}},
	})
	want := "[{id VARCHAR} {New TIMESTAMP} {old DATE} {_extra VARCHAR}]"
	if err != nil || fmt.Sprint(merged) != want {
		t.Errorf("%v %v, want %s", merged, err, want)
	}
}

// driftSelect is a record with a column more, and another type of value.
func driftSelect(txn *Txn, id, columns string) string {
	return fmt.Sprintf("select %s as id, %s, cast(null as varchar) as _extra, 'shop' as _source, 'a.csv' as _file, 1::bigint as _line, %s as _run_id, %s as _first_seen",
		quoteText(id), columns, quoteText(txn.RunID()), timestampSQL(txn.FirstSeen()))
}

func copyDrift(ctx context.Context, txn *Txn, conn *sql.Conn, id, columns string) error {
	n, err := txn.CopyRecords(ctx, conn, items, driftSelect(txn, id, columns)+" -- and no more;", byID)
	txn.Count(items, Counts{Read: n, Accepted: n})
	return err
}

func TestColumnsDrift(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	for n, columns := range []string{
		"7::integer as value",
		`1.5::decimal(9,2) as "VALUE", 'x' as "odd ""name"`,
		"2.25::decimal(18,4) as value, date '2026-01-01' as seen, false as _version_rank",
		"9999999999::bigint as value",
	} {
		commitRun(t, l, fmt.Sprintf("r%d", n+1), hour(n+1), func(txn *Txn) error {
			return copyDrift(t.Context(), txn, conn, fmt.Sprint(n+1), columns)
		})
	}
	v := now(t, l)
	s, _ := v.Stream(items)
	want := `[{id VARCHAR} {value DECIMAL(23,4)} {seen DATE} {_version_rank BOOLEAN} {odd "name VARCHAR} ` +
		"{_extra VARCHAR} {_source VARCHAR} {_file VARCHAR} {_line BIGINT} {_run_id VARCHAR} {_first_seen TIMESTAMP}]"
	if got := fmt.Sprint(s.Columns); got != want {
		t.Errorf("columns\n got %s\nwant %s", got, want)
	}
	for name, statement := range map[string]string{"current": s.CurrentSQL(), "versions": s.VersionsSQL()} {
		equal(t, name+" columns", query(t, conn, "select column_name, column_type from (describe "+statement+") limit 4"),
			[]string{"id|VARCHAR", "value|DECIMAL(23,4)", "seen|DATE", "_version_rank|BOOLEAN"})
		equal(t, name, query(t, conn, `select id, cast(value as varchar), "odd ""name" from (`+statement+") order by id"),
			[]string{"1|7.0000|<nil>", "2|1.5000|x", "3|2.2500|<nil>", "4|9999999999.0000|<nil>"})
	}
	first, err := l.AsKnownByRun("r1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "as known by r1", current(t, conn, first, items), []string{"1|7"})

	err = tryRun(t.Context(), l, "r9", hour(9), func(txn *Txn) error {
		return copyDrift(t.Context(), txn, conn, "9", "true as value")
	})
	wantError(t, err, "stream shop.items", "column value was", "BOOLEAN now", "declare the column as text")
	if got := now(t, l).Fingerprint(); got != v.Fingerprint() {
		t.Error("the refused run changed the lake")
	}
}
