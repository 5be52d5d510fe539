package lake

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDamagedManifest(t *testing.T) {
	batch := `{"format":1,"commits":[{"run_id":"r1","at":"2026-01-01T00:00:00Z"}],"schemas":[[]],"batches":[{"source":"a","stream":"b","run_id":"r1","path":"PATH"}]}`
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"empty":         {"", []string{"it is damaged", "restore the state folder from a backup"}},
		"cut short":     {`{"format": 1, "com`, []string{"unexpected end", "move the lake's folder away"}},
		"no format":     {`{}`, []string{"states no format"}},
		"newer":         {`{"format": 2}`, []string{"format 2", "reads up to 1", "use the newer lastro"}},
		"unknown run":   {`{"format":1,"schemas":[[]],"batches":[{"source":"a","stream":"b","run_id":"r"}]}`, []string{"a.b belongs to no committed run"}},
		"path outside":  {strings.Replace(batch, "PATH", "data/a/../../../etc/passwd.parquet", 1), []string{"not the path of a file of the lake"}},
		"absolute path": {strings.Replace(batch, "PATH", "/etc/passwd", 1), []string{"not the path of a file of the lake"}},
		"no columns":    {strings.Replace(batch, `"run_id":"r1","path"`, `"run_id":"r1","schema":1,"path"`, 1), []string{"has no columns"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "lake")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, manifestName), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, nil)
			wantError(t, err, append(test.want, manifestName)...)
		})
	}
}

func TestLostManifest(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		return accept(t.Context(), txn, conn, items, byID, rec("1", "a"))
	})
	if err := os.Remove(l.at(manifestName)); err != nil {
		t.Fatal(err)
	}
	_, err := l.Begin("r2", hour(2))
	wantError(t, err, "r1.parquet", "no manifest", "backup")
}

func TestForeignFilesStay(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		return accept(t.Context(), txn, conn, items, byID, rec("1", "a"))
	})
	for _, path := range []string{"notes.txt", "tmp/notes.txt", "data/shop/items/r9.parquet", "tmp/dead/lake-records-1.parquet", "tmp/dead/lake-intent.json"} {
		if err := os.MkdirAll(filepath.Dir(l.at(path)), 0o700); err != nil {
			t.Fatal(err)
		}
		// The intent names files that are not a dead run's.
		text := `{"files": ["data/shop/items/r1.parquet", "notes.txt", "../../x", "data/shop/items/../../../notes.txt"]}`
		if err := os.WriteFile(l.at(path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commitRun(t, l, "r2", hour(2), func(txn *Txn) error { return nil })
	for path, want := range map[string]bool{"notes.txt": true, "tmp/notes.txt": true, "data/shop/items/r9.parquet": true, "data/shop/items/r1.parquet": true, "tmp/dead": false} {
		if _, err := os.Stat(l.at(path)); (err == nil) != want {
			t.Errorf("%s is there: %t, want %t", path, err == nil, want)
		}
	}
}

func TestCommitVerifiesCounts(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	for name, test := range map[string]struct {
		counts Counts
		want   string
	}{
		"uncounted":   {Counts{}, "0 records accepted but 1 written"},
		"not tied":    {Counts{Read: 3, Accepted: 1, Quarantined: 1}, "3 records read are not 1 accepted + 0 dropped + 1 quarantined"},
		"accepted":    {Counts{Read: 3, Accepted: 2, Quarantined: 1}, "2 records accepted but 1 written"},
		"quarantined": {Counts{Read: 2, Accepted: 1, Dropped: 1}, "0 records quarantined but 1 written"},
		"negative":    {Counts{Read: 1, Accepted: 1, Dropped: -1, Quarantined: 1}, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tryRun(t.Context(), l, "r1", hour(1), func(txn *Txn) error {
				if _, err := txn.CopyRecords(t.Context(), conn, items, selectOf(txn, items, "VARCHAR", []record{rec("1", "a")}), byID); err != nil {
					return err
				}
				txn.Count(items, test.counts)
				return txn.Quarantine(t.Context(), items, []string{"a"}, bad(QuarantinedRecord{File: "a"}))
			})
			wantError(t, err, "commit run r1", "shop.items", test.want)
		})
	}
	if _, _, ok := now(t, l).LastCommit(); ok {
		t.Error("a run whose counts do not tie was committed")
	}
}

func TestCursors(t *testing.T) {
	l := newLake(t)
	setCursor := func(n int, text string) error {
		return tryRun(t.Context(), l, "r"+string(rune('0'+n)), hour(n), func(txn *Txn) error {
			txn.SetCursor("shop", []byte(text))
			return nil
		})
	}
	if _, ok := now(t, l).Cursor("shop"); ok {
		t.Error("an empty lake has a cursor")
	}
	fingerprint := now(t, l).Fingerprint()
	for n, text := range []string{`{"a": [1.10, "<&>"]}`, `{"a":[1.10,"<&>"]}`, `{"a":2}`} {
		if err := setCursor(n+1, text); err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, ok := now(t, l).Cursor("shop"); !ok || string(got) != want.String() {
			t.Errorf("cursor %s, want %s", got, want.String())
		}
	}
	v := now(t, l)
	if len(v.m.Commits) != 2 {
		t.Errorf("%d commits of 2 changes", len(v.m.Commits))
	}
	if _, _, ok := v.LastCommit(); ok || v.Fingerprint() != fingerprint {
		t.Error("a cursor is no record: neither the last commit nor the fingerprint may change")
	}
	old, err := l.AsKnownByRun("r1")
	if err != nil {
		t.Fatal(err)
	}
	if cursor, ok := old.Cursor("shop"); ok {
		t.Errorf("the past has the cursor %s of today", cursor)
	}
	wantError(t, setCursor(4, `{`), "cursor of source shop")
}

func TestTwoWritersAreNoticed(t *testing.T) {
	l := newLake(t)
	var log bytes.Buffer
	other, err := Open(l.dir, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := tryRun(t.Context(), other, "r2", hour(2), func(txn *Txn) error {
		txn.Count(items, Counts{Read: 1, Dropped: 1})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	txn.Count(items, Counts{Read: 1, Dropped: 1})
	wantError(t, txn.Commit(t.Context()), "another process changed the lake")
	_, err = other.Begin("r2", hour(3))
	wantError(t, err, "committed already")
	txn, err = other.Begin("r3", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = txn.Abort() }()
	if !strings.Contains(log.String(), "clock stands before") {
		t.Errorf("no warning of the clock: %s", log.String())
	}
}
