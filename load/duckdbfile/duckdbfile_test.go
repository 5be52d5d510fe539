package duckdbfile_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/duckdbfile"
	"lastro/load/targettest"
)

var harness = targettest.Harness{
	Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "it's 100% metrics.duckdb") },
	Open: func(path string, _ int, fsys disk.FS) load.Target {
		return duckdbfile.New(path, duckdbfile.Options{FS: fsys})
	},
	Read:  targettest.ReadHeld(targettest.HoldDuckDB),
	Hold:  targettest.HoldDuckDB,
	Trace: targettest.TracePath,
}

func TestTarget(t *testing.T) {
	targettest.Run(t, harness)
	targettest.RunFiles(t, harness)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write runs statements on a DuckDB file, as any program might.
func write(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	check(t, err)
	defer db.Close()
	for _, s := range statements {
		_, err := db.Exec(s)
		check(t, err)
	}
}

func TestDescribesItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.duckdb")
	p := targettest.Stamped(t, 1)
	p.AsKnown = "2025-08-30T00:00:00Z"
	p.Tables[0].Columns[1].Description = "it's the run"
	check(t, targettest.Publish(duckdbfile.New(path, duckdbfile.Options{}), p))
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	check(t, err)
	defer db.Close()
	for query, want := range map[string][]string{
		"select * exclude (started_at), started_at = timestamp '2025-08-31 02:30:00' from lastro_runs":           {p.RunID, "2025-08-31", p.AsKnown, "p-1", "v0.1.0", "true"},
		"select comment from duckdb_tables() where table_name = 'accounts'":                                      {"Table accounts. (one row per key)"},
		"select comment from duckdb_columns() where table_name = 'accounts' and column_name = 'stamp'":           {"it's the run"},
		"select string_agg(column_name) from duckdb_columns() where not is_nullable and table_name = 'accounts'": {"id"},
	} {
		got, err := targettest.SQLRows(db, query)
		check(t, err)
		if diff := cmp.Diff(want, got[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestForeignDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.duckdb")
	write(t, path, "create table mine as select 1 as x")
	err := targettest.Publish(duckdbfile.New(path, duckdbfile.Options{}), targettest.Stamped(t, 1))
	if err == nil || !strings.Contains(err.Error(), "was not published by lastro") {
		t.Errorf("another DuckDB file: %v", err)
	}
	err = duckdbfile.New(path+"?x=1", duckdbfile.Options{}).Check(context.Background())
	if err == nil || !strings.Contains(err.Error(), "question mark") {
		t.Errorf("a path that DuckDB misreads: %v", err)
	}
}

// TestForeignLog leaves the log of a program that wrote into the old file and died. The new file must not take it up.
func TestForeignLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.duckdb")
	target := duckdbfile.New(path, duckdbfile.Options{})
	check(t, targettest.Publish(target, targettest.Stamped(t, 1)))
	other := exec.Command(os.Args[0], "-test.run=^$")
	other.Env = append(os.Environ(), "LASTRO_TEST_WRITER="+path)
	other.Stderr = os.Stderr
	out, err := other.StdoutPipe()
	check(t, err)
	check(t, other.Start())
	_, err = out.Read(make([]byte, 1)) // it has the file open and has written
	check(t, err)

	run, err := target.Published(context.Background())
	if err != nil || run != targettest.Stamped(t, 1).RunID {
		t.Errorf("while another program writes, it shows run %q: %v", run, err)
	}
	check(t, target.Check(context.Background()))
	staged, err := target.Stage(context.Background(), targettest.Stamped(t, 2))
	check(t, err)
	check(t, other.Process.Kill())
	_ = other.Wait()
	if _, err := os.Stat(path + ".wal"); err != nil {
		t.Fatalf("the test shows nothing without a log: %v", err)
	}
	check(t, staged.Commit(context.Background()))
	s, err := harness.Read(path)
	check(t, err)
	if run, err := targettest.Whole(s); err != nil || run != targettest.Stamped(t, 2).RunID {
		t.Errorf("readers see run %s: %v", run, err)
	}
}

// TestMain is, when asked to, the program that has a published file open and writes into it.
func TestMain(m *testing.M) {
	path := os.Getenv("LASTRO_TEST_WRITER")
	if path == "" {
		os.Exit(m.Run())
	}
	db, err := sql.Open("duckdb", path)
	if err == nil {
		_, err = db.Exec("update accounts set stamp = 'changed'; insert into lastro_runs select * replace ('changed' as run_id) from lastro_runs")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("open")
	time.Sleep(time.Minute)
}

// TestLittleMemory writes many times more than DuckDB may hold.
func TestLittleMemory(t *testing.T) {
	columns := []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "text", Type: "VARCHAR"}}
	var rows [][]string
	for i := range 50_000 {
		rows = append(rows, []string{fmt.Sprint(i), fmt.Sprintf("%0200d", i*7919%50_000)})
	}
	batches := make([][][]string, 8)
	for i := range batches {
		batches[i] = rows
	}
	table, err := targettest.Table("big", nil, columns, batches...) // 80 MB
	check(t, err)
	path := harness.Place(t)
	target := duckdbfile.New(path, duckdbfile.Options{Memory: 32 << 20})
	check(t, targettest.Publish(target, targettest.Publication("r1", table)))
	s, err := harness.Read(path)
	check(t, err)
	for i, row := range s.Tables["big"][1:] {
		if row[1] != rows[i%len(rows)][1] {
			t.Fatalf("row %d is %v", i, row)
		}
	}
}
