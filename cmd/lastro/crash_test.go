package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"lastro/load/postgres/pgtest"
	"lastro/load/targettest"
)

// TestKilledAtAnyMoment kills runs that load all kinds of targets, while readers poll each of them; then the next run
// goes on, and all shows what runs show that nobody disturbed. LASTRO_KILLS says how often.
func TestKilledAtAnyMoment(t *testing.T) {
	kills := number(t, "LASTRO_KILLS", 3)
	seed := uint64(number(t, "LASTRO_SEED", 1))
	random := rand.New(rand.NewPCG(seed, 1))
	server := pgtest.New(t, pgtest.Options{})
	calm, disturbed := newSite(t, server.DSN(), "calm"), newSite(t, server.DSN(), "disturbed")
	var usual time.Duration // of a run
	for _, s := range []*site{calm, disturbed} {
		s.night(t, 0)
		s.night(t, 1)
		start := time.Now()
		s.run(t)
		usual = time.Since(start)
	}
	readers := startReaders(t, disturbed)
	nights, killed, landed := 2, 0, 0
	for killed < kills {
		calm.night(t, nights)
		disturbed.night(t, nights)
		nights++
		calm.run(t)
		for range 4 { // most nights are killed a few times, each at what is left of it
			after := time.Duration(random.Int64N(int64(usual)))
			done, took := disturbed.killedAfter(t, after)
			if done {
				usual = (3*usual + took*5/4) / 4
				landed++
				break
			}
			killed++
		}
		disturbed.run(t)
	}
	readers.stop(t)
	t.Logf("%d nights, %d kills, %d runs were done before theirs; %s", nights, killed, landed, readers)
	same(t, calm, disturbed)
}

// killedAfter runs the pipeline and kills it, unless it is done before.
func (s *site) killedAfter(t *testing.T, after time.Duration) (done bool, took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	cmd, out := s.command(ctx, "run", s.file) // a context that ends kills the process
	start := time.Now()
	err := cmd.Run()
	switch {
	case err == nil:
		return true, time.Since(start)
	case ctx.Err() == nil:
		t.Fatalf("lastro run failed by itself: %v\n%s", err, out)
	}
	return false, 0
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// readers poll all targets of a site and hold each against what was seen of the same run before.
type readers struct {
	cancel context.CancelFunc
	all    sync.WaitGroup

	mu     sync.Mutex
	polls  map[string]int
	runs   map[string]map[string]map[string]string // target, run, table: digest
	wrongs []error
}

func startReaders(t *testing.T, s *site) *readers {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &readers{cancel: cancel, polls: map[string]int{}, runs: map[string]map[string]map[string]string{}}
	for name, hold := range s.holds() {
		r.runs[name] = map[string]map[string]string{}
		r.all.Go(func() {
			for ctx.Err() == nil {
				r.poll(name, hold)
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	for client := range 8 {
		if s.dsn == "" {
			break
		}
		r.all.Go(func() { r.ask(ctx, t, s, client) })
	}
	t.Cleanup(func() { cancel(); r.all.Wait() })
	return r
}

func (r *readers) poll(name string, hold func() (targettest.Held, error)) {
	seen, err := see(hold)
	if err == nil {
		err = ties(seen)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.polls[name]++
	if err != nil {
		r.wrongs = append(r.wrongs, fmt.Errorf("%s: %w", name, err))
		return
	}
	now := digest(seen)
	if before, ok := r.runs[name][seen.RunID]; ok && !maps.Equal(before, now) {
		r.wrongs = append(r.wrongs, fmt.Errorf("%s: run %s shows other tables than before: %s", name, seen.RunID, cmp.Diff(before, now)))
	}
	r.runs[name][seen.RunID] = now
}

// ask is one of the clients that a BI tool keeps open: each statement reads through a view, and must never wait for a lock.
func (r *readers) ask(ctx context.Context, t *testing.T, s *site, client int) {
	fail := func(err error) {
		if err != nil && ctx.Err() == nil {
			r.mu.Lock()
			r.wrongs = append(r.wrongs, fmt.Errorf("client %d: %w", client, err))
			r.mu.Unlock()
		}
	}
	conn, err := pgconn.Connect(ctx, s.dsn)
	if err != nil {
		fail(err)
		return
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := pgtest.Exec(ctx, conn, "set lock_timeout = '200ms'; set statement_timeout = '20s'"); err != nil {
		fail(err)
		return
	}
	view := fmt.Sprintf(`%s."view_%d"`, s.schema, client)
	if _, err := pgtest.Exec(ctx, conn, fmt.Sprintf(`create view %s as
		select a.period_start, sum(a.closing_mrr) - max(r.closing_mrr) as rest
		from %[2]s.account_period as a
		inner join %[2]s.mrr_rollforward as r on a.grain = r.grain and a.period_start = r.period_start and r.dimension = 'all'
		group by a.grain, a.period_start
		having sum(a.closing_mrr) != max(r.closing_mrr)`, view, s.schema)); err != nil {
		fail(err)
		return
	}
	for ctx.Err() == nil {
		rows, err := pgtest.Exec(ctx, conn, "select * from "+view)
		if err == nil && len(rows) > 0 {
			err = fmt.Errorf("a mix of runs: %v", rows)
		}
		fail(err)
		r.mu.Lock()
		r.polls["postgres views"]++
		r.mu.Unlock()
		time.Sleep(30 * time.Millisecond)
	}
}

func (r *readers) stop(t *testing.T) {
	t.Helper()
	r.cancel()
	r.all.Wait()
	if len(r.wrongs) > 0 {
		t.Errorf("readers met %d errors; the first: %v", len(r.wrongs), errors.Join(r.wrongs[:min(5, len(r.wrongs))]...))
	}
}

func (r *readers) String() string {
	text := "polls:"
	for _, name := range []string{"csv", "parquet", "duckdb", "postgres", "postgres views"} {
		text += fmt.Sprintf(" %s %d (%d runs seen)", name, r.polls[name], len(r.runs[name]))
	}
	return text
}
