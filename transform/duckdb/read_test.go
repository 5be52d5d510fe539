package duckdb

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// typesQuery has one row of each type's ends and a row of NULL.
const typesQuery = `select * from (values (
    true, cast(-128 as tinyint), cast(-32768 as smallint), cast(-2147483648 as integer), cast(-9223372036854775808 as bigint),
    cast(255 as utinyint), cast(65535 as usmallint), cast(4294967295 as uinteger), cast(18446744073709551615 as ubigint),
    cast(-99999999999999999999999999999999999999 as hugeint), cast(1.5 as float), cast(0.1 as double), cast('-infinity' as double),
    cast(-123.4 as decimal(4, 1)), cast(-12345678.9 as decimal(9, 1)), cast(12345678901234.5678 as decimal(18, 4)),
    cast(-123456789012.123456789012 as decimal(24, 12)), cast('-99999999999999999999999999.999999999999' as decimal(38, 12)),
    date '0001-01-01', date '2262-04-12', timestamp '1969-12-31 23:59:59.999999', timestamp '9999-12-31 00:00:00',
    cast('2025-01-02 03:04:05.678' as timestamp_ms), cast('2025-01-02 03:04:05' as timestamp_s), cast('2025-01-02 03:04:05.123456789' as timestamp_ns),
    timestamptz '2025-06-01 12:00:00-03', time '23:59:59.999999', 'ação', '', cast('\x00\xFF' as blob), cast('01910000-0000-7000-8000-000000000001' as uuid)
), (` + "null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, " +
	"null, null, null, null, null, null, null, null, null, null, null, null, null, null, null" + `)) as rows (
    boolean, tinyint, smallint, "integer", bigint, utinyint, usmallint, uinteger, ubigint, hugeint, "float", double, infinite,
    decimal4, decimal9, decimal18, decimal24, decimal38, date_first, date_late, "timestamp", timestamp_late,
    timestamp_ms, timestamp_s, timestamp_ns, timestamptz, "time", "varchar", empty, blob, uuid
)`

// TestTypes holds the build with DuckDB's Arrow interface and the one without to the same types and values.
func TestTypes(t *testing.T) {
	engine := newEngine(t, Options{})
	reader, err := engine.Read(t.Context(), typesQuery)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	var out strings.Builder
	for reader.Next() {
		batch := reader.RecordBatch()
		for j, column := range batch.Columns() {
			fmt.Fprintf(&out, "%s %s:", batch.ColumnName(j), column.DataType())
			for i := range int(batch.NumRows()) {
				fmt.Fprintf(&out, " %s", text(column, i))
			}
			out.WriteString("\n")
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/types.txt"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("types and values (-want +got):\n%s", diff)
	}
}

// text gives a value as it is stored, where Arrow's own text cannot show it.
func text(column arrow.Array, row int) string {
	if column.IsNull(row) {
		return "null"
	}
	switch c := column.(type) {
	case *array.Timestamp:
		return fmt.Sprint(int64(c.Value(row)))
	case *array.Date32:
		return fmt.Sprint(int32(c.Value(row)))
	case *array.Binary:
		return fmt.Sprintf("%x", c.Value(row))
	case *array.String:
		return fmt.Sprintf("%q", c.Value(row))
	}
	return column.ValueStr(row)
}

func TestReadTableInStoredOrder(t *testing.T) {
	engine := newEngine(t, Options{Path: filepath.Join(t.TempDir(), "build.duckdb"), Threads: 2})
	for _, rows := range []int64{0, 1, 2047, 2048, 4096, 5000, 300_000} {
		mustExec(t, engine, fmt.Sprintf("create or replace table t as select range as id, cast(range as varchar) as name from range(%d) order by hash(id)", rows))
		want := ids(t, mustRead(t, engine, "select id from t order by hash(id)"))
		for _, window := range []int64{2048, 2500, windowRows} {
			if rows > 10_000 && window < windowRows {
				continue
			}
			reader, err := engine.readWindows(t.Context(), "t", window)
			if err != nil {
				t.Fatal(err)
			}
			if reader.Schema().NumFields() != 2 {
				t.Errorf("schema is %s", reader.Schema())
			}
			if got := ids(t, reader); !slices.Equal(want, got) {
				t.Errorf("%d rows in windows of %d are not in order, or not all there", rows, window)
			}
		}
	}
	mustExec(t, engine, "delete from t where id % 3 = 0 or id > 290000")
	reader, err := engine.ReadTable(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	want := ids(t, mustRead(t, engine, "select id from t order by hash(id)"))
	if got := ids(t, reader); !slices.Equal(want, got) {
		t.Error("after rows were deleted, the others are not in order, or not all there")
	}
}

func mustRead(t *testing.T, engine *Engine, query string) array.RecordReader {
	t.Helper()
	reader, err := engine.Read(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

// ids reads the first column and releases the reader.
func ids(t *testing.T, reader array.RecordReader) []int64 {
	t.Helper()
	defer reader.Release()
	all := []int64{}
	for reader.Next() {
		column, ok := reader.RecordBatch().Column(0).(*array.Int64)
		if !ok {
			t.Fatalf("column is %T", reader.RecordBatch().Column(0))
		}
		all = append(all, column.Int64Values()...)
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestReadMistakes(t *testing.T) {
	engine := newEngine(t, Options{})
	if _, err := engine.Read(t.Context(), "select nope"); err == nil {
		t.Error("a broken query is read")
	}
	if _, err := engine.ReadTable(t.Context(), "nope"); err == nil || !strings.HasPrefix(err.Error(), "read table nope: ") {
		t.Errorf("error is %v", err)
	}
	mustExec(t, engine, "create view v as select 1 as a")
	if _, err := engine.ReadTable(t.Context(), "v"); err == nil {
		t.Error("a view has no stored order, but is read in it")
	}
	reader := mustRead(t, engine, "select 1 as a")
	reader.Retain()
	reader.Release()
	if !reader.Next() {
		t.Error("a reader that is retained is closed")
	}
	reader.Release()
	if open := engine.db.Stats().InUse; open != 0 {
		t.Errorf("%d connections are in use", open)
	}
}
