package chaos

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"go.uber.org/goleak"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/fetch"
	"lastro/extract/sourcetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestChaos runs nights of faults by seed: 100, or as many as LASTRO_CHAOS says; LASTRO_CHAOS_SEED runs one alone. Each
// night ends either complete, with what the API had, or failed, with what the lake had. A night without faults then
// brings the truth.
func TestChaos(t *testing.T) {
	runs, first := 100, 1
	if text := os.Getenv("LASTRO_CHAOS"); text != "" {
		runs = number(t, text)
	}
	if text := os.Getenv("LASTRO_CHAOS_SEED"); text != "" {
		first, runs = number(t, text), 1
	}
	b := &book{faults: map[fault]*entry{}}
	seeds := make(chan int)
	t.Run("seeds", func(t *testing.T) {
		for worker := range workers {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				live(t, b, seeds)
			})
		}
		go func() {
			defer close(seeds)
			for seed := first; seed < first+runs; seed++ {
				seeds <- seed
			}
		}()
	})
	t.Logf("%d nights with faults: %d complete, %d failed with the old data whole\n%s", b.complete+b.failed, b.complete, b.failed, b)
	if runs >= 100 {
		b.check(t)
	}
}

const workers = 2

// live takes seeds until there are none left, or one has failed.
func live(t *testing.T, b *book, seeds <-chan int) {
	defer func() {
		for range seeds { // that nobody waits for ever
		}
	}()
	db, err := sql.Open("duckdb", "")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer func() { must(t, conn.Close()) }()
	// Runs have an engine each: one that many runs share would take a file of an earlier run's name for that file.
	for _, set := range []string{"set memory_limit = '1GB'", "set threads = 1", "set enable_external_file_cache = false"} {
		_, err = conn.ExecContext(t.Context(), set)
		must(t, err)
	}
	for seed := range seeds {
		c := &company{t: t, seed: seed, conn: conn, book: b}
		c.live()
	}
}

func number(t *testing.T, text string) int {
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// company is one run by seed: a world, its API, a lake, and some nights.
type company struct {
	t       *testing.T
	seed    int
	conn    *sql.Conn
	book    *book
	random  *rand.Rand
	world   *world
	api     *api
	style   string
	lake    *lake.Lake
	runs    int
	clients []*fetch.Client
	open    bool            // the last reading has not ended
	strange map[string]bool // records of a form that the stream cannot take, since the past began
}

const badNights = 2

func (c *company) live() {
	c.random = rand.New(rand.NewPCG(uint64(c.seed), 7))
	c.world = newWorld()
	c.api = newAPI(c.world)
	defer c.api.Close()
	if os.Getenv("LASTRO_CHAOS_SEED") != "" {
		c.api.trace = c.t.Logf
	}
	c.style = slices.Sorted(maps.Keys(styles))[c.random.IntN(len(styles))]
	dir, err := os.MkdirTemp(c.t.TempDir(), "lake-")
	must(c.t, err)
	defer func() { must(c.t, os.RemoveAll(dir)) }()
	c.lake, err = lake.Open(filepath.Join(dir, "lake"), slog.New(slog.DiscardHandler))
	must(c.t, err)
	for range 10 + c.random.IntN(60) {
		c.world.live(c.random)
	}
	for range badNights {
		c.bad()
	}
	c.good()
}

func (c *company) fail(format string, values ...any) {
	c.t.Helper()
	c.t.Fatalf("seed %d, %s, run %d: %s (LASTRO_CHAOS_SEED=%d runs it alone)", c.seed, c.style, c.runs, fmt.Sprintf(format, values...), c.seed)
}

// bad is a night on which things go wrong while the company lives on.
func (c *company) bad() {
	p := planned(c.random)
	for range c.random.IntN(12) {
		c.world.live(c.random)
	}
	strange := map[string]bool{}
	for _, f := range []fault{changedType, newField} {
		if _, ok := p.faults[f]; ok {
			if id := c.world.drift(c.random, f); id != "" {
				p.served[f]++
				strange[id] = strange[id] || f == changedType
			}
		}
	}
	var during *rand.Rand
	if c.random.IntN(2) == 0 {
		during = rand.New(rand.NewPCG(uint64(c.seed), 8))
	}
	was := c.rows()
	c.begin()
	c.api.night(p, during)
	report, err := c.run()
	is := c.rows()
	if err != nil {
		if !slices.Equal(is, was) {
			c.fail("it failed (%v) and the old data is not whole: %v, was %v", err, is, was)
		}
		maps.Copy(c.strange, strange)
		c.open = true
	} else {
		maps.Copy(c.strange, strange)
		c.complete(is, was, c.strange, p)
		c.open = false
	}
	c.book.note(p, c, report, err)
	if c.api.trace != nil {
		c.t.Logf("run %d, %s: %v: %v: %+v", c.runs, c.style, p.served, err, report.Streams)
	}
	c.api.night(nil, nil)
	c.mend(strange)
	c.world.pass(24 * time.Hour)
}

// begin begins the past anew, unless a reading is still open: one that failed goes on where it stood, and what it has
// read is of an earlier night.
func (c *company) begin() {
	if !c.open {
		c.world.begin()
		c.strange = map[string]bool{}
	}
}

// complete wants each record to be as the API had it at some moment of the reading. Of one that came in a form that the
// stream cannot take what the lake had must still stand.
func (c *company) complete(is, was []string, strange map[string]bool, p *plan) {
	have, had := byID(is), byID(was)
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	for id, row := range have {
		if past := c.world.past[id]; !slices.Contains(past, row) && !(strange[id] && had[id] == row) {
			c.fail("complete with %v, but %s was never so: %q", p.served, row, past)
		}
	}
	for id := range c.world.there {
		_, ok := have[id]
		if ok || slices.Contains(c.world.past[id], "") {
			continue
		}
		if !strange[id] {
			c.fail("complete with %v, but %s is missing", p.served, id)
		}
		if had[id] != "" {
			c.fail("complete with %v, but what the lake had of %s, which is in quarantine, is gone", p.served, id)
		}
	}
}

func byID(rows []string) map[string]string {
	found := map[string]string{}
	for _, row := range rows {
		id, _, _ := strings.Cut(row, "|")
		found[id] = row
	}
	return found
}

// mend gives records of a strange form a common one again.
func (c *company) mend(strange map[string]bool) {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	c.world.clock = c.world.clock.Add(time.Hour)
	for id := range strange {
		if t := c.world.things[id]; !t.gone && t.Amount == "lots" {
			c.world.put(sourcetest.Record{ID: id, Name: "mended", Amount: 1})
		}
	}
}

// good are nights without faults: the first ends the reading that is open, the second brings the truth.
func (c *company) good() {
	for night := range 2 {
		was := c.rows()
		c.begin()
		if _, err := c.run(); err != nil {
			c.fail("a good night fails: %v", err)
		}
		is, want := c.rows(), c.world.rows()
		c.complete(is, was, c.strange, &plan{})
		if (night > 0 || !c.open) && !slices.Equal(is, want) {
			c.fail("a good night does not bring the truth:\n%v\nwant\n%v", is, want)
		}
		c.open = false
		c.world.pass(24 * time.Hour)
	}
}

// run makes a run as a pipeline does.
func (c *company) run() (extract.Report, error) {
	c.runs++
	c.clients = nil
	sleep := func(ctx context.Context, d time.Duration) error {
		c.world.pass(d)
		return ctx.Err()
	}
	s, err := source(c.api.URL+"#"+c.style, sourcetest.Opening{}, c.world.now, sleep, &c.clients)
	must(c.t, err)
	known, err := c.lake.Now()
	must(c.t, err)
	txn, err := c.lake.Begin(fmt.Sprintf("run-%d", c.runs), c.world.now())
	must(c.t, err)
	defer func() { must(c.t, txn.Abort()) }()
	report, err := s.Read(c.t.Context(), extract.Session{Txn: txn, Known: known, Conn: c.conn, Log: slog.New(slog.DiscardHandler)})
	var failed *extract.ReadError
	if err == nil || errors.As(err, &failed) && failed.Kept {
		must(c.t, txn.Commit(c.t.Context()))
	}
	for _, stream := range report.Streams {
		if n := stream.Counts; n.Read != n.Accepted+n.Dropped+n.Quarantined {
			c.fail("the counts do not tie: %+v", n)
		}
	}
	return report, err
}

// rows are the records that the lake shows.
func (c *company) rows() []string {
	view, err := c.lake.Now()
	must(c.t, err)
	stream, ok := view.Stream(lake.StreamID{Source: sourcetest.SourceName, Stream: sourcetest.StreamName})
	if !ok || len(stream.Columns) == 0 {
		return nil
	}
	rows, err := c.conn.QueryContext(c.t.Context(), "select id || '|' || coalesce(name, '.') || '|' || coalesce(amount::varchar, '.') from ("+
		stream.CurrentSQL()+") as stream where not coalesce(_deleted, false) order by id")
	must(c.t, err)
	defer func() { _ = rows.Close() }()
	var texts []string
	for rows.Next() {
		var text string
		must(c.t, rows.Scan(&text))
		texts = append(texts, text)
	}
	must(c.t, rows.Err())
	slices.Sort(texts)
	return texts
}
