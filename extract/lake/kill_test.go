package lake

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

const (
	childEnv      = "LASTRO_TEST_LAKE_CHILD"
	spoolChildEnv = "LASTRO_TEST_SPOOL_CHILD"
	killsEnv      = "LASTRO_TEST_KILLS"
)

// TestMain runs the tests, or in a child process commits until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := commitForever(context.Background(), dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(spoolChildEnv); dir != "" {
		if err := spoolForever(context.Background(), dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(forgetEnv); dir != "" {
		os.Exit(forgetOnce(context.Background(), dir))
	}
	// Each check writes a dozen Parquet files; -rapid.checks on the command line wins.
	if err := flag.Set("rapid.checks", "30"); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// position is the cursor of the child's runs.
type position struct {
	N int `json:"n"`
}

func positionOf(v *View) (n int, err error) {
	cursor, ok := v.Cursor("shop")
	if !ok {
		return 0, nil
	}
	var p position
	err = json.Unmarshal(cursor, &p)
	return p.N, err
}

// commitForever commits run after run, with a vacuum now and then, and says
// the number of each that is committed.
func commitForever(ctx context.Context, dir string) error {
	l, err := Open(dir, nil)
	if err != nil {
		return err
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	v, err := l.Now()
	if err != nil {
		return err
	}
	n, err := positionOf(v)
	if err != nil {
		return err
	}
	for {
		n++
		if err := tryRun(ctx, l, fmt.Sprintf("r%06d", n), hour(n), func(txn *Txn) error { return numberedRun(ctx, txn, conn, n) }); err != nil {
			return err
		}
		fmt.Println(n)
		if n%5 == 0 {
			if _, err := l.Vacuum(ctx, VacuumOptions{Before: hour(n - 2)}); err != nil {
				return err
			}
		}
	}
}

// numberedRun writes what tells run n from every other: n in each of seven
// keys' turn, n events in the one file of a stream without key, one record in
// quarantine.
func numberedRun(ctx context.Context, txn *Txn, conn *sql.Conn, n int) error {
	var many []record
	for i := range n%9 + 1 {
		many = append(many, record{fmt.Sprint(i), fmt.Sprint(n), "a.csv", i})
	}
	txn.SetCursor("shop", fmt.Appendf(nil, `{"n":%d}`, n))
	txn.Count(items, Counts{Read: 2, Dropped: 1, Quarantined: 1})
	return errors.Join(
		accept(ctx, txn, conn, items, byID, rec(fmt.Sprint(n%7), fmt.Sprint(n))),
		accept(ctx, txn, conn, events, BatchOptions{ReplacesFile: "a.csv"}, many...),
		txn.Quarantine(ctx, items, []string{"a.csv"}, bad(QuarantinedRecord{"a.csv", int64(n), "id", "why", "raw"})),
	)
}

// checkNumbered proves that a view is the whole state after run n.
func checkNumbered(ctx context.Context, conn *sql.Conn, v *View, n int) error {
	if n == 0 {
		return nil
	}
	var want, got []string
	for id := range 7 {
		if last := n - (n-id+7)%7; last > 0 {
			want = append(want, fmt.Sprintf("items %d %d", id, last))
		}
	}
	for i := range n%9 + 1 {
		want = append(want, fmt.Sprintf("events %d %d", i, n))
	}
	want = append(want, fmt.Sprintf("quarantine %d", n))
	s, _ := v.Stream(items)
	e, _ := v.Stream(events)
	for _, statement := range []string{
		"select 'items ' || id || ' ' || value from (" + s.CurrentSQL() + ") order by cast(id as integer)",
		"select 'events ' || id || ' ' || value from (" + e.CurrentSQL() + ") order by id",
		"select 'quarantine ' || line from (" + v.QuarantineSQL() + ")",
	} {
		rows, err := queryRows(ctx, conn, statement)
		if err != nil {
			return err
		}
		got = append(got, rows...)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("after run %d the lake shows\n%q, want\n%q", n, got, want)
	}
	if len(v.Counts()) != 2*n {
		return fmt.Errorf("after run %d there are counts of %d streams, want %d", n, len(v.Counts()), 2*n)
	}
	return nil
}

func TestKilledWhileCommitting(t *testing.T) {
	t.Parallel()
	kills := 30
	if text := os.Getenv(killsEnv); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsEnv, err)
		}
	}
	conn := newConn(t)
	dir := filepath.Join(t.TempDir(), "lake")
	random := rand.New(rand.NewPCG(1, 2))
	reached := 0
	for range kills {
		said, err := killChild(t, dir, time.Duration(random.IntN(60_000))*time.Microsecond)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Open(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		v := now(t, l)
		n, err := positionOf(v)
		if err != nil {
			t.Fatal(err)
		}
		if n < max(said, reached) || (said > 0 && n > said+1) {
			t.Fatalf("the child said run %d was committed (before it %d), the lake is at %d", said, reached, n)
		}
		reached = n
		if err := checkNumbered(t.Context(), conn, v, n); err != nil {
			t.Fatal(err)
		}
		txn, err := l.Begin("parent", hour(n+1))
		if err != nil {
			t.Fatal(err)
		}
		checkClean(t, l)
		if err := txn.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if reached < kills/4 {
		t.Errorf("only %d runs were committed in %d lives", reached, kills)
	}
	t.Logf("%d runs committed in %d lives", reached, kills)
}

// killChild lets a child commit at least once and kills it a while later. It
// gives the last run that the child said was committed.
func killChild(t *testing.T, dir string, after time.Duration) (said int, err error) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := child.Start(); err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		first := said == 0
		if said, err = strconv.Atoi(lines.Text()); err != nil {
			return 0, errors.New(lines.Text())
		}
		if first {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait() // it was killed: that is no error here
	return said, nil
}

func TestReadersMeetWholeRuns(t *testing.T) {
	t.Parallel()
	l, conn := newLake(t), newConn(t)
	const runs = 25
	stop := make(chan struct{})
	failed := make(chan error, 2)
	for range 2 {
		reader := newConn(t)
		go func() {
			defer func() { failed <- nil }()
			for {
				select {
				case <-stop:
					return
				default:
				}
				v, err := l.Now()
				if err == nil {
					var n int
					if n, err = positionOf(v); err == nil {
						err = checkNumbered(t.Context(), reader, v, n)
					}
				}
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	for n := 1; n <= runs; n++ {
		commitRun(t, l, fmt.Sprintf("r%d", n), hour(n), func(txn *Txn) error { return numberedRun(t.Context(), txn, conn, n) })
	}
	close(stop)
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	for n := 1; n <= runs; n += 6 {
		v, err := l.AsKnownByRun(fmt.Sprintf("r%d", n))
		if err != nil {
			t.Fatal(err)
		}
		if err := checkNumbered(t.Context(), conn, v, n); err != nil {
			t.Error(err)
		}
	}
}
