package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
)

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func newEngine(t *testing.T, opts Options) *Engine {
	t.Helper()
	engine, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

func mustExec(t *testing.T, engine *Engine, statement string) {
	t.Helper()
	if err := engine.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// writeParquet makes a Parquet file, as the lake's writer does.
func writeParquet(t *testing.T, file, query string) {
	t.Helper()
	writer := newEngine(t, Options{Readable: []string{filepath.Dir(file)}})
	mustExec(t, writer, fmt.Sprintf("copy (%s) to '%s' (format parquet)", query, strings.ReplaceAll(file, "'", "''")))
}

func TestExpose(t *testing.T) {
	lake := filepath.Join(t.TempDir(), "the company's lake")
	if err := os.Mkdir(lake, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(lake, "part.parquet")
	writeParquet(t, file, "select 'a' as account_id union all select 'b'")
	engine := newEngine(t, Options{Path: filepath.Join(t.TempDir(), "build.duckdb"), Readable: []string{lake}})
	stream := transform.Stream{Source: "books", Name: "accounts", SQL: "select * from read_parquet(['" + strings.ReplaceAll(file, "'", "''") + "'])"}
	var group sync.WaitGroup
	for i := range 8 { // streams of one new schema at once
		group.Go(func() {
			each := stream
			each.Name = fmt.Sprintf("accounts%d", i)
			if err := engine.Expose(t.Context(), each); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if rows, err := engine.Rows(t.Context(), "books.accounts7"); err != nil || rows != 2 {
		t.Errorf("rows are %d, error %v", rows, err)
	}
	columns, err := engine.Describe(t.Context(), "books.accounts0")
	if diff := cmp.Diff([]transform.Column{{Name: "account_id", Type: "VARCHAR"}}, columns); diff != "" || err != nil {
		t.Errorf("columns (-want +got):\n%s, error %v", diff, err)
	}
}

func TestExposeRefusesTheEnginesNames(t *testing.T) {
	engine := newEngine(t, Options{})
	for _, name := range append(ReservedSchemas(), "Main", "LASTRO") {
		if err := engine.Expose(t.Context(), transform.Stream{Source: name, Name: "a", SQL: "select 1 as a"}); err == nil {
			t.Errorf("a source named %s is exposed", name)
		}
	}
	for _, name := range []string{"books", "order", "lake", "duckdb", "default", "build", "sources", "main_shop"} {
		if err := engine.Expose(t.Context(), transform.Stream{Source: name, Name: "select", SQL: "select 1 as a"}); err != nil {
			t.Error(err)
		}
		if _, err := engine.Rows(t.Context(), name+".select"); err != nil {
			t.Error(err)
		}
	}
}

// What SQL may do to the machine is to read the lake, whoever wrote it.
func TestTheMachineIsOutOfReach(t *testing.T) {
	lake, outside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	if err := os.WriteFile(secret, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	engine := newEngine(t, Options{Path: filepath.Join(outside, "build.duckdb"), Readable: []string{lake}})
	for _, statement := range []string{
		"select * from read_csv('" + secret + "')",
		"select * from '" + secret + "'",
		"select * from read_text('" + lake + "/../" + filepath.Base(outside) + "/secret.csv')",
		"select * from glob('" + outside + "/*')",
		"select * from read_csv('https://127.0.0.1:1/a.csv')",
		"copy (select 1) to '" + outside + "/a.csv'",
		"attach '" + outside + "/other.duckdb'",
		"export database '" + outside + "/all'",
		"install httpfs",
		"load httpfs",
		"create secret (type s3, key_id 'a', secret 'b')",
		"set enable_external_access = true",
		"set allowed_directories = ['/']",
		"reset lock_configuration",
		"pragma memory_limit = '1TB'",
	} {
		if err := engine.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s: no error", statement)
		}
	}
	if info, err := os.Stat(filepath.Join(outside, "build.duckdb")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file is %v, error %v", info.Mode(), err)
	}
}

func TestErrorsHaveTheirPlace(t *testing.T) {
	engine := newEngine(t, Options{})
	for _, test := range []struct {
		statement, kind, message, at string
	}{
		{"select 1;\nselect é, nope from (select 1 as é)", "Binder", "Referenced column \"nope\" not found", "nope from"},
		{"select *\nfrom nope", "Catalog", "Table with name nope does not exist", "nope"},
		{"select 'é'; select * fro nope", "Parser", "syntax error", "nope"},
		{"select cast('x' as integer)", "Conversion", "Could not convert string 'x'", "cast("},
		{"select error('by hand')", "Invalid Input", "by hand", ""},
	} {
		var refused *transform.SQLError
		if err := engine.Exec(t.Context(), test.statement); !errors.As(err, &refused) {
			t.Errorf("%s: error is %v", test.statement, err)
			continue
		}
		at := ""
		if refused.Offset >= 0 {
			at = test.statement[refused.Offset:]
		}
		if refused.Kind != test.kind || !strings.HasPrefix(refused.Message, test.message) || !strings.HasPrefix(at, test.at) {
			t.Errorf("%s: error is %+v at %q", test.statement, refused, at)
		}
	}
	plain := parseError("", "no JSON")
	if diff := cmp.Diff(&transform.SQLError{Message: "no JSON", Offset: -1}, plain); diff != "" {
		t.Error(diff)
	}
}

func TestInterrupt(t *testing.T) {
	engine := newEngine(t, Options{Threads: 2})
	for _, query := range []string{
		"create table t as select sum(a.range * b.range) from range(10000000) as a, range(10000000) as b",
		"create table t as select a.range from range(100000000) as a order by hash(a.range)",
	} {
		ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		start := time.Now()
		err := engine.Exec(ctx, query)
		stop()
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2300*time.Millisecond {
			t.Errorf("%s: error %v after %s", query, err, time.Since(start))
		}
		if _, err := engine.Read(ctx, query); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: error %v of a context that has ended", query, err)
		}
	}
	mustExec(t, engine, "create table t as select 1 as a")
}

func TestStatementsAtOnce(t *testing.T) {
	engine := newEngine(t, Options{Path: filepath.Join(t.TempDir(), "build.duckdb"), Threads: 2})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 3 {
				err := engine.Exec(t.Context(), fmt.Sprintf("create or replace table t%d as select range as a from range(50000) order by a desc", i))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for i := range 8 {
		if rows, err := engine.Rows(t.Context(), fmt.Sprintf("t%d", i)); rows != 50000 || err != nil {
			t.Errorf("t%d has %d rows, error %v", i, rows, err)
		}
	}
}

// A sort of more than the memory limit goes to disk and comes out right.
func TestSpill(t *testing.T) {
	folder := t.TempDir()
	engine := newEngine(t, Options{Path: filepath.Join(folder, "build.duckdb"), MemoryLimit: "40MB", Threads: 1, TempDir: filepath.Join(folder, "spill")})
	const sortStatement = "create table t as select range as id, repeat(md5(cast(range as varchar)), 4) as a from range(200000) order by a"
	mustExec(t, engine, sortStatement)
	nowhere := newEngine(t, Options{Path: filepath.Join(folder, "other.duckdb"), MemoryLimit: "40MB", Threads: 1, TempDir: filepath.Join(folder, "build.duckdb", "spill")})
	if err := nowhere.Exec(t.Context(), sortStatement); err == nil {
		t.Error("the sort fits into memory, so that the test shows nothing")
	}
	reader, err := engine.Read(t.Context(), "select count(*) as n from (select a, lag(a) over (order by rowid) as before from t) as pairs where a < before")
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	if !reader.Next() || reader.RecordBatch().Column(0).ValueStr(0) != "0" {
		t.Errorf("the table is not in order, error %v", reader.Err())
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "100% a build's & more.duckdb")
	first, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, first, "create table t as select 1 as a")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := newEngine(t, Options{Path: path, ReadOnly: true})
	if rows, err := again.Rows(t.Context(), "t"); rows != 1 || err != nil {
		t.Errorf("rows are %d, error %v", rows, err)
	}
	if err := again.Exec(t.Context(), "create table u as select 1 as a"); err == nil {
		t.Error("a file opened to read is written to")
	}
}

func TestOpenWhatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text.duckdb")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is a text\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{Path: path})
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "not a valid DuckDB database file") {
		t.Errorf("error is %v", err)
	}
	if _, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "why?.duckdb")}); err == nil {
		t.Error("a path with a question mark is taken, which DuckDB cannot keep")
	}
	if _, err := Open(t.Context(), Options{MemoryLimit: "plenty"}); err == nil {
		t.Error("a memory limit of plenty is taken")
	}
}
