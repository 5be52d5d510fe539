package lake

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
)

// fourRuns gives a lake whose items change in every run, whose events come
// from one file that grows, and whose columns drift.
func fourRuns(t *testing.T, conn *sql.Conn) *Lake {
	t.Helper()
	l := newLake(t)
	for n := 1; n <= 4; n++ {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
			if n == 3 {
				// In run 3 values are decimals; "2" is superseded for good.
				rows, err := txn.CopyRecords(t.Context(), conn, items, selectOf(txn, items, "DECIMAL(9,2)", []record{rec("2", "1.5"), rec("3", "7")}), byID)
				txn.Count(items, Counts{Read: rows, Accepted: rows})
				return err
			}
			txn.Count(items, Counts{Read: 1, Quarantined: 1})
			return errors.Join(
				accept(t.Context(), txn, conn, items, byID, rec("1", fmt.Sprint(n)), rec(fmt.Sprintf("only-%d", n), "x"), rec("2", fmt.Sprint(n))),
				accept(t.Context(), txn, conn, events, BatchOptions{ReplacesFile: "a.csv"}, rec("e", fmt.Sprint(n)), rec("e", "0")),
				txn.Quarantine(t.Context(), items, []string{"a.csv"}, bad(QuarantinedRecord{"a.csv", int64(n), "id", "why", "raw"})),
			)
		})
	}
	return l
}

// shown is all that a view of a run shows but for superseded versions.
func shown(t *testing.T, conn *sql.Conn, l *Lake, run string) []string {
	t.Helper()
	v, err := l.AsKnownByRun(run)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range v.Streams() {
		out = append(out, fmt.Sprint(s.ID, s.Key, s.Columns, s.LastRead))
		out = append(out, query(t, conn, "select * from ("+s.CurrentSQL()+") order by all")...)
	}
	return append(append(out, query(t, conn, v.QuarantineSQL()+" order by all")...), fmt.Sprint(v.Counts()))
}

func TestVacuumKeepsLaterViews(t *testing.T) {
	conn := newConn(t)
	for base := 1; base <= 4; base++ {
		t.Run(fmt.Sprintf("before run %d", base), func(t *testing.T) {
			l := fourRuns(t, conn)
			before := map[string][]string{}
			for n := base; n <= 4; n++ {
				before[fmt.Sprintf("r%d", n)] = shown(t, conn, l, fmt.Sprintf("r%d", n))
			}
			fingerprint, files := now(t, l).Fingerprint(), len(filesOf(t, l.dir))
			o := VacuumOptions{Before: hour(base), MemoryLimit: "500MB"}
			dry, err := l.Vacuum(t.Context(), VacuumOptions{Before: o.Before, DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			if now(t, l).Fingerprint() != fingerprint || len(filesOf(t, l.dir)) != files {
				t.Error("the dry run changed the lake")
			}
			done, err := l.Vacuum(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(dry) != fmt.Sprint(done) {
				t.Errorf("the dry run said %+v, the vacuum %+v", dry, done)
			}
			for run, want := range before {
				equal(t, run, shown(t, conn, l, run), want)
			}
			checkClean(t, l)
			checkModes(t, l.dir)
			if base == 1 {
				if len(done.Streams) != 0 || now(t, l).Fingerprint() != fingerprint {
					t.Errorf("there was nothing to remove: %+v", done)
				}
				return
			}
			if !done.KnownSince.Equal(hour(base)) || now(t, l).Fingerprint() == fingerprint {
				t.Errorf("report %+v", done)
			}
			_, err = l.AsKnown(hour(base - 1))
			wantError(t, err, "a vacuum has removed", stamp(hour(base)))
			_, err = l.AsKnownByRun(fmt.Sprintf("r%d", base-1))
			wantError(t, err, "a vacuum has removed")
			_, err = l.AsKnownByRun("r")
			wantError(t, err, fmt.Sprintf("near it are r%d", base))
			again, err := l.Vacuum(t.Context(), o)
			if err != nil || len(again.Streams) != 0 || !again.KnownSince.Equal(hour(base)) {
				t.Errorf("a second vacuum reports %+v %v", again, err)
			}
			commitRun(t, l, "r5", hour(5), func(txn *Txn) error {
				return accept(t.Context(), txn, conn, items, byID, rec("1", "last"))
			})
			if got := current(t, conn, now(t, l), items); !slices.Contains(got, "1|last") {
				t.Errorf("after the next run: %q", got)
			}
		})
	}
}

func TestVacuumReports(t *testing.T) {
	conn := newConn(t)
	l := fourRuns(t, conn)
	report, err := l.Vacuum(t.Context(), VacuumOptions{Before: hour(4), KeepVersions: func(id StreamID) bool { return id == items }})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Streams) != 1 || report.Streams[0].StreamID != events || report.Streams[0].Batches != 2 || report.Streams[0].Rows != 4 || report.QuarantineFiles != 2 {
		t.Errorf("report %+v", report)
	}
	if n := len(versions(t, conn, now(t, l), items)); n != 11 {
		t.Errorf("%d versions of items are left of 11", n)
	}
	report, err = l.Vacuum(t.Context(), VacuumOptions{Before: hour(4)})
	if err != nil {
		t.Fatal(err)
	}
	// 11 versions of the keys 1, 2, 3, only-1, only-2, only-4; one batch per list of columns.
	if len(report.Streams) != 1 || report.Streams[0].Rows != 5 || report.Streams[0].Batches != 2 {
		t.Errorf("report %+v", report)
	}
	if got := versions(t, conn, now(t, l), items); len(got) != 6 {
		t.Errorf("versions left: %q", got)
	}
	s, _ := now(t, l).Stream(items)
	equal(t, "sorted", query(t, conn, "select id from read_parquet("+quoteReadPath(s.Batches[len(s.Batches)-1].Path)+")"),
		[]string{"1", "2", "only-1", "only-2", "only-4"})
}

func TestVacuumLeavesStreamsOfSeveralKeys(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	for n, key := range []string{"id", "id", "value"} {
		commitRun(t, l, fmt.Sprintf("r%d", n+1), hour(n+1), func(txn *Txn) error {
			return accept(t.Context(), txn, conn, items, BatchOptions{Key: []string{key}}, rec("1", fmt.Sprint(n)))
		})
	}
	before := current(t, conn, now(t, l), items)
	if _, err := l.Vacuum(t.Context(), VacuumOptions{Before: hour(2)}); err != nil {
		t.Fatal(err)
	}
	equal(t, "current", current(t, conn, now(t, l), items), before)
}

func TestOneChangeAtATime(t *testing.T) {
	l := newLake(t)
	if report, err := l.Vacuum(t.Context(), VacuumOptions{Before: hour(9)}); err != nil || !report.KnownSince.IsZero() {
		t.Errorf("vacuum of an empty lake: %+v %v", report, err)
	}
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Begin("r2", hour(2))
	wantError(t, err, "being changed by run r1")
	_, err = l.Vacuum(t.Context(), VacuumOptions{})
	wantError(t, err, "being changed by run r1")
	if err := errors.Join(txn.Abort(), txn.Abort()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(txn.TempDir()); !os.IsNotExist(err) {
		t.Error("Abort left the temporary folder")
	}
	wantError(t, txn.Commit(t.Context()), "has ended")
	if txn, err = l.Begin("r2", hour(2)); err != nil {
		t.Fatal(err)
	}
	if err := txn.Abort(); err != nil {
		t.Fatal(err)
	}
}
