package sourcetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the engine of a run
	"go.uber.org/goleak"

	"lastro/extract"
	"lastro/extract/lake"
)

var streamID = lake.StreamID{Source: SourceName, Stream: StreamName}

// stage is a world, a lake, and the runs that read the one into the other.
type stage struct {
	t     *testing.T
	h     Harness
	world World
	dir   string // of the lake
	lake  *lake.Lake
	conn  *sql.Conn
	now   time.Time
	runs  int
	truth map[string]Record // by id
}

func (h Harness) stage(t *testing.T) *stage {
	t.Helper()
	s := &stage{
		t: t, h: h, world: h.World(t), dir: filepath.Join(t.TempDir(), "lake"),
		now: time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC), truth: map[string]Record{},
	}
	s.open()
	db, conn, err := engine(t.TempDir())
	s.must(err)
	t.Cleanup(func() { _, _ = conn.Close(), db.Close() })
	s.conn = conn
	return s
}

// open opens the lake as another process would.
func (s *stage) open() {
	s.t.Helper()
	var err error
	s.lake, err = lake.Open(s.dir, slog.New(slog.DiscardHandler))
	s.must(err)
}

func engine(temp string) (*sql.DB, *sql.Conn, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	// Runs have an engine each: one that many runs share would take a file of an earlier run's name for that file.
	for _, set := range []string{"set memory_limit = '1GB'", "set enable_external_file_cache = false", "set temp_directory = '" + temp + "'"} {
		if _, err := conn.ExecContext(context.Background(), set); err != nil {
			return nil, nil, errors.Join(err, conn.Close(), db.Close())
		}
	}
	return db, conn, nil
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// put changes the world and what is known to be true of it.
func (s *stage) put(records ...Record) {
	s.t.Helper()
	for i := range records {
		if records[i].ChangedAt.IsZero() {
			records[i].ChangedAt = s.now.Add(-time.Minute)
		}
		s.truth[records[i].ID] = records[i]
	}
	s.must(s.world.Put(records...))
}

// night lets a day go by.
func (s *stage) night() { s.now = s.now.Add(24 * time.Hour) }

// run reads and commits what may be committed, as a pipeline does.
func (s *stage) run(o Opening) (extract.Report, error) {
	s.t.Helper()
	return s.runIn(context.Background(), o)
}

func (s *stage) runIn(ctx context.Context, o Opening) (extract.Report, error) {
	s.t.Helper()
	before := goleak.IgnoreCurrent()
	s.runs++
	if o.Now.IsZero() {
		o.Now = s.now
	}
	s.clock(o.Now)
	report, err := s.h.run(ctx, s.lake, s.conn, s.world.Place, fmt.Sprintf("run-%03d", s.runs), o)
	if leak := goleak.Find(before); leak != nil {
		s.t.Errorf("the reading left a goroutine: %v", leak)
	}
	s.tie()
	return report, err
}

func (s *stage) clock(now time.Time) {
	if s.world.At != nil {
		s.world.At(now)
	}
}

func (h Harness) run(ctx context.Context, l *lake.Lake, conn *sql.Conn, place, id string, o Opening) (report extract.Report, err error) {
	source, err := h.Open(place, o)
	if err != nil {
		return report, err
	}
	known, err := l.Now()
	if err != nil {
		return report, err
	}
	txn, err := l.Begin(id, o.Now)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, txn.Abort()) }()
	report, err = source.Read(ctx, extract.Session{Txn: txn, Known: known, Conn: conn, Log: slog.New(slog.DiscardHandler)})
	var failed *extract.ReadError
	if err != nil && !(errors.As(err, &failed) && failed.Kept) {
		return report, err
	}
	return report, errors.Join(err, txn.Commit(context.Background()))
}

// read is a run that must succeed and leave the truth.
func (s *stage) read() extract.Report {
	s.t.Helper()
	report, err := s.run(Opening{})
	s.must(err)
	s.shows("after a run", s.wanted())
	return report
}

// wanted are the records that should be there.
func (s *stage) wanted() []string {
	var rows []string
	for _, r := range s.truth {
		rows = append(rows, fmt.Sprintf("%s|%s|%v", r.ID, r.Name, r.Amount))
	}
	slices.Sort(rows)
	return rows
}

// rows are the records that are there. A tombstone is none.
func (s *stage) rows() []string {
	return s.query("id || '|' || coalesce(name, '.') || '|' || coalesce(amount::varchar, '.')")
}

func (s *stage) query(column string) []string {
	s.t.Helper()
	view, err := s.lake.Now()
	s.must(err)
	stream, ok := view.Stream(streamID)
	if !ok || len(stream.Columns) == 0 {
		return nil
	}
	text := "select " + column + " from (" + stream.CurrentSQL() + ") as stream"
	if slices.ContainsFunc(stream.Columns, func(c lake.Column) bool { return c.Name == "_deleted" }) {
		text += " where not coalesce(_deleted, false)"
	}
	return s.list(text)
}

// list gives the texts of a query of one column, in order.
func (s *stage) list(query string) []string {
	s.t.Helper()
	rows, err := s.conn.QueryContext(context.Background(), "select coalesce(x, '.') from ("+query+") as found(x) order by 1")
	s.must(err)
	defer func() { s.must(rows.Close()) }()
	var texts []string
	for rows.Next() {
		var text string
		s.must(rows.Scan(&text))
		texts = append(texts, text)
	}
	s.must(rows.Err())
	slices.Sort(texts)
	return texts
}

func (s *stage) quarantine() []string {
	s.t.Helper()
	view, err := s.lake.Now()
	s.must(err)
	return s.list("select coalesce(column_name, '') || ': ' || reason from (" + view.QuarantineSQL() + ")")
}

// shows fails the test unless the lake shows exactly these records.
func (s *stage) shows(when string, want []string) {
	s.t.Helper()
	if got := s.rows(); !slices.Equal(got, want) {
		s.t.Fatalf("%s: %s", when, difference(got, want))
	}
}

func difference(got, want []string) string {
	var extra, missing []string
	for _, row := range got {
		if _, ok := slices.BinarySearch(want, row); !ok {
			extra = append(extra, row)
		}
	}
	for _, row := range want {
		if _, ok := slices.BinarySearch(got, row); !ok {
			missing = append(missing, row)
		}
	}
	return fmt.Sprintf("%d records, not %d; too many: %s; missing: %s", len(got), len(want), few(extra), few(missing))
}

func few(rows []string) string { return strings.Join(rows[:min(len(rows), 8)], ", ") }

// tie fails the test unless the counts of every run tie, with each other and with the batches.
func (s *stage) tie() {
	s.t.Helper()
	view, err := s.lake.Now()
	s.must(err)
	landed := map[string]int64{}
	if stream, ok := view.Stream(streamID); ok {
		for _, b := range stream.Batches {
			landed[b.RunID] += b.Rows
		}
	}
	for _, c := range view.Counts() {
		if c.Read != c.Accepted+c.Dropped+c.Quarantined || c.Accepted != landed[c.RunID] {
			s.t.Errorf("the counts of %s do not tie: %d read, %d accepted, %d dropped, %d quarantined; %d rows landed",
				c.RunID, c.Read, c.Accepted, c.Dropped, c.Quarantined, landed[c.RunID])
		}
		delete(landed, c.RunID)
	}
	for run, rows := range landed {
		s.t.Errorf("%d rows of %s were never counted", rows, run)
	}
}

func (s *stage) fingerprint() string {
	s.t.Helper()
	view, err := s.lake.Now()
	s.must(err)
	return view.Fingerprint()
}

// before says that records were changed some time ago.
func (s *stage) before(ago time.Duration, records []Record) []Record {
	for i := range records {
		records[i].ChangedAt = s.now.Add(-ago)
	}
	return records
}

// some makes n records, named after a round.
func some(n int, round string) []Record {
	records := make([]Record, n)
	for i := range records {
		records[i] = Record{ID: fmt.Sprintf("t%05d", i), Name: fmt.Sprintf("thing %d %s", i, round), Amount: i * 7}
	}
	return records
}
