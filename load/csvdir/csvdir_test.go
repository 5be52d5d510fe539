package csvdir_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/csvdir"
	"lastro/load/disk"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

func TestTarget(t *testing.T) {
	harness := targettest.Harness{
		Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "csv") },
		Open: func(path string, keep int, fsys disk.FS) load.Target {
			return csvdir.New(path, rundir.Options{Keep: keep, FS: fsys})
		},
		Read:  targettest.ReadHeld(targettest.HoldCSV),
		Hold:  targettest.HoldCSV,
		Trace: targettest.TracePath,
	}
	targettest.Run(t, harness)
	targettest.RunFiles(t, harness)
}

var columns = []load.Column{
	{Name: "id", Type: "BIGINT"}, {Name: "amount", Type: "DECIMAL(18,4)"}, {Name: "rate", Type: "DOUBLE"},
	{Name: "day", Type: "DATE"}, {Name: "at", Type: "TIMESTAMP"}, {Name: "is_new", Type: "BOOLEAN"}, {Name: `na"me, x`, Type: "VARCHAR"},
}

var rows = [][]string{
	{"1", "-0.0500", "1000000000000000000000", "2025-01-31", "2025-01-31T12:00:00Z", "true", "plain"},
	{"2", targettest.Null, targettest.Null, targettest.Null, targettest.Null, targettest.Null, targettest.Null},
	{"3", "12.3400", "0.000001", "1969-12-31", "1969-12-31T23:59:59.5Z", "false", ""},
	{"4", "0.0000", "-0.1", "2024-02-29", "2024-02-29T00:00:00.000001Z", "false", "a \"b\"\r\nc, d"},
	{"5", "1.0000", "1", "2024-02-29", "2024-02-29T00:00:00Z", "false", " spaces "},
	{"6", "1.0000", "1", "2024-02-29", "2024-02-29T00:00:00Z", "false", "not utf-8 \xff and a NUL \x00."},
}

const golden = `id,amount,rate,day,at,is_new,"na""me, x"
1,-0.0500,1000000000000000000000,2025-01-31,2025-01-31T12:00:00Z,true,plain
2,,,,,,
3,12.3400,0.000001,1969-12-31,1969-12-31T23:59:59.5Z,false,""
4,0.0000,-0.1,2024-02-29,2024-02-29T00:00:00.000001Z,false,"a ""b""` + "\r" + `
c, d"
5,1.0000,1,2024-02-29,2024-02-29T00:00:00Z,false," spaces "
6,1.0000,1,2024-02-29,2024-02-29T00:00:00Z,false,not utf-8 ` + "\xff and a NUL \x00." + `
`

func publish(t *testing.T, rows [][]string) (file string) {
	t.Helper()
	table, err := targettest.Table("things", []string{"id"}, columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "csv")
	if err := targettest.Publish(csvdir.New(path, rundir.Options{}), targettest.Publication("r1", table)); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, "things.csv")
}

func TestBytes(t *testing.T) {
	text, err := os.ReadFile(publish(t, rows))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(golden, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReaders shows that what people use reads the files right.
func TestReaders(t *testing.T) {
	file := publish(t, rows[:5])
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(lines) != 6 || lines[5][6] != " spaces " {
		t.Errorf("encoding/csv reads %q: %v", lines, err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got, err := targettest.SQLRows(db, "from read_csv('"+file+"', header = true, allow_quoted_nulls = false, types = {amount: 'DECIMAL(18,4)'})")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows[:5], got[1:]); diff != "" {
		t.Errorf("DuckDB (-published +read):\n%s", diff)
	}
}

func TestNotFinite(t *testing.T) {
	column := []load.Column{{Name: "ratio", Type: "DOUBLE"}}
	schema, err := targettest.Schema(column)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		b.Field(0).(*array.Float64Builder).AppendValues([]float64{1, v}, nil)
		table := targettest.FromRecords("odd", nil, column, schema, []arrow.RecordBatch{b.NewRecordBatch()})
		err := targettest.Publish(csvdir.New(filepath.Join(t.TempDir(), "csv"), rundir.Options{}), targettest.Publication("r1", table))
		if err == nil || !strings.Contains(err.Error(), "table odd: column ratio: the value is not a finite number") {
			t.Errorf("%v: %v", v, err)
		}
	}
}

func TestYear(t *testing.T) {
	for _, kind := range []string{"DATE", "TIMESTAMP"} {
		column := []load.Column{{Name: "day", Type: kind}}
		schema, err := targettest.Schema(column)
		if err != nil {
			t.Fatal(err)
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		switch b := b.Field(0).(type) {
		case *array.Date32Builder:
			b.Append(math.MaxInt32) // DuckDB's infinity
		case *array.TimestampBuilder:
			b.Append(math.MaxInt64)
		}
		table := targettest.FromRecords("odd", nil, column, schema, []arrow.RecordBatch{b.NewRecordBatch()})
		_, err = csvdir.New(filepath.Join(t.TempDir(), "csv"), rundir.Options{}).Stage(context.Background(), targettest.Publication("r1", table))
		if err == nil || !strings.Contains(err.Error(), "table odd: column day: the date is not within the years") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
