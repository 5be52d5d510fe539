package targettest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/disk"
)

// Harness is what the suite needs to know of a kind of target. A place is where a target publishes, as a path or the
// name of a schema.
type Harness struct {
	// Place gives a new place where nothing is published.
	Place func(t *testing.T) string
	// Open gives the target for a place. A target that keeps old runs keeps so many; fsys is nil except for RunFiles.
	Open func(place string, keep int, fsys disk.FS) load.Target
	// Read reads all that is published as a reader would: it decides once which run it reads.
	Read func(place string) (Snapshot, error)
	// Hold decides which run to read, and reads it when asked. Close ends it.
	Hold func(place string) (Held, error)
	// Trace lists the names of all that lies at the place and around it, to show that nothing is left behind.
	Trace func(place string) ([]string, error)
	// Keeps says that the target never removes a table that it published: it refuses a run without it.
	Keeps bool
}

// Held is a reader that has made up its mind.
type Held interface {
	Read() (Snapshot, error)
	Close() error
}

// Run tests all that the contract of load.Target promises.
func Run(t *testing.T, h Harness) {
	t.Run("nothing published", h.testNothing)
	t.Run("types", h.testTypes)
	t.Run("large", h.testLarge)
	t.Run("replace", h.testReplace)
	t.Run("same run again", h.testAgain)
	t.Run("open reader", h.testHeld)
	t.Run("polling reader", h.testPolling)
	t.Run("discard", h.testDiscard)
	t.Run("bad tables", h.testBad)
	t.Run("cancel", h.testCancel)
	t.Run("two at once", h.testBusy)
}

// Publication makes a publication of a run with the given tables.
func Publication(run string, tables ...load.Table) load.Publication {
	return load.Publication{
		RunID: run, StartedAt: time.Date(2025, 8, 31, 2, 30, 0, 0, time.UTC), AsOf: "2025-08-31",
		PolicyVersion: "p-1", CodeVersion: "v0.1.0", Tables: tables,
	}
}

// Publish stages and commits.
func Publish(target load.Target, p load.Publication) error {
	s, err := target.Stage(context.Background(), p)
	if err != nil {
		return err
	}
	return errors.Join(s.Commit(context.Background()), s.Discard())
}

// StampedRun makes the tables of a run whose every row bears its number, so that a mix of runs shows.
func StampedRun(number int) (load.Publication, error) {
	columns := []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "stamp", Type: "VARCHAR"}}
	rows := func(from, to int) (out [][]string) {
		for i := from; i < to; i++ {
			out = append(out, []string{fmt.Sprint(i), stamp(number)})
		}
		return out
	}
	accounts, err := Table("accounts", []string{"id"}, columns, rows(0, 150), rows(150, 200))
	if err != nil {
		return load.Publication{}, err
	}
	revenue, err := Table("revenue", nil, columns, rows(0, 100))
	return Publication(stamp(number), accounts, revenue), err
}

// Stamped is StampedRun in a test.
func Stamped(t *testing.T, number int) load.Publication {
	t.Helper()
	p, err := StampedRun(number)
	check(t, err)
	return p
}

func stamp(number int) string { return fmt.Sprintf("20250831T%06dZ-000000", number) }

// Whole says which run a snapshot of stamped tables is of, or how it is not whole.
func Whole(s Snapshot) (run string, err error) {
	for name, rows := range map[string]int{"accounts": 200, "revenue": 100} {
		table := s.Tables[name]
		if len(table) != rows+1 {
			return "", fmt.Errorf("run %s: table %s has %d lines, not %d", s.RunID, name, len(table), rows+1)
		}
		for _, row := range table[1:] {
			if row[1] != s.RunID {
				return "", fmt.Errorf("run %s shows a row of %s in table %s", s.RunID, row[1], name)
			}
		}
	}
	if len(s.Tables) != 2 {
		return "", fmt.Errorf("run %s shows %d tables", s.RunID, len(s.Tables))
	}
	return s.RunID, nil
}

func must(t *testing.T) func(load.Table, error) load.Table {
	return func(table load.Table, err error) load.Table {
		t.Helper()
		check(t, err)
		return table
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sees fails the test unless readers and the target itself see that run, whole; "" is none.
func (h Harness) sees(t *testing.T, place string, number int) {
	t.Helper()
	s, err := h.Read(place)
	check(t, err)
	run, err := Whole(s)
	check(t, err)
	if run != stamp(number) {
		t.Fatalf("readers see run %s, not %s", run, stamp(number))
	}
	published, err := h.Open(place, 3, nil).Published(context.Background())
	check(t, err)
	if published != run {
		t.Fatalf("the target says that it shows run %q, readers see %q", published, run)
	}
}

func (h Harness) trace(t *testing.T, place string) []string {
	t.Helper()
	names, err := h.Trace(place)
	check(t, err)
	return names
}

func (h Harness) sameTrace(t *testing.T, place string, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, h.trace(t, place)); diff != "" {
		t.Fatalf("something was left behind or lost (-before +after):\n%s", diff)
	}
}
