package sourcetest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"lastro/extract"
)

// Records and cursor are seen by the same commit, and before it neither.
func (h Harness) testOneCommit(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.read()
	was, shown := s.rows(), s.fingerprint()
	s.night()
	s.put(some(manyRecords, "two")...)
	for _, commit := range []bool{false, true} {
		known, err := s.lake.Now()
		s.must(err)
		cursor, _ := known.Cursor(SourceName)
		source, err := h.Open(s.world.Place, Opening{Now: s.now})
		s.must(err)
		s.runs++
		txn, err := s.lake.Begin("by-hand-"+string(rune('a'+s.runs)), s.now)
		s.must(err)
		_, err = source.Read(t.Context(), extract.Session{Txn: txn, Known: known, Conn: s.conn, Log: slog.New(slog.DiscardHandler)})
		s.must(err)
		between, err := s.lake.Now()
		s.must(err)
		if now, _ := between.Cursor(SourceName); string(now) != string(cursor) || s.fingerprint() != shown {
			t.Error("something is seen before the commit")
		}
		s.shows("before the commit", was)
		if !commit {
			s.must(txn.Abort())
			s.shows("after an abort", was)
			continue
		}
		s.must(txn.Commit(t.Context()))
		after, err := s.lake.Now()
		s.must(err)
		if now, ok := after.Cursor(SourceName); !ok || string(now) == string(cursor) {
			t.Errorf("the cursor stands where it stood: %s", now)
		}
		s.shows("after the commit", s.wanted())
		s.tie()
	}
	s.read()
}

// A reading that fails in the middle leaves what the lake has, cursor and all, and the next one gets everything.
func (h Harness) testFailure(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.must(s.world.Fail(true))
	s.fails()
	s.shows("after a first reading that failed", nil)
	s.must(s.world.Fail(false))
	s.read()
	was := s.rows()
	second := some(manyRecords, "two")
	for range 2 {
		s.night()
		s.put(second...) // which keeps the moment of its first change
		s.must(s.world.Fail(true))
		s.fails()
		s.shows("after a failure", was)
	}
	s.must(s.world.Fail(false))
	s.night()
	s.read()
}

func (s *stage) fails() {
	s.t.Helper()
	_, err := s.run(Opening{})
	var failed *extract.ReadError
	if !errors.As(err, &failed) || len(failed.Failed) != 1 || failed.Failed[0].ID != streamID {
		s.t.Fatalf("a reading that failed says: %v", err)
	}
}

// A run that is cancelled ends within two seconds, whole.
func (h Harness) testCancel(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.read()
	was := s.rows()
	s.night()
	s.put(some(manyRecords, "two")...)
	reason := errors.New("the user went home")
	gone, leave := context.WithCancelCause(t.Context())
	leave(reason)
	s.cancelled(gone, time.Now, was, reason)
	if _, lacks := h.Lacks[Pages]; lacks {
		s.read()
		return
	}
	for at := range 3 {
		ctx, cancel := context.WithCancelCause(t.Context())
		var cancelled time.Time
		s.world.Watch(func(page int) { // a page that does not come
			if page == at+1 {
				cancelled = time.Now()
				cancel(reason)
				time.Sleep(100 * time.Millisecond)
			}
		})
		s.cancelled(ctx, func() time.Time { return cancelled }, was, reason)
		s.world.Watch(nil)
	}
	s.read()
}

func (s *stage) cancelled(ctx context.Context, at func() time.Time, was []string, reason error) {
	s.t.Helper()
	_, err := s.runIn(ctx, Opening{})
	if !errors.Is(err, reason) && !errors.Is(err, context.Canceled) {
		s.t.Errorf("a cancelled run says: %v", err)
	}
	if took := time.Since(at()); took > 2*time.Second {
		s.t.Errorf("a cancelled run ended after %v", took)
	}
	s.shows("after a cancelled run", was)
}

// A budget of requests is never passed, however many runs there are in a day; what it was enough for is kept, so that
// days later everything is there.
func (h Harness) testQuota(t *testing.T) {
	s := h.stage(t)
	s.put(s.before(48*time.Hour, some(manyRecords, "one"))...)
	const perDay = 3
	for day := 1; ; day++ {
		if day > 20 {
			t.Fatal("it does not end: each day begins anew")
		}
		before := s.world.Asked()
		var err error
		for run := 0; run < 2 && (run == 0 || err != nil); run++ {
			_, err = s.run(Opening{PerDay: perDay, Pieces: true})
			s.now = s.now.Add(time.Hour)
		}
		if asked := s.world.Asked() - before; asked > perDay {
			t.Fatalf("day %d: %d requests, the budget is %d", day, asked, perDay)
		}
		if err == nil {
			t.Logf("%d days", day)
			break
		}
		s.shows("before the end", nil)
		s.now = s.now.Add(24 * time.Hour)
	}
	s.shows("at the end", s.wanted())
}
