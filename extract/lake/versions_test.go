package lake

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestVersionsAndAsKnown(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	for n, value := range []string{"A", "B", "A"} {
		commitRun(t, l, fmt.Sprintf("r%d", n+1), hour(n+1), func(txn *Txn) error {
			records := []record{rec("1", value)}
			if n == 0 {
				records = append(records, rec("2", "x"))
			}
			return accept(t.Context(), txn, conn, items, byID, records...)
		})
	}
	v := now(t, l)
	equal(t, "current", current(t, conn, v, items), []string{"1|A", "2|x"})
	equal(t, "versions", versions(t, conn, v, items), []string{"1|A|r1", "2|x|r1", "1|B|r2", "1|A|r3"})

	second := []string{"1|B", "2|x"}
	for _, moment := range []time.Time{hour(2), hour(3).Add(-time.Microsecond), hour(2).In(time.FixedZone("", -3*3600))} {
		v, err := l.AsKnown(moment)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "as known at "+moment.String(), current(t, conn, v, items), second)
		if run, at, ok := v.LastCommit(); run != "r2" || !at.Equal(hour(2)) || !ok {
			t.Errorf("last commit %s %s %t", run, at, ok)
		}
	}
	byRun, err := l.AsKnownByRun("r2")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "as known by r2", current(t, conn, byRun, items), second)
	if len(byRun.Counts()) != 2 || byRun.Fingerprint() == v.Fingerprint() {
		t.Error("the view of r2 shows what came later")
	}
	future, err := l.AsKnown(hour(99))
	if err != nil || future.Fingerprint() != v.Fingerprint() {
		t.Errorf("the future is not now: %v", err)
	}
}

func TestAsKnownRefuses(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	_, err := l.AsKnown(hour(1))
	wantError(t, err, "no run has committed yet")
	_, err = l.AsKnownByRun("r1")
	wantError(t, err, "no run has committed yet")
	for n := 10; n < 20; n++ {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
			return accept(t.Context(), txn, conn, items, byID, rec("1", fmt.Sprint(n)))
		})
	}
	_, err = l.AsKnown(hour(10).Add(-time.Microsecond))
	wantError(t, err, "the first run, r10, committed at 2026-01-31T12:30:00Z")
	if !errors.Is(err, ErrNotKnown) {
		t.Error("not an ErrNotKnown")
	}
	_, err = l.AsKnownByRun("r14x")
	wantError(t, err, `"r14x"`, "near it are r12, r13, r14, r15, r16, r17")
}

func TestStreamWithoutKeyHoldsLatestReadingOfEachFile(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	read := func(n int, file string, values ...string) {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
			var records []record
			for i, value := range values {
				records = append(records, record{"1", value, file, i + 1})
			}
			return accept(t.Context(), txn, conn, events, BatchOptions{ReplacesFile: file}, records...)
		})
	}
	read(1, "a.csv", "x", "x", "y")
	read(2, "b.csv", "z")
	read(3, "a.csv", "y", "new")
	equal(t, "current", current(t, conn, now(t, l), events), []string{"1|new", "1|y", "1|z"})
	read(4, "b.csv")
	v := now(t, l)
	equal(t, "after b.csv is empty", current(t, conn, v, events), []string{"1|new", "1|y"})
	s, _ := v.Stream(events)
	if len(s.Batches) != 1 || s.Batches[0].File != "a.csv" || len(s.Key) != 0 {
		t.Errorf("batches %+v", s.Batches)
	}
	read(5, "a.csv")
	equal(t, "after all is empty", current(t, conn, now(t, l), events), nil)
	then, err := l.AsKnownByRun("r2")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "as known by r2", current(t, conn, then, events), []string{"1|x", "1|x", "1|y", "1|z"})
	before := now(t, l).Fingerprint()
	read(6, "b.csv")
	if now(t, l).Fingerprint() != before {
		t.Error("an empty file that was empty changed the lake")
	}
}

func TestOneRunMayWriteAFileInParts(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		o := BatchOptions{ReplacesFile: "a.csv"}
		return errors.Join(
			accept(t.Context(), txn, conn, events, o, rec("1", "a")),
			accept(t.Context(), txn, conn, events, o, rec("2", "b")),
		)
	})
	equal(t, "current", current(t, conn, now(t, l), events), []string{"1|a", "2|b"})
}

func TestKeyChanges(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	copyWith := func(n int, o BatchOptions, records ...record) error {
		return tryRun(t.Context(), l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error {
			return accept(t.Context(), txn, conn, events, o, records...)
		})
	}
	steps := []struct {
		o       BatchOptions
		records []record
		want    []string
	}{
		{BatchOptions{ReplacesFile: "a.csv"}, []record{{"1", "x", "a.csv", 1}, {"1", "y", "a.csv", 2}}, []string{"1|x", "1|y"}},
		{byID, []record{rec("2", "z")}, []string{"1|x", "2|z"}}, // the first line of a file stands for the key
		{BatchOptions{Key: []string{"id", "value"}}, []record{rec("3", "z")}, []string{"1|x", "1|y", "2|z", "3|z"}},
	}
	for i, step := range steps {
		if err := copyWith(i+1, step.o, step.records...); err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprintf("step %d", i+1), current(t, conn, now(t, l), events), step.want)
	}
	wantError(t, copyWith(9, BatchOptions{ReplacesFile: "a.csv"}, rec("1", "x")), "kept by the key (id)", "give the key again")
}

func TestClockThatStandsBack(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	at := hour(5).Add(123456789 * time.Nanosecond).In(time.FixedZone("", 3600))
	for n, moment := range []time.Time{at, at, hour(1)} {
		want := hour(5).Add(123456*time.Microsecond + time.Duration(n)*time.Microsecond)
		commitRun(t, l, fmt.Sprintf("r%d", n), moment, func(txn *Txn) error {
			if got := txn.FirstSeen(); !got.Equal(want) || got.Location() != time.UTC {
				t.Errorf("first seen %s, want %s", got, want)
			}
			return accept(t.Context(), txn, conn, items, byID, rec("1", fmt.Sprint(n)))
		})
	}
	equal(t, "current", current(t, conn, now(t, l), items), []string{"1|2"})
}
