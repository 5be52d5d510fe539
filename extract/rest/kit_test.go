package rest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"go.uber.org/goleak"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

func TestMain(m *testing.M) {
	if os.Getenv(killedBase) != "" {
		os.Exit(runToBeKilled())
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// world is an API on loopback, a lake, and runs that read the one into the other.
type world struct {
	t         *testing.T
	mux       *http.ServeMux
	server    *httptest.Server
	connector string
	options   Options
	groupRows int64
	lakeDir   string
	lake      *lake.Lake
	conn      *sql.Conn
	runs      int
	mu        sync.Mutex
	clock     time.Time                        // of the API and of the runs
	requests  []string                         // METHOD path?query of all, in order
	failAt    func(n int, r *http.Request) int // a status in place of the n-th answer (from 1); 0: none
	kill      func()
	killAt    int // the request at which kill is called
	cancelAt  int // the request that cancels the run; 0: none
	cancel    context.CancelFunc
}

func newWorld(t *testing.T, connector string) *world {
	t.Helper()
	w := &world{t: t, mux: http.NewServeMux(), connector: connector, clock: time.Date(2026, 1, 1, 2, 30, 0, 0, time.UTC)}
	w.server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		// a server notices that a client is gone only when it has read what it sent
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.mu.Lock()
		w.requests = append(w.requests, r.Method+" "+r.URL.RequestURI())
		n, status := len(w.requests), 0
		if w.failAt != nil {
			status = w.failAt(n, r)
		}
		cancel, kill := w.cancelAt == n, w.killAt == n
		now := w.clock
		w.mu.Unlock()
		out.Header().Set("Date", now.Format(http.TimeFormat))
		out.Header().Set("Content-Type", "application/json")
		switch {
		case kill:
			w.kill()
		case cancel:
			w.cancel()
			select {
			case <-r.Context().Done():
			case <-time.After(10 * time.Second):
			}
		case status != 0:
			out.WriteHeader(status)
			fmt.Fprint(out, `{"error": {"message": "no"}}`)
		default:
			w.mux.ServeHTTP(out, r)
		}
	}))
	t.Cleanup(w.server.Close)
	var err error
	w.lakeDir = filepath.Join(t.TempDir(), "lake")
	w.lake, err = lake.Open(w.lakeDir, slog.New(slog.DiscardHandler))
	w.must(err)
	db, err := sql.Open("duckdb", "")
	w.must(err)
	t.Cleanup(func() { _ = db.Close() })
	w.conn, err = db.Conn(context.Background())
	w.must(err)
	t.Cleanup(func() { _ = w.conn.Close() })
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// handle answers a path of the API.
func (w *world) handle(pattern string, answer http.HandlerFunc) { w.mux.HandleFunc(pattern, answer) }

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) source() *Source {
	w.t.Helper()
	text := strings.ReplaceAll(w.connector, "BASE", w.server.URL)
	c, err := spec.Parse("test.yaml", []byte(text))
	w.must(err)
	o := w.options
	o.Connector, o.Now = c, w.now
	s, err := New("api", o)
	w.must(err)
	if w.groupRows > 0 {
		s.groupRows = w.groupRows
	}
	return s
}

// read makes a run and commits it.
func (w *world) read() extract.Report {
	w.t.Helper()
	report, err := w.try(context.Background())
	w.must(err)
	return report
}

// try makes a run, and commits it when the reading says that it may be.
func (w *world) try(ctx context.Context) (extract.Report, error) {
	w.t.Helper()
	w.mu.Lock()
	w.requests, w.runs = nil, w.runs+1
	w.mu.Unlock()
	ctx, w.cancel = context.WithCancel(ctx)
	defer w.cancel()
	known := w.known()
	txn, err := w.lake.Begin(fmt.Sprintf("run-%03d", w.runs), w.now())
	w.must(err)
	defer func() { w.must(txn.Abort()) }()
	report, err := w.source().Read(ctx, extract.Session{Txn: txn, Known: known, Conn: w.conn, Log: slog.New(slog.DiscardHandler)})
	var kept *extract.ReadError
	if err != nil && (!errors.As(err, &kept) || !kept.Kept) {
		return report, err
	}
	w.must(txn.Commit(context.Background()))
	return report, err
}

func (w *world) known() *lake.View {
	w.t.Helper()
	known, err := w.lake.Now()
	w.must(err)
	return known
}

// asked gives the requests of the last run.
func (w *world) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

// current gives columns of a stream's current records as text joined by |, NULL as a dot, sorted.
func (w *world) current(stream, columns string) []string {
	w.t.Helper()
	s, ok := w.known().Stream(lake.StreamID{Source: "api", Stream: stream})
	if !ok {
		return nil
	}
	return w.rows("select " + columns + " from (" + s.CurrentSQL() + ")")
}

func (w *world) versions(stream, columns string) []string {
	w.t.Helper()
	s, _ := w.known().Stream(lake.StreamID{Source: "api", Stream: stream})
	return w.rows("select " + columns + " from (" + s.VersionsSQL() + ")")
}

func (w *world) rows(query string) []string {
	w.t.Helper()
	rows, err := w.conn.QueryContext(context.Background(), "select columns(*)::varchar from ("+query+")")
	if err != nil {
		w.t.Fatalf("%v in %s", err, query)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	w.must(err)
	var got []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		w.must(rows.Scan(into...))
		texts := make([]string, len(names))
		for i, v := range values {
			if texts[i] = v.String; !v.Valid {
				texts[i] = "."
			}
		}
		got = append(got, strings.Join(texts, "|"))
	}
	w.must(rows.Err())
	slices.Sort(got)
	return got
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not say %q", err, part)
		}
	}
}

func streamReport(t *testing.T, r extract.Report, stream string) extract.StreamReport {
	t.Helper()
	for _, s := range r.Streams {
		if s.ID.Stream == stream {
			return s
		}
	}
	t.Fatalf("no report of %s", stream)
	return extract.StreamReport{}
}
