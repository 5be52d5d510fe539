package lake

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spooled is a row of a page group.
type spooled struct {
	id, value, extra string
	deleted          bool
	within           string
}

func sp(id, value string) spooled { return spooled{id: id, value: value} }

// spoolGroupOf writes rows as a page group of the transaction.
func spoolGroupOf(ctx context.Context, txn *Txn, conn *sql.Conn, id StreamID, before int64, rows ...spooled) (SpoolGroup, error) {
	g := SpoolGroup{Rows: int64(len(rows)), Counts: Counts{Read: int64(len(rows)), Accepted: int64(len(rows))}}
	if len(rows) == 0 {
		return g, nil
	}
	file, err := os.CreateTemp(txn.TempDir(), "group-*.parquet")
	if err != nil {
		return g, err
	}
	g.File = file.Name()
	if err := file.Close(); err != nil {
		return g, err
	}
	text := func(s string) string {
		if s == "" {
			return "null::varchar"
		}
		return quoteText(s)
	}
	var values []string
	for i, r := range rows {
		values = append(values, fmt.Sprintf("(%d, %s, %s, %s, %s, %t)", i, quoteText(r.id), text(r.value), text(r.within), text(r.extra), r.deleted))
	}
	return g, copyTo(ctx, conn, fmt.Sprintf("select id, value, within, deleted as _deleted, extra as _extra, %s as _source, '/list' as _file, cast(%d + n as bigint) as _line, %s as _run_id, %s as _first_seen from (values %s) as r(n, id, value, within, extra, deleted) order by n",
		quoteText(id.Source), before+1, quoteText(txn.RunID()), timestampSQL(txn.FirstSeen()), strings.Join(values, ", ")), g.File)
}

// readGroups adds groups to a stream's spool, from where it stands; resume is the number of groups read.
func readGroups(ctx context.Context, txn *Txn, conn *sql.Conn, s *Spool, groups ...[]spooled) error {
	done := 0
	if resume := s.Resume(); resume != nil {
		if err := json.Unmarshal(resume, &done); err != nil {
			return err
		}
	}
	for ; done < len(groups); done++ {
		g, err := spoolGroupOf(ctx, txn, conn, s.id, s.Counts().Read, groups[done]...)
		if err != nil {
			return err
		}
		g.Notes = fmt.Appendf(nil, `{"group":%d}`, done)
		if err := s.Add(ctx, g, fmt.Appendf(nil, "%d", done+1)); err != nil {
			return err
		}
	}
	return nil
}

var keyed = TakeOptions{Key: []string{"id"}}

// spoolRun reads groups and commits them; wants are the counts, or nil.
func spoolRun(t *testing.T, l *Lake, conn *sql.Conn, n int, o TakeOptions, groups ...[]spooled) Counts {
	t.Helper()
	var counts Counts
	commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
		s, err := txn.OpenSpool(items, "full")
		if err != nil {
			return err
		}
		if err := readGroups(t.Context(), txn, conn, s, groups...); err != nil {
			return err
		}
		counts, err = txn.TakeSpool(t.Context(), conn, s, o)
		return err
	})
	return counts
}

func currentSpooled(t *testing.T, conn *sql.Conn, l *Lake) []string {
	t.Helper()
	s, ok := now(t, l).Stream(items)
	if !ok {
		return nil
	}
	return query(t, conn, "select concat_ws(' ', id, value, _extra, case when _deleted then 'deleted' end, _run_id) from ("+s.CurrentSQL()+") order by id")
}

func wantCounts(t *testing.T, got, want Counts) {
	t.Helper()
	if got != want {
		t.Errorf("counts %+v, want %+v", got, want)
	}
}

func TestFirstLoadIsNotRewritten(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	inodes := map[uint64]bool{}
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		s, err := txn.OpenSpool(items, "full")
		if err != nil {
			return err
		}
		if s.Resume() != nil || s.Counts() != (Counts{}) || len(s.Notes()) != 0 {
			t.Errorf("a new spool holds %s, %+v", s.Resume(), s.Counts())
		}
		if err := readGroups(t.Context(), txn, conn, s, []spooled{sp("a", "1"), sp("b", "1")}, nil, []spooled{sp("c", "1")}); err != nil {
			return err
		}
		if got := fmt.Sprintf("%s %s", s.Resume(), s.Notes()); got != `3 [{"group":0} {"group":1} {"group":2}]` {
			t.Errorf("resume and notes %s", got)
		}
		for _, name := range []string{"000001.parquet", "000003.parquet"} {
			inodes[inode(t, filepath.Join(s.dir, name))] = true
		}
		counts, err := txn.TakeSpool(t.Context(), conn, s, keyed)
		wantCounts(t, counts, Counts{Read: 3, Accepted: 3})
		return err
	})
	equal(t, "current", currentSpooled(t, conn, l), []string{"a 1 r1", "b 1 r1", "c 1 r1"})
	s, _ := now(t, l).Stream(items)
	if len(s.Batches) != 2 {
		t.Fatalf("%d batches", len(s.Batches))
	}
	for _, b := range s.Batches {
		if !inodes[inode(t, b.Path)] {
			t.Errorf("%s was written anew", b.Path)
		}
	}
	if strings.Contains(s.CurrentSQL(), "row_number") || strings.Contains(s.CurrentSQL(), "not exists") {
		t.Errorf("one run's batches are sorted by version: %s", s.CurrentSQL())
	}
	checkClean(t, l)
	if spools, err := l.Spools(); err != nil || len(spools) > 0 {
		t.Errorf("spools %v, %v", spools, err)
	}
}

func TestTakeSpool(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	wantCounts(t, spoolRun(t, l, conn, 1, keyed, []spooled{sp("a", "1"), sp("b", "1"), sp("c", "1")}, []spooled{sp("b", "2"), sp("d", "1")}),
		Counts{Read: 5, Accepted: 4, Dropped: 1})
	equal(t, "later groups win", currentSpooled(t, conn, l), []string{"a 1 r1", "b 2 r1", "c 1 r1", "d 1 r1"})

	// a is a copy, b an old version and then a copy, c says more in _extra, d is a copy and then new, e is new.
	wantCounts(t, spoolRun(t, l, conn, 2, keyed,
		[]spooled{sp("a", "1"), sp("b", "1"), {id: "c", value: "1", extra: "{}"}, sp("d", "1")}, []spooled{sp("b", "2"), sp("d", "2"), sp("e", "1")}),
		Counts{Read: 7, Accepted: 3, Dropped: 4})
	equal(t, "copies are dropped", currentSpooled(t, conn, l), []string{"a 1 r1", "b 2 r1", "c 1 {} r2", "d 2 r2", "e 1 r2"})

	wantCounts(t, spoolRun(t, l, conn, 3, TakeOptions{Key: []string{"id"}, DeleteMissing: true}, []spooled{sp("a", "1"), sp("b", "3")}),
		Counts{Read: 5, Accepted: 4, Dropped: 1})
	gone := []string{"a 1 r1", "b 3 r3", "c deleted r3", "d deleted r3", "e deleted r3"}
	equal(t, "what is missing is deleted", currentSpooled(t, conn, l), gone)

	// What is deleted is not deleted again; what comes back is back.
	wantCounts(t, spoolRun(t, l, conn, 4, TakeOptions{Key: []string{"id"}, DeleteMissing: true}, []spooled{sp("a", "1"), sp("b", "3"), sp("c", "9")}),
		Counts{Read: 3, Accepted: 1, Dropped: 2})
	gone[2] = "c 9 r4"
	equal(t, "what is back", currentSpooled(t, conn, l), gone)

	// A tombstone that the API gave, twice.
	for n := 5; n <= 6; n++ {
		want := Counts{Read: 1, Accepted: 1}
		if n == 6 {
			want = Counts{Read: 1, Dropped: 1}
		}
		wantCounts(t, spoolRun(t, l, conn, n, keyed, []spooled{{id: "c", deleted: true}}), want)
	}
	gone[2] = "c deleted r5"
	equal(t, "a tombstone", currentSpooled(t, conn, l), gone)
	v, err := l.AsKnownByRun("r2")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := v.Stream(items)
	equal(t, "as known by r2", query(t, conn, "select id || value from ("+s.CurrentSQL()+") order by 1"), []string{"a1", "b2", "c1", "d2", "e1"})

	// Everything is gone.
	wantCounts(t, spoolRun(t, l, conn, 7, TakeOptions{Key: []string{"id"}, DeleteMissing: true}), Counts{Read: 2, Accepted: 2})
	equal(t, "all gone", currentSpooled(t, conn, l), []string{"a deleted r7", "b deleted r7", "c deleted r5", "d deleted r3", "e deleted r3"})
	checkClean(t, l)
	if _, err := l.Vacuum(t.Context(), VacuumOptions{Before: hour(9)}); err != nil {
		t.Fatal(err)
	}
	equal(t, "after a vacuum", currentSpooled(t, conn, l), []string{"a deleted r7", "b deleted r7", "c deleted r5", "d deleted r3", "e deleted r3"})
}

func TestDeleteMissingWithin(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	in := func(id, value, within string) spooled { return spooled{id: id, value: value, within: within} }
	spoolRun(t, l, conn, 1, keyed, []spooled{in("a1", "1", "a"), in("a2", "1", "a"), in("b1", "1", "b"), in("b2", "1", "b"), in("c1", "1", "c")})
	o := TakeOptions{Key: []string{"id"}, DeleteMissingWithin: "within"}
	wantCounts(t, spoolRun(t, l, conn, 2, o, []spooled{in("a1", "1", "a"), in("b3", "1", "b")}), Counts{Read: 5, Accepted: 4, Dropped: 1})
	equal(t, "current", currentSpooled(t, conn, l), []string{"a1 1 r1", "a2 deleted r2", "b1 deleted r2", "b2 deleted r2", "b3 1 r2", "c1 1 r1"})
}

func TestSpoolOutlivesARun(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	all := [][]spooled{{sp("a", "1"), sp("b", "1")}, {sp("b", "2")}, {sp("c", "1")}}
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	s, err := txn.OpenSpool(items, "full")
	if err != nil {
		t.Fatal(err)
	}
	if err := readGroups(t.Context(), txn, conn, s, all[:1]...); err != nil {
		t.Fatal(err)
	}
	if err := txn.Abort(); err != nil {
		t.Fatal(err)
	}
	if spools, err := l.Spools(); err != nil || len(spools) != 1 || spools[0].ID != items || spools[0].Counts.Read != 2 || spools[0].Problem != nil || spools[0].Bytes == 0 {
		t.Errorf("spools %+v, %v", spools, err)
	}
	// Another stream commits in between, at a later moment than the dead run's.
	commitRun(t, l, "r2", hour(2), func(txn *Txn) error {
		return accept(t.Context(), txn, conn, items, byID, rec("b", "backfill"))
	})
	if _, err := l.Vacuum(t.Context(), VacuumOptions{Before: hour(3)}); err != nil {
		t.Fatal(err)
	}
	commitRun(t, l, "r3", hour(3), func(txn *Txn) error {
		s, err := txn.OpenSpool(items, "full")
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%s %s %+v", s.Resume(), s.Notes(), s.Counts()); got != `1 [{"group":0}] {Read:2 Accepted:2 Dropped:0 Quarantined:0}` {
			t.Errorf("the spool holds %s", got)
		}
		if err := readGroups(t.Context(), txn, conn, s, all...); err != nil {
			return err
		}
		counts, err := txn.TakeSpool(t.Context(), conn, s, keyed)
		wantCounts(t, counts, Counts{Read: 4, Accepted: 3, Dropped: 1})
		return err
	})
	// The dead run's rows are of the run that committed them, so they win against r2's.
	s2, _ := now(t, l).Stream(items)
	equal(t, "current", query(t, conn, "select id, value, _run_id, _first_seen = "+timestampSQL(hour(3))+", _line from ("+s2.CurrentSQL()+") order by id"), []string{
		"a|1|r3|true|1", "b|2|r3|true|3", "c|1|r3|true|4",
	})
	checkClean(t, l)
}

func TestSpoolOfAnotherReadingIsSwept(t *testing.T) {
	t.Parallel()
	conn := newConn(t)
	for name, spoil := range map[string]func(t *testing.T, dir string) string{
		"identity": func(*testing.T, string) string { return "another" },
		"missing file": func(t *testing.T, dir string) string {
			if err := os.Remove(filepath.Join(dir, "000002.parquet")); err != nil {
				t.Fatal(err)
			}
			return "full"
		},
		"cut file": func(t *testing.T, dir string) string {
			if err := os.Truncate(filepath.Join(dir, "000001.parquet"), 50); err != nil {
				t.Fatal(err)
			}
			return "full"
		},
		"missing group": func(t *testing.T, dir string) string {
			if err := os.Remove(filepath.Join(dir, "000001.json")); err != nil {
				t.Fatal(err)
			}
			return "full"
		},
		"cut state": func(t *testing.T, dir string) string {
			if err := os.Truncate(filepath.Join(dir, spoolName), 20); err != nil {
				t.Fatal(err)
			}
			return "full"
		},
		"newer format": func(t *testing.T, dir string) string {
			if err := os.WriteFile(filepath.Join(dir, spoolName), []byte(`{"format": 9}`), 0o600); err != nil {
				t.Fatal(err)
			}
			return "full"
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLake(t)
			txn, err := l.Begin("r1", hour(1))
			if err != nil {
				t.Fatal(err)
			}
			s, err := txn.OpenSpool(items, "full")
			if err != nil {
				t.Fatal(err)
			}
			if err := readGroups(t.Context(), txn, conn, s, []spooled{sp("a", "1")}, []spooled{sp("b", "1")}); err != nil {
				t.Fatal(err)
			}
			if err := txn.Abort(); err != nil {
				t.Fatal(err)
			}
			identity := spoil(t, s.dir)
			txn, err = l.Begin("r2", hour(2))
			if err != nil {
				t.Fatal(err)
			}
			defer txn.Abort()
			s, err = txn.OpenSpool(items, identity)
			if err != nil {
				t.Fatal(err)
			}
			left, err := os.ReadDir(s.dir)
			if err != nil || len(left) > 0 || s.Resume() != nil || s.Counts() != (Counts{}) {
				t.Errorf("left: %v, %s, %+v, %v", left, s.Resume(), s.Counts(), err)
			}
		})
	}
}

func TestSpoolRefuses(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	defer txn.Abort()
	s, err := txn.OpenSpool(items, "full")
	if err != nil {
		t.Fatal(err)
	}
	_, err = txn.OpenSpool(items, "full")
	wantError(t, err, "open already")
	_, err = txn.OpenSpool(StreamID{"..", "x"}, "full")
	wantError(t, err, "not a name")
	good, err := spoolGroupOf(t.Context(), txn, conn, items, 0, sp("a", "1"))
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*SpoolGroup){
		"do not tie":    func(g *SpoolGroup) { g.Counts.Read = 7 },
		"has file":      func(g *SpoolGroup) { g.File = "" },
		"lies outside":  func(g *SpoolGroup) { g.File = filepath.Join(t.TempDir(), "x.parquet") },
		"no such file":  func(g *SpoolGroup) { g.File = filepath.Join(txn.TempDir(), "x.parquet") },
		"1 quarantined": func(g *SpoolGroup) { g.Quarantined = []QuarantinedRecord{{File: "x"}} },
	} {
		g := good
		change(&g)
		wantError(t, s.Add(t.Context(), g, nil), "keep a page group of shop.items", want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Add(ctx, good, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := s.Add(t.Context(), good, json.RawMessage("1")); err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]TakeOptions{
		"Covers must name it":      {},
		"is not among the columns": {Key: []string{"nope"}},
	} {
		_, err := txn.TakeSpool(t.Context(), conn, s, o)
		wantError(t, err, want)
	}
	if _, err := txn.TakeSpool(t.Context(), conn, s, keyed); err != nil {
		t.Fatal(err)
	}
	_, err = txn.TakeSpool(t.Context(), conn, s, keyed)
	wantError(t, err, "not open in this transaction")
	wantError(t, s.Add(t.Context(), good, nil), "taken already")
}

func TestSpoolQuarantine(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	run := func(n int, covers []string, bad ...QuarantinedRecord) {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
			s, err := txn.OpenSpool(items, "full")
			if err != nil {
				return err
			}
			g, err := spoolGroupOf(t.Context(), txn, conn, items, 0, sp("a", fmt.Sprint(n)))
			if err != nil {
				return err
			}
			g.Quarantined = bad
			g.Counts.Read += int64(len(bad))
			g.Counts.Quarantined = int64(len(bad))
			if err := s.Add(t.Context(), g, nil); err != nil {
				return err
			}
			counts, err := txn.TakeSpool(t.Context(), conn, s, TakeOptions{Key: []string{"id"}, Covers: covers})
			wantCounts(t, counts, g.Counts)
			return err
		})
	}
	shown := func() []string {
		return query(t, conn, "select run_id, file, line, column_name, reason, record from ("+now(t, l).QuarantineSQL()+") order by all")
	}
	run(1, []string{"/list"}, QuarantinedRecord{"/list", 7, "n", "is no number", `{"n":"x"}`})
	run(2, nil, QuarantinedRecord{"/list 2", 1, "", "why", "{}"})
	equal(t, "both", shown(), []string{`r1|/list|7|n|is no number|{"n":"x"}`, "r2|/list 2|1|<nil>|why|{}"})
	run(3, []string{"/list"})
	equal(t, "one is replaced", shown(), []string{"r2|/list 2|1|<nil>|why|{}"})
}

func TestSpoolOfAStreamWithoutKey(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	o := TakeOptions{Covers: []string{"/list"}}
	wantCounts(t, spoolRun(t, l, conn, 1, o, []spooled{sp("a", "1"), sp("a", "1")}, []spooled{sp("a", "2")}), Counts{Read: 3, Accepted: 3})
	equal(t, "first", currentSpooled(t, conn, l), []string{"a 1 r1", "a 1 r1", "a 2 r1"})
	wantCounts(t, spoolRun(t, l, conn, 2, o, []spooled{sp("b", "1")}), Counts{Read: 1, Accepted: 1})
	equal(t, "second", currentSpooled(t, conn, l), []string{"b 1 r2"})
	wantCounts(t, spoolRun(t, l, conn, 3, o), Counts{})
	equal(t, "none", currentSpooled(t, conn, l), nil)
}

func TestSpoolOfASourceNoLongerRead(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		s, err := txn.OpenSpool(events, "full")
		if err != nil {
			return err
		}
		return readGroups(t.Context(), txn, conn, s, []spooled{sp("a", "1")})
	})
	commitRun(t, l, "r2", hour(2), func(txn *Txn) error { return accept(t.Context(), txn, conn, items, byID, rec("a", "1")) })
	spools, err := l.Spools()
	if err != nil || len(spools) != 1 || spools[0].ID != events || spools[0].Groups != 1 {
		t.Fatalf("%+v, %v", spools, err)
	}
	if err := l.RemoveSpool(events); err != nil {
		t.Fatal(err)
	}
	if err := l.RemoveSpool(events); err != nil {
		t.Errorf("again: %v", err)
	}
	if spools, err := l.Spools(); err != nil || len(spools) > 0 {
		t.Errorf("%+v, %v", spools, err)
	}
	wantError(t, l.RemoveSpool(StreamID{"..", ".."}), "not a name")
	checkClean(t, l)
}
