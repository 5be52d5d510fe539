package files

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"lastro/extract"
	"lastro/extract/lake"
)

// world is a folder of files, a lake, and runs that read the one into the other.
type world struct {
	t      *testing.T
	folder string
	config Config
	lake   *lake.Lake
	conn   *sql.Conn
	runs   int
	large  bool // files are taken for large ones, whatever their size
	clock  time.Time
}

func newWorld(t *testing.T, files map[string]string) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir(), clock: time.Date(2025, 9, 1, 2, 30, 0, 0, time.UTC)}
	w.config.Path = w.folder
	for name, text := range files {
		w.put(name, text)
	}
	var err error
	w.lake, err = lake.Open(filepath.Join(t.TempDir(), "lake"), slog.New(slog.DiscardHandler))
	w.must(err)
	db, err := sql.Open("duckdb", "")
	w.must(err)
	t.Cleanup(func() { _ = db.Close() })
	w.conn, err = db.Conn(context.Background())
	w.must(err)
	t.Cleanup(func() { _ = w.conn.Close() })
	w.exec("set memory_limit = '1GB'")
	w.exec("set temp_directory = '" + t.TempDir() + "'")
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(query string) {
	w.t.Helper()
	_, err := w.conn.ExecContext(context.Background(), query)
	w.must(err)
}

// put writes a file as it would stand after some time.
func (w *world) put(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.folder, filepath.FromSlash(name))
	w.must(os.MkdirAll(filepath.Dir(path), 0o700))
	w.must(os.WriteFile(path, []byte(text), 0o600))
	w.clock = w.clock.Add(time.Minute)
	w.must(os.Chtimes(path, w.clock, w.clock))
}

func (w *world) source() *Source {
	w.t.Helper()
	s, err := New("books", w.config, "America/Sao_Paulo")
	w.must(err)
	if w.large {
		s.inMemory = 0
	}
	return s
}

// read makes a run of the source and commits it.
func (w *world) read() extract.Report {
	w.t.Helper()
	report, err := w.try()
	w.must(err)
	return report
}

// try makes a run and commits it when the reading succeeds.
func (w *world) try() (extract.Report, error) {
	w.t.Helper()
	w.runs++
	w.clock = w.clock.Add(time.Hour)
	known, err := w.lake.Now()
	w.must(err)
	txn, err := w.lake.Begin(fmt.Sprintf("run-%02d", w.runs), w.clock)
	w.must(err)
	defer func() { w.must(txn.Abort()) }()
	report, err := w.source().Read(context.Background(), extract.Session{Txn: txn, Known: known, Conn: w.conn, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return report, err
	}
	left, err := filepath.Glob(filepath.Join(txn.TempDir(), "_files_*"))
	w.must(err)
	if len(left) > 0 {
		w.t.Errorf("the reading left %v behind", left)
	}
	var tables int
	w.must(w.conn.QueryRowContext(context.Background(), "select count(*) from duckdb_tables() where temporary").Scan(&tables))
	if tables > 0 {
		w.t.Errorf("the reading left %d tables behind", tables)
	}
	return report, txn.Commit(context.Background())
}

// counts gives what became of a stream's records, as "read = accepted + dropped + quarantined".
func counts(r extract.Report, stream string) string {
	for _, s := range r.Streams {
		if s.ID.Stream == stream {
			c := s.Counts
			return fmt.Sprintf("%d = %d + %d + %d", c.Read, c.Accepted, c.Dropped, c.Quarantined)
		}
	}
	return "no stream"
}

// rows gives the rows of a query, values as text joined by |, NULL as a dot.
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
	return got
}

// current gives columns of a stream's current records.
func (w *world) current(stream, columns string) []string {
	w.t.Helper()
	view, err := w.lake.Now()
	w.must(err)
	s, ok := view.Stream(lake.StreamID{Source: "books", Stream: stream})
	if !ok {
		w.t.Fatalf("the lake has no stream %s", stream)
	}
	return w.rows("select " + columns + " from (" + s.CurrentSQL() + ") order by _file, _line, 1")
}

// quarantine gives the quarantine as "file:line column: reason".
func (w *world) quarantine() []string {
	w.t.Helper()
	view, err := w.lake.Now()
	w.must(err)
	return w.rows("select file || ':' || line || coalesce(' ' || column_name, '') || ': ' || reason from (" + view.QuarantineSQL() + ") order by stream, file, line")
}

func (w *world) records() []string {
	w.t.Helper()
	view, err := w.lake.Now()
	w.must(err)
	return w.rows("select record from (" + view.QuarantineSQL() + ") order by stream, file, line")
}

// same compares lists of lines.
func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func (w *world) known() *lake.View {
	w.t.Helper()
	known, err := w.lake.Now()
	w.must(err)
	return known
}

// planned gives the parts of a plan.
func planned(plan extract.Plan) []string {
	var parts []string
	for _, s := range plan.Streams {
		for _, p := range s.Parts {
			parts = append(parts, fmt.Sprint(p.Name, " ", p.Read, " ", p.Why))
		}
	}
	return parts
}

func asReadError(err error, into **extract.ReadError) bool { return errors.As(err, into) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
