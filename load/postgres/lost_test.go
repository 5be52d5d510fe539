package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lastro/load"
	"lastro/load/postgres"
	"lastro/load/postgres/pgtest"
	"lastro/load/targettest"
)

// shown gives the number of the run that readers see, and fails the test when they see a mix.
func shown(t testing.TB, dsn, schema string) string {
	t.Helper()
	s, err := targettest.ReadHeld(func(string) (targettest.Held, error) { return targettest.HoldPostgres(dsn, schema) })("")
	if err != nil {
		t.Fatal(err)
	}
	run, err := targettest.Whole(s)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// TestConnectionCut cuts the connection after every so many bytes, each way, also in the middle of COMMIT. What Commit
// says has to be what readers see.
func TestConnectionCut(t *testing.T) {
	proxy := pgtest.NewProxy(t, server)
	dsn := postgres.DSN(server.DSNAt(proxy.Port))
	schema := newSchema()
	target := open(t, postgres.Options{DSN: dsn, Schema: schema})
	number := 1
	if err := targettest.Publish(target, targettest.Stamped(t, number)); err != nil {
		t.Fatal(err)
	}
	proxy.Cut(-1, -1, false)
	number++
	if err := targettest.Publish(target, targettest.Stamped(t, number)); err != nil {
		t.Fatal(err)
	}
	up, down := proxy.Seen()
	failed, passed := 0, 0
	try := func(upTo, downTo int64, atCommit bool) {
		number++
		before := shown(t, server.DSN(), schema)
		p := targettest.Stamped(t, number)
		if !atCommit {
			proxy.Cut(upTo, downTo, false)
		}
		s, err := target.Stage(context.Background(), p)
		if err == nil {
			if atCommit {
				proxy.Cut(upTo, downTo, false)
			}
			err = errors.Join(s.Commit(context.Background()), s.Discard())
		}
		proxy.Cut(-1, -1, false)
		switch run := shown(t, server.DSN(), schema); {
		case err == nil && run == p.RunID:
			passed++
		case err != nil && run == before:
			failed++
		default:
			t.Fatalf("cut after %d bytes up, %d down: readers see %s (before %s), and the run says %v", upTo, downTo, run, before, err)
		}
	}
	const steps = 20
	for i := range int64(steps) {
		try(1+up*i/steps, -1, false)
		try(-1, 1+down*i/steps, false)
	}
	for i := range int64(20) { // COMMIT is 12 bytes, its answer 18
		try(i, -1, true)
		try(-1, i, true)
	}
	t.Logf("%d runs failed and %d passed; a run sends %d bytes and gets %d", failed, passed, up, down)
	if failed < steps || passed < 10 {
		t.Error("the cuts do not show both")
	}
}

// TestCommitUnknown cuts the connection for good after COMMIT was sent: Commit must not say that nothing was published.
func TestCommitUnknown(t *testing.T) {
	proxy := pgtest.NewProxy(t, server)
	schema := newSchema()
	target := open(t, postgres.Options{DSN: postgres.DSN(server.DSNAt(proxy.Port)), Schema: schema})
	s, err := target.Stage(context.Background(), targettest.Stamped(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	proxy.Cut(-1, 1, true)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	begun := time.Now()
	if err := s.Commit(ctx); !errors.Is(err, load.ErrUnknown) {
		t.Errorf("it says: %v", err)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	shown(t, server.DSN(), schema)
}

// TestTerminated has an administrator end the connections of runs at random moments.
func TestTerminated(t *testing.T) {
	schema := newSchema()
	target := open(t, postgres.Options{Schema: schema, DSN: postgres.DSN(server.DSN() + "&application_name=terminated")})
	publish(t, target, "r0", items(t, []string{"id"}, 0, 10, plainItem))
	admin := connect(t)
	failed := 0
	for n := 1; n <= 60; n++ {
		table := items(t, []string{"id"}, 0, 2000, func(int) string { return fmt.Sprint(" of run ", n) })
		done := make(chan error, 1)
		go func() { done <- targettest.Publish(target, targettest.Publication(fmt.Sprint("r", n), table)) }()
		time.Sleep(rand.N(80 * time.Millisecond))
		if _, err := pgtest.Exec(context.Background(), admin, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'terminated'"); err != nil {
			t.Fatal(err)
		}
		err := <-done
		lines := ask(t, "select run_id, (select count(distinct regexp_replace(name, '.* of ', '')) from %q.items), (select min(name) from %[1]q.items) from %[1]q.lastro_runs order by published_at desc limit 1", schema)
		isNew := strings.HasPrefix(lines[0], fmt.Sprintf("r%d|", n))
		if err != nil {
			failed++
		}
		if isNew != (err == nil) || (!strings.HasPrefix(lines[0], "r0|") && !strings.HasSuffix(lines[0], "|1|item 0 of run "+strings.TrimPrefix(strings.Split(lines[0], "|")[0], "r"))) {
			t.Fatalf("run %d says %v, readers see %v", n, err, lines)
		}
	}
	t.Logf("%d of 60 runs failed", failed)
	if failed == 0 {
		t.Error("nothing was terminated")
	}
}

// TestServerKilled kills the server at random moments of runs.
func TestServerKilled(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{})
	target := open(t, postgres.Options{DSN: postgres.DSN(server.DSN()), Schema: "m"})
	if err := targettest.Publish(target, targettest.Stamped(t, 0)); err != nil {
		t.Fatal(err)
	}
	number := 0
	for range 5 {
		ended := make(chan error, 1)
		before := number
		go func() {
			var err error
			for err == nil { // until the server is gone
				p, errMade := targettest.StampedRun(number + 1)
				if err = errMade; err == nil {
					if err = targettest.Publish(target, p); err == nil {
						number++
					}
				}
			}
			ended <- err
		}()
		time.Sleep(100*time.Millisecond + rand.N(200*time.Millisecond))
		server.Kill()
		if err := server.Restart(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil {
			t.Fatal("no run failed")
		}
		run := shown(t, server.DSN(), "m")
		if said := targettest.Stamped(t, number).RunID; run != said {
			t.Fatalf("readers see %s, the last run that was published is %s of %d", run, said, number-before)
		}
		if err := targettest.Publish(target, targettest.Stamped(t, number+1)); err != nil {
			t.Fatalf("the next run does not go on: %v", err)
		}
		number++
	}
}

// TestCancelWhileBlocked cancels a run that waits for a person who has locked rows, and one in the middle of a long COPY.
func TestCancelWhileBlocked(t *testing.T) {
	for name, dsn := range map[string]string{"direct": server.DSN(), "pgbouncer": pgtest.NewPooler(t, server)} {
		t.Run(name, func(t *testing.T) {
			schema := newSchema()
			target := open(t, postgres.Options{Schema: schema, DSN: postgres.DSN(dsn)})
			publish(t, target, "r1", items(t, []string{"id"}, 0, 10, plainItem))
			person := connect(t)
			if _, err := pgtest.Exec(context.Background(), person, fmt.Sprintf("begin; select * from %q.items for update", schema)); err != nil {
				t.Fatal(err)
			}
			changed := func(rows int) func(context.Context) error {
				table := items(t, []string{"id"}, 0, rows, func(int) string { return "!" })
				return func(ctx context.Context) error {
					_, err := target.Stage(ctx, targettest.Publication("r2", table))
					return err
				}
			}
			for what, stage := range map[string]func(context.Context) error{"locked rows": changed(10), "a long copy": changed(300_000)} {
				ctx, cancel := context.WithCancel(context.Background())
				var at time.Time
				time.AfterFunc(300*time.Millisecond, func() { at = time.Now(); cancel() })
				err := stage(ctx)
				if took := time.Since(at); !errors.Is(err, context.Canceled) || took > 1500*time.Millisecond {
					t.Errorf("%s: it took %v: %v", what, took, err)
				}
			}
			if _, err := pgtest.Exec(context.Background(), person, "commit"); err != nil {
				t.Fatal(err)
			}
			wantLines(t, "run", ask(t, "select run_id from %q.lastro_runs", schema), "r1")
			if err := changed(10)(context.Background()); err != nil {
				t.Errorf("the next run does not go on: %v", err)
			}
		})
	}
}
