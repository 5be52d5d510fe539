package lake

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// snapshot is everything a lake shows.
func snapshot(t testing.TB, conn *sql.Conn, dir string) string {
	t.Helper()
	l, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := now(t, l)
	var parts []string
	add := func(what, statement string) {
		parts = append(parts, "select "+quoteText(what)+" as what, cast(r as varchar) from ("+statement+") as r")
	}
	for _, s := range v.Streams() {
		add(fmt.Sprint("current ", s.ID, s.Key, s.Columns), s.CurrentSQL())
		add(fmt.Sprint("versions ", s.ID), s.VersionsSQL())
	}
	add("quarantine", v.QuarantineSQL())
	cursor, _ := v.Cursor("shop")
	return fmt.Sprintln(query(t, conn, strings.Join(parts, "\nunion all ")+" order by all"), v.Counts(), string(cursor), v.Fingerprint())
}

// filesOf gives the files of a lake but for its temporary ones.
func filesOf(t testing.TB, dir string) map[string]bool {
	t.Helper()
	files := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// checkClean proves that after a Begin the lake holds what its manifest names
// and nothing else.
func checkClean(t *testing.T, l *Lake) {
	t.Helper()
	m, _, err := l.load()
	if err != nil {
		t.Fatal(err)
	}
	have := filesOf(t, l.dir)
	delete(have, l.at(manifestName))
	for path := range m.paths() {
		if !have[l.at(path)] {
			t.Errorf("%s is missing", path)
		}
		delete(have, l.at(path))
	}
	for path := range have {
		t.Errorf("%s is left over", path)
	}
}

// firstRun is the state before the run that meets a fault.
func firstRun(t *testing.T, conn *sql.Conn, dir string) {
	l, err := Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error { return fullRun(t.Context(), txn, conn, n) })
	}
}

// fullRun does everything a run can do, in a stream with a key and one without.
func fullRun(ctx context.Context, txn *Txn, conn *sql.Conn, n int) error {
	if err := accept(ctx, txn, conn, items, byID, rec("1", fmt.Sprint(n)), rec(fmt.Sprintf("new-%d", n), "x")); err != nil {
		return err
	}
	if err := accept(ctx, txn, conn, events, BatchOptions{ReplacesFile: "a.csv"}, rec("e", fmt.Sprint(n))); err != nil {
		return err
	}
	txn.Count(items, Counts{Read: 2, Dropped: 1, Quarantined: 1})
	txn.SetCursor("shop", fmt.Appendf(nil, `{"n": %d}`, n))
	return txn.Quarantine(ctx, items, []string{"a.csv"}, bad(QuarantinedRecord{"a.csv", int64(n), "id", "why", "raw"}))
}

// faultCase is one action that meets a fault at each of its steps.
type faultCase struct {
	faults []fault
	before func(t *testing.T, conn *sql.Conn, dir string)
	// do acts and, unless it was killed, cleans up as a caller would.
	do func(ctx context.Context, l *Lake, conn *sql.Conn, killed func() bool) error
}

func TestFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	commit := func(ctx context.Context, l *Lake, conn *sql.Conn, killed func() bool) error {
		txn, err := l.Begin("r3", hour(3))
		if err != nil {
			return err
		}
		if err := fullRun(ctx, txn, conn, 3); err == nil {
			err = txn.Commit(ctx)
			if err == nil {
				return nil
			}
		}
		if !killed() {
			_ = txn.Abort()
		}
		return errFault
	}
	for name, c := range map[string]faultCase{
		"first commit": {faults: []fault{kill, powerCut}, before: func(*testing.T, *sql.Conn, string) {}, do: commit},
		"commit after a dead run": {faults: []fault{failOnce, failOn, kill, powerCut}, before: func(t *testing.T, conn *sql.Conn, dir string) {
			firstRun(t, conn, dir)
			dieBeforeManifest(t, conn, dir)
		}, do: commit},
		"vacuum": {faults: []fault{failOnce, kill, powerCut}, before: firstRun, do: func(ctx context.Context, l *Lake, _ *sql.Conn, _ func() bool) error {
			_, err := l.Vacuum(ctx, VacuumOptions{Before: hour(9)})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testFaults(t, c)
		})
	}
}

// dieBeforeManifest leaves a run that moved its files and then died.
func dieBeforeManifest(t *testing.T, conn *sql.Conn, dir string) {
	t.Helper()
	d := newFaultyDisk(0, failOnce)
	l, err := open(dir, nil, d)
	if err != nil {
		t.Fatal(err)
	}
	txn, err := l.Begin("dead", hour(3))
	if err != nil {
		t.Fatal(err)
	}
	if err := fullRun(t.Context(), txn, conn, 7); err != nil {
		t.Fatal(err)
	}
	p, err := txn.publication()
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{l.declare(txn.temp, p), l.moveAll(p.moves)} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func testFaults(t *testing.T, c faultCase) {
	conn := newConn(t)
	base := filepath.Join(t.TempDir(), "base")
	c.before(t, conn, base)
	// Views show paths nowhere, so snapshots of copies can be compared.
	old := snapshot(t, conn, base)
	try := func(at int, f fault) (dir string, d *faultyDisk, err error) {
		dir = filepath.Join(t.TempDir(), "lake")
		if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
		existed := filesOf(t, dir)
		d = newFaultyDisk(at, f)
		l, err := open(dir, nil, d)
		if err == nil {
			err = c.do(t.Context(), l, conn, d.killed)
		}
		for _, path := range d.unsound {
			t.Errorf("the manifest was renamed before %s was durable", path)
		}
		if f == failOnce || f == powerCut {
			if err := d.cutPower(dir, existed); err != nil {
				t.Fatal(err)
			}
		}
		return dir, d, err
	}
	dir, healthy, err := try(0, failOnce)
	if err != nil {
		t.Fatal(err)
	}
	next := snapshot(t, conn, dir)
	if next == old {
		t.Fatal("the action changes nothing")
	}
	reached := map[string]int{}
	for _, f := range c.faults {
		for at := 1; at <= healthy.steps; at++ {
			dir, _, err := try(at, f)
			got := snapshot(t, conn, dir)
			state := fmt.Sprintf("%s at step %d of %d (%v)", f, at, healthy.steps, err)
			switch {
			case got == next:
				reached["new"]++
			case got == old && err != nil:
				reached["old"]++
			default:
				t.Fatalf("%s: the lake shows\n%s\nneither the old\n%s\nnor the new\n%s", state, got, old, next)
			}
			// The next run goes on by itself.
			manifest, _ := os.ReadFile(filepath.Join(dir, manifestName)) // none before the first commit
			l, err := Open(dir, nil)
			if err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			txn, err := l.Begin("r9", hour(9))
			if err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			checkClean(t, l)
			if err := txn.Abort(); err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			if after, err := os.ReadFile(l.at(manifestName)); string(after) != string(manifest) {
				t.Fatalf("%s: cleaning up changed the manifest: %v", state, err)
			}
		}
	}
	if reached["old"] == 0 || reached["new"] == 0 {
		t.Errorf("faults reached %v", reached)
	}
	t.Logf("%d steps, states reached %v", healthy.steps, reached)
}
