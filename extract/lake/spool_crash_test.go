package lake

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// spoolReading is what the runs of these tests read: three groups, one key in two of them, one record in quarantine.
func spoolReading(n int) [][]spooled {
	v := fmt.Sprint(n)
	return [][]spooled{{sp("a", v), sp(fmt.Sprintf("x%d", n), v)}, {sp("b", v)}, {sp("a", v+"!")}}
}

// spoolNumbered reads reading n, or what a dead run left to read of it, and commits it. added is told of each group that
// is kept.
func spoolNumbered(ctx context.Context, l *Lake, conn *sql.Conn, runID string, at time.Time, n int, added func(group int), killed func() bool) (err error) {
	txn, err := l.Begin(runID, at)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && !killed() {
			err = errors.Join(err, txn.Abort())
		}
	}()
	s, err := txn.OpenSpool(items, fmt.Sprint("reading ", n))
	if err != nil {
		return err
	}
	groups := spoolReading(n)
	done := 0
	if resume := s.Resume(); resume != nil {
		if done, err = strconv.Atoi(string(resume)); err != nil {
			return err
		}
	}
	for ; done < len(groups); done++ {
		g, err := spoolGroupOf(ctx, txn, conn, items, s.Counts().Read, groups[done]...)
		if err != nil {
			return err
		}
		if done == 1 {
			g.Quarantined = []QuarantinedRecord{{File: "/list", Line: int64(n), Reason: "why", Record: "raw"}}
			g.Counts.Read++
			g.Counts.Quarantined++
		}
		if err := s.Add(ctx, g, fmt.Appendf(nil, "%d", done+1)); err != nil {
			return err
		}
		added(done + 1)
	}
	txn.SetCursor("shop", fmt.Appendf(nil, `{"n":%d}`, n))
	if _, err := txn.TakeSpool(ctx, conn, s, TakeOptions{Key: []string{"id"}, Covers: []string{"/list"}}); err != nil {
		return err
	}
	return txn.Commit(ctx)
}

// checkReadings proves that a view has readings 1 to n, each once.
func checkReadings(ctx context.Context, conn *sql.Conn, v *View, n int) error {
	if n == 0 {
		return nil
	}
	want := []string{fmt.Sprintf("a %d!", n), fmt.Sprintf("b %d", n)}
	for i := 1; i <= n; i++ {
		want = append(want, fmt.Sprintf("x%d %d", i, i))
	}
	want = append(want, fmt.Sprintf("versions %d", 3*n), fmt.Sprintf("quarantine %d", n))
	s, ok := v.Stream(items)
	if !ok {
		return errors.New("the stream is missing")
	}
	var got []string
	for _, statement := range []string{
		"select id || ' ' || value from (" + s.CurrentSQL() + ") order by id[1], try_cast(id[2:] as integer)",
		"select 'versions ' || count(*) from (" + s.VersionsSQL() + ") having count(*) = count(distinct (id, _run_id))",
		"select 'quarantine ' || line from (" + v.QuarantineSQL() + ")",
	} {
		rows, err := queryRows(ctx, conn, statement)
		if err != nil {
			return err
		}
		got = append(got, rows...)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("after reading %d the lake shows\n%q, want\n%q", n, got, want)
	}
	var all Counts
	for _, c := range v.Counts() {
		all = all.plus(c.Counts)
	}
	if want := (Counts{5 * int64(n), 3 * int64(n), int64(n), int64(n)}); all != want {
		return fmt.Errorf("after reading %d the counts are %+v, want %+v", n, all, want)
	}
	return nil
}

func TestSpoolFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	conn := newConn(t)
	base := filepath.Join(t.TempDir(), "base")
	l, err := Open(base, nil)
	if err != nil {
		t.Fatal(err)
	}
	never := func() bool { return false }
	if err := spoolNumbered(t.Context(), l, conn, "r1", hour(1), 1, func(int) {}, never); err != nil {
		t.Fatal(err)
	}
	// A run died after its first group: the one that meets the fault goes on from there.
	dead, err := l.Begin("dead", hour(2))
	if err != nil {
		t.Fatal(err)
	}
	s, err := dead.OpenSpool(items, "reading 2")
	if err != nil {
		t.Fatal(err)
	}
	g, err := spoolGroupOf(t.Context(), dead, conn, items, 0, spoolReading(2)[0]...)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(t.Context(), g, []byte("1")); err != nil {
		t.Fatal(err)
	}
	try := func(at int, f fault) (dir string, d *faultyDisk, added int, err error) {
		dir = filepath.Join(t.TempDir(), "lake")
		if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
		existed := filesOf(t, dir)
		d = newFaultyDisk(at, f)
		l, err := open(dir, nil, d)
		if err == nil {
			err = spoolNumbered(t.Context(), l, conn, "r3", hour(3), 2, func(group int) { added = group }, d.killed)
		}
		if f == failOnce || f == powerCut {
			if err := d.cutPower(dir, existed); err != nil {
				t.Fatal(err)
			}
		}
		return dir, d, max(added, 1), err
	}
	_, healthy, added, err := try(0, failOnce)
	if err != nil || added != 3 {
		t.Fatal(added, err)
	}
	reached := map[string]int{}
	for _, f := range []fault{failOnce, failOn, kill, powerCut} {
		for at := 1; at <= healthy.steps; at++ {
			dir, _, added, err := try(at, f)
			state := fmt.Sprintf("%s at step %d of %d (%v)", f, at, healthy.steps, err)
			l, err := Open(dir, nil)
			if err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			v := now(t, l)
			n, err := positionOf(v)
			if err == nil {
				err = checkReadings(t.Context(), conn, v, n)
			}
			if err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			reached[fmt.Sprint("reading ", n)]++
			if n == 1 {
				resumed := false
				err = spoolNumbered(t.Context(), l, conn, "r4", hour(4), 2, func(group int) {
					if !resumed && group <= added {
						t.Fatalf("%s: group %d was kept and is read again", state, group)
					}
					resumed = true
				}, never)
			} else {
				err = tryRun(t.Context(), l, "r4", hour(4), func(txn *Txn) error {
					s, err := txn.OpenSpool(items, "reading 2")
					if err == nil && s.Resume() != nil {
						err = fmt.Errorf("the committed spool is open again: %s", s.Resume())
					}
					return err
				})
			}
			if err == nil {
				err = checkReadings(t.Context(), conn, now(t, l), 2)
			}
			if err != nil {
				t.Fatalf("%s, then the next run: %v", state, err)
			}
			txn, err := l.Begin("r9", hour(9))
			if err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			checkClean(t, l)
			if err := txn.Abort(); err != nil {
				t.Fatalf("%s: %v", state, err)
			}
		}
	}
	if reached["reading 1"] == 0 || reached["reading 2"] == 0 {
		t.Errorf("faults reached %v", reached)
	}
	t.Logf("%d steps, states reached %v", healthy.steps, reached)
}

// spoolForever reads and commits until it is killed. It says each group that is kept, and each reading committed.
func spoolForever(ctx context.Context, dir string) error {
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
		// A run has an id and a moment of its own, also when it goes on with the reading of a dead one.
		at := start.Add(time.Duration(time.Now().UnixMicro()%1e12) * time.Microsecond)
		err := spoolNumbered(ctx, l, conn, fmt.Sprintf("r%d-%d", n, os.Getpid()), at, n, func(group int) { fmt.Println("group", n, group) }, func() bool { return false })
		if err != nil {
			return err
		}
		fmt.Println("commit", n, 0)
	}
}

func TestKilledWhileSpooling(t *testing.T) {
	t.Parallel()
	kills := 20
	if text := os.Getenv(killsEnv); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsEnv, err)
		}
	}
	conn := newConn(t)
	dir := filepath.Join(t.TempDir(), "lake")
	random := rand.New(rand.NewPCG(3, 4))
	resumed := 0
	for life := range kills {
		committed, group, err := killSpoolChild(t, dir, time.Duration(random.IntN(120_000))*time.Microsecond)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Open(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		v := now(t, l)
		n, err := positionOf(v)
		if err == nil {
			err = checkReadings(t.Context(), conn, v, n)
		}
		if err != nil {
			t.Fatal(err)
		}
		if n < committed || n > committed+1 {
			t.Fatalf("the child said reading %d was committed, the lake is at %d", committed, n)
		}
		txn, err := l.Begin(fmt.Sprintf("parent-%d", life), hour(1))
		if err != nil {
			t.Fatal(err)
		}
		s, err := txn.OpenSpool(items, fmt.Sprint("reading ", n+1))
		if err != nil {
			t.Fatal(err)
		}
		have := 0
		if resume := s.Resume(); resume != nil {
			resumed++
			if have, err = strconv.Atoi(string(resume)); err != nil {
				t.Fatal(err)
			}
		}
		if n == committed && have < group {
			t.Fatalf("group %d of reading %d was kept, the spool has %d", group, n+1, have)
		}
		if n > committed && have > 0 {
			t.Fatalf("reading %d was just committed, the spool of the next has %d groups", n, have)
		}
		if err := txn.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if resumed == 0 {
		t.Error("no life ended within a reading")
	}
	t.Logf("%d of %d lives left a spool", resumed, kills)
}

// killSpoolChild lets a child commit at least once and kills it a while later. It gives the last reading that the child
// said was committed, and the last group kept of the next one.
func killSpoolChild(t *testing.T, dir string, after time.Duration) (committed, group int, err error) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), spoolChildEnv+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := child.Start(); err != nil {
		return 0, 0, err
	}
	armed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what string
		var n, g int
		if _, err := fmt.Sscan(lines.Text(), &what, &n, &g); err != nil {
			return 0, 0, errors.New(lines.Text())
		}
		if group = g; what == "commit" {
			committed = n
			if !armed {
				armed = true
				time.AfterFunc(after, func() { _ = child.Process.Kill() })
			}
		}
	}
	_ = child.Wait() // it was killed: that is no error here
	if !armed && !strings.HasPrefix(child.ProcessState.String(), "signal") {
		return 0, 0, errors.New("the child committed nothing")
	}
	return committed, group, nil
}
