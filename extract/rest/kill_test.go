package rest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

// What the process that is to be killed is told.
const (
	killedBase = "LASTRO_TEST_BASE"
	killedLake = "LASTRO_TEST_LAKE"
	killedSpec = "LASTRO_TEST_CONNECTOR"
	killedTime = "LASTRO_TEST_TIME"
)

// runToBeKilled is a whole run in a process of its own: page groups of two pages, then the commit.
func runToBeKilled() int {
	if err := killedRun(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func killedRun(ctx context.Context) error {
	into, err := lake.Open(os.Getenv(killedLake), nil)
	if err != nil {
		return err
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := spec.Parse("test.yaml", []byte(os.Getenv(killedSpec)))
	if err != nil {
		return err
	}
	now, err := time.Parse(time.RFC3339, os.Getenv(killedTime))
	if err != nil {
		return err
	}
	s, err := New("api", Options{Connector: c, Parallel: 1, Now: func() time.Time { return now }})
	if err != nil {
		return err
	}
	s.groupRows = 6
	known, err := into.Now()
	if err != nil {
		return err
	}
	txn, err := into.Begin("killed", now)
	if err != nil {
		return err
	}
	_, err = s.Read(ctx, extract.Session{Txn: txn, Known: known, Conn: conn, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return errors.Join(err, txn.Abort())
	}
	return txn.Commit(ctx)
}

// TestKill kills the process of a run at each of its requests, in a first reading and in one by events. A run after it
// makes the lake what the API is, and does not begin anew.
func TestKill(t *testing.T) {
	const whole = 22 // requests of a first reading
	for _, incremental := range []bool{false, true} {
		for at := 1; at < 60; at += 3 {
			w := newWorld(t, bills)
			b := newBilling(w)
			b.fill(11)
			w.pass(24 * time.Hour)
			w.options.Parallel, w.groupRows = 1, 6
			if incremental {
				w.read()
				w.pass(time.Hour)
				for i := range 4 {
					b.put(fmt.Sprintf("b%02d", i+2), "second", "blue", 6-i)
				}
				b.drop("b07")
			}
			run := exec.Command(os.Args[0])
			run.Env = append(os.Environ(), killedBase+"="+w.server.URL, killedLake+"="+w.lakeDir, killedTime+"="+w.now().Format(time.RFC3339),
				killedSpec+"="+strings.ReplaceAll(bills, "BASE", w.server.URL))
			w.mu.Lock()
			started := make(chan struct{})
			w.requests, w.killAt, w.kill = nil, at, func() {
				<-started
				_ = run.Process.Kill()
			}
			w.mu.Unlock()
			var output bytes.Buffer
			run.Stdout, run.Stderr = &output, &output
			w.must(run.Start())
			close(started)
			err := run.Wait()
			first := len(w.asked())
			w.mu.Lock()
			w.killAt = 0
			w.mu.Unlock()
			if err == nil {
				if !incremental && first != whole {
					t.Errorf("a first reading takes %d requests, not %d", first, whole)
				}
				break
			}
			if output.Len() > 0 {
				t.Fatalf("killed at %d, it said %s", at, output.String())
			}
			w.pass(time.Minute)
			w.read()
			b.check(fmt.Sprintf("incremental %t, killed at %d", incremental, at))
			if again := len(w.asked()); !incremental && at > 8 && again >= whole {
				t.Errorf("killed at request %d of %d, the next run took %d", at, whole, again)
			}
		}
	}
}
