package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

func TestCancelledCommitLeavesTheLake(t *testing.T) {
	l, conn := newLake(t), newConn(t)
	ctx, cancel := context.WithCancel(t.Context())
	txn, err := l.Begin("r1", hour(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := accept(ctx, txn, conn, items, byID, rec("1", "a")); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := txn.Commit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("commit says %v", err)
	}
	if err := accept(ctx, txn, conn, items, byID, rec("2", "a")); !errors.Is(err, context.Canceled) {
		t.Errorf("copy says %v", err)
	}
	if err := txn.Abort(); err != nil {
		t.Fatal(err)
	}
	if n := len(now(t, l).Streams()); n != 0 {
		t.Errorf("%d streams", n)
	}
	checkClean(t, l)
}

// TestStreamsSideBySide writes several streams at once, as a run with several
// connections does.
func TestStreamsSideBySide(t *testing.T) {
	l := newLake(t)
	const streams = 4
	commitRun(t, l, "r1", hour(1), func(txn *Txn) error {
		errs := make([]error, streams)
		var all sync.WaitGroup
		for i := range streams {
			conn := newConn(t)
			all.Go(func() {
				id := StreamID{"shop", fmt.Sprintf("s%d", i)}
				txn.Count(id, Counts{Read: 1, Quarantined: 1})
				txn.SetCursor(fmt.Sprintf("c%d", i), []byte(`1`))
				errs[i] = errors.Join(
					accept(t.Context(), txn, conn, id, byID, rec("1", fmt.Sprint(i))),
					txn.Quarantine(t.Context(), id, []string{"a"}, bad(QuarantinedRecord{File: "a"})),
				)
			})
		}
		all.Wait()
		return errors.Join(errs...)
	})
	conn, v := newConn(t), now(t, l)
	for i, s := range v.Streams() {
		equal(t, s.ID.String(), current(t, conn, v, s.ID), []string{fmt.Sprintf("1|%d", i)})
	}
	if len(v.Streams()) != streams || len(v.Counts()) != streams {
		t.Errorf("%d streams, %d counts", len(v.Streams()), len(v.Counts()))
	}
}

func TestDiskThatCannotBeWritten(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(file, nil)
	wantError(t, err, "open the lake in "+file, "is not a folder")
	_, err = Open(file+"/lake", nil)
	wantError(t, err, "open the lake in", "not a directory")
}
