package parquetdir_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/parquetdir"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

func TestTarget(t *testing.T) {
	harness := targettest.Harness{
		Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "parquet") },
		Open: func(path string, keep int, fsys disk.FS) load.Target {
			return parquetdir.New(path, rundir.Options{Keep: keep, FS: fsys})
		},
		Read:  targettest.ReadHeld(targettest.HoldParquet),
		Hold:  targettest.HoldParquet,
		Trace: targettest.TracePath,
	}
	targettest.Run(t, harness)
	targettest.RunFiles(t, harness)
}

func publish(t *testing.T, run string, table load.Table) (file string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parquet")
	if err := targettest.Publish(parquetdir.New(path, rundir.Options{}), targettest.Publication(run, table)); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, table.Name+".parquet")
}

func query(t *testing.T, statement string, args ...any) [][]string {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := targettest.SQLRows(db, fmt.Sprintf(statement, args...))
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// TestSameRowsSameBytes publishes the same rows as another run and in other batches, with columns that repeat, columns
// that never do, and columns that begin one way and go on the other.
func TestSameRowsSameBytes(t *testing.T) {
	columns := []load.Column{
		{Name: "id", Type: "BIGINT"}, {Name: "name", Type: "VARCHAR"}, {Name: "amount", Type: "DECIMAL(24,12)"}, {Name: "mixed", Type: "DOUBLE"},
	}
	var rows [][]string
	for i := range 125_000 {
		row := []string{fmt.Sprint(i), fmt.Sprint("customer ", i%97), fmt.Sprintf("%d.000000000001", i), "1"}
		if i%3 == 0 {
			row[1] = targettest.Null
		}
		if i > 20_000 {
			row[3] = fmt.Sprint(i)
		}
		rows = append(rows, row)
	}
	var want []byte
	for n, cuts := range [][]int{{len(rows)}, {1, 2048, 60_000, 122_881, len(rows)}, {122_880, len(rows)}} {
		var batches [][][]string
		for i, from := 0, 0; i < len(cuts); from, i = cuts[i], i+1 {
			batches = append(batches, rows[from:cuts[i]])
		}
		table, err := targettest.Table("things", []string{"id"}, columns, batches...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(publish(t, fmt.Sprint("run-", n), table))
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		} else if string(want) != string(got) {
			t.Errorf("other batches give other bytes")
		}
	}
}

func TestSchemaAndMetadata(t *testing.T) {
	columns := []load.Column{
		{Name: "id", Type: "BIGINT", Description: "the id"}, {Name: "small", Type: "DECIMAL(9,4)"}, {Name: "money", Type: "DECIMAL(18,4)"},
		{Name: "rate", Type: "DECIMAL(24,12)"}, {Name: "at", Type: "TIMESTAMP"}, {Name: "day", Type: "DATE"}, {Name: "name", Type: "VARCHAR"},
	}
	table, err := targettest.Table("things", []string{"id"}, columns)
	if err != nil {
		t.Fatal(err)
	}
	file := publish(t, "run-1", table)
	want := [][]string{
		{"id", "INT64", "REQUIRED", targettest.Null}, {"small", "INT32", "OPTIONAL", "DECIMAL"}, {"money", "INT64", "OPTIONAL", "DECIMAL"},
		{"rate", "FIXED_LEN_BYTE_ARRAY", "OPTIONAL", "DECIMAL"}, {"at", "INT64", "OPTIONAL", targettest.Null},
		{"day", "INT32", "OPTIONAL", "DATE"}, {"name", "BYTE_ARRAY", "OPTIONAL", "UTF8"},
	}
	got := query(t, "select name, type, repetition_type, converted_type from parquet_schema('%s') where num_children is null", file)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	got = query(t, "describe from '%s'", file)
	for i, c := range columns {
		if got[i][0] != c.Name || got[i][1] != c.Type {
			t.Errorf("DuckDB sees column %v, not %v", got[i], c)
		}
	}
	want = [][]string{
		{"columns", `[{"name":"id","type":"BIGINT","description":"the id"}`}, {"description", "Table things."}, {"grain", "one row per key"}, {"key", `["id"]`},
	}
	got = query(t, `select decode(key) as k, decode(value)[:53] as v from parquet_kv_metadata('%s') order by k`, file)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

// TestFilters shows that the statistics readers prune by are right: signs, texts, and columns with NULLs only.
func TestFilters(t *testing.T) {
	columns := []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "amount", Type: "DECIMAL(38,4)"}, {Name: "name", Type: "VARCHAR"}, {Name: "none", Type: "DOUBLE"}}
	var rows [][]string
	for i := range 1000 {
		rows = append(rows, []string{fmt.Sprint(i), fmt.Sprintf("%d.5000", i-500), fmt.Sprintf("ação %03d", i), targettest.Null})
	}
	table, err := targettest.Table("things", []string{"id"}, columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	file := publish(t, "run-1", table)
	got := query(t, "select count(*) from '%s' where amount < -499 and name < 'b' and none is null", file)
	got = append(got, query(t, "select count(*) from '%s' where amount > 499.4 and name >= 'ação 999'", file)...)
	if diff := cmp.Diff([][]string{{"2"}, {"1"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
