package lake

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func TestCommitShowsRecords(t *testing.T) {
	// The path has everything that a pattern, a literal or hive could misread.
	dir := filepath.Join(t.TempDir(), "o'hara [x] *?=1", "state", "lake")
	l, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn := newConn(t)
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := accept(t.Context(), txn, conn, items, byID, rec("2", "b"), rec("1", "a")); err != nil {
		t.Fatal(err)
	}
	if n := len(now(t, l).Streams()); n != 0 {
		t.Errorf("%d streams are visible before the commit", n)
	}
	if err := txn.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := now(t, l)
	equal(t, "current", current(t, conn, v, items), []string{"1|a", "2|b"})
	s, _ := v.Stream(items)
	if len(s.Batches) != 1 || s.Batches[0].Rows != 2 || s.Batches[0].RunID != "r1" || !s.Batches[0].FirstSeen.Equal(hour(1)) || s.Batches[0].Bytes == 0 {
		t.Errorf("batches %+v", s.Batches)
	}
	if want := filepath.Join(dir, "data", "shop", "items", "r1.parquet"); s.Batches[0].Path != want {
		t.Errorf("path %s, want %s", s.Batches[0].Path, want)
	}
	if !s.LastRead.Equal(hour(1)) {
		t.Errorf("last read %s", s.LastRead)
	}
	checkModes(t, dir)
	if _, err := os.Stat(txn.TempDir()); !os.IsNotExist(err) {
		t.Error("the temporary folder is still there")
	}
}

// checkModes proves that nobody else can read the lake.
func checkModes(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(filePerm)
		if entry.IsDir() {
			want = folderPerm
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOpenClosesFoldersToOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lake")
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, nil); err != nil {
		t.Fatal(err)
	}
	checkModes(t, dir)
}

func TestNamesStayInsideTheLake(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	for _, name := range []string{"", ".", "..", "a/b", "../x", "a.b", "-x", "a b", "é", "a\x00", strings.Repeat("x", 129)} {
		if _, err := l.Begin(name, hour(1)); err == nil {
			t.Errorf("run id %q is accepted", name)
		}
		txn, err := l.Begin("r1", hour(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []StreamID{{name, "x"}, {"x", name}} {
			if err := accept(t.Context(), txn, conn, id, byID, rec("1", "a")); err == nil {
				t.Errorf("stream %q is accepted", id)
			}
			if err := txn.Quarantine(t.Context(), id, []string{"f"}, nil); err == nil {
				t.Errorf("quarantine of stream %q is accepted", id)
			}
		}
		txn.SetCursor(name, []byte(`1`))
		if err := txn.Commit(t.Context()); err == nil {
			t.Errorf("a cursor of source %q is accepted", name)
		}
		if err := txn.Abort(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCopyRecordsRefuses(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	good := selectOf(txn, items, "VARCHAR", []record{rec("1", "a")})
	for _, test := range []struct {
		name, statement string
		o               BatchOptions
		want            []string
	}{
		{"no system column", "select 1 as id", byID, []string{"shop.items", "_extra as VARCHAR"}},
		{"system column of a wrong type", strings.Replace(good, "bigint", "integer", 1), byID, []string{"_line as BIGINT", "INTEGER"}},
		{"another run", strings.Replace(good, "'r1'", "'r2'", 1), byID, []string{"1 of 1 rows are not of this run"}},
		{"another moment", strings.Replace(good, "03:30", "04:30", 1), byID, []string{"_first_seen 2026-01-31T03:30:00Z"}},
		{"no run", strings.Replace(good, "'r1'", "null::varchar", 1), byID, []string{"_run_id r1"}},
		{"another source", strings.Replace(good, "'shop'", "'shed'", 1), byID, []string{"_source must be shop"}},
		{"another file", good, BatchOptions{ReplacesFile: "b.csv"}, []string{"the file that is replaced"}},
		{"no such key", good, BatchOptions{Key: []string{"number"}}, []string{"key's column number"}},
		{"key and file", good, BatchOptions{Key: []string{"id"}, ReplacesFile: "a.csv"}, []string{"cannot replace"}},
		{"no select", "selekt 1", byID, []string{"selekt"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := txn.CopyRecords(t.Context(), conn, items, test.statement, test.o)
			wantError(t, err, test.want...)
		})
	}
	left, err := os.ReadDir(txn.TempDir())
	if err != nil || len(left) != 0 {
		t.Errorf("refused batches left %v %v", left, err)
	}
	if err := txn.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := now(t, l).LastCommit(); ok {
		t.Error("a run that changed nothing committed")
	}
}

func TestAdoptRecords(t *testing.T) {
	type row struct {
		ID        string  `parquet:"id"`
		Value     string  `parquet:"value"`
		Extra     *string `parquet:"_extra,optional"`
		Source    string  `parquet:"_source"`
		File      string  `parquet:"_file"`
		Line      int64   `parquet:"_line"`
		RunID     string  `parquet:"_run_id"`
		FirstSeen int64   `parquet:"_first_seen,timestamp(microsecond:local)"`
	}
	l, conn := newLake(t), newConn(t)
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		path := filepath.Join(txn.TempDir(), "mine.parquet")
		if err := parquet.WriteFile(path, []row{{"1", "a", nil, "shop", "a.csv", 1, "r1", txn.FirstSeen().UnixMicro()}}); err != nil {
			return err
		}
		if err := os.Symlink(path, filepath.Join(txn.TempDir(), "link.parquet")); err != nil {
			return err
		}
		_, err := txn.AdoptRecords(items, filepath.Join(txn.TempDir(), "link.parquet"), byID)
		wantError(t, err, "not a regular file")
		_, err = txn.AdoptRecords(items, filepath.Join(t.TempDir(), "x.parquet"), byID)
		wantError(t, err, "outside the run's temporary folder")
		n, err := txn.AdoptRecords(items, path, byID)
		txn.Count(items, Counts{Read: n + 1, Accepted: n, Dropped: 1})
		return err
	})
	equal(t, "current", current(t, conn, now(t, l), items), []string{"1|a"})
	checkModes(t, l.dir)
}

func TestEmptyStreamKeepsItsColumns(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	empty := func(txn *Txn) error { return accept(t.Context(), txn, conn, items, byID) }
	commitRun(t, l, "r1", hour(1), empty)
	v := now(t, l)
	s, ok := v.Stream(items)
	if !ok || len(s.Batches) != 0 || len(s.Columns) != 8 || len(s.Key) != 1 {
		t.Fatalf("stream %+v", s)
	}
	for _, statement := range []string{s.CurrentSQL(), s.VersionsSQL()} {
		equal(t, "types", query(t, conn, "select column_type from (describe "+statement+") limit 1"), []string{"VARCHAR"})
		equal(t, "rows", query(t, conn, statement), nil)
	}
	commitRun(t, l, "r2", hour(2), empty)
	if now(t, l).Fingerprint() != v.Fingerprint() {
		t.Error("reading nothing again changed the lake")
	}
}
