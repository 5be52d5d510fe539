package pipelines

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/fetch"
)

// apiSample reads the first records of a stream of an API as a run would, masks and quarantine included, into a lake that is
// thrown away.
type apiSample struct {
	db   *sql.DB
	from string // the SELECT of the records
	// records is how many came, quarantined how many of them break a rule.
	records, quarantined int64
	// connector has the settings in place.
	connector *Connector
	closers   []func() error
}

// sampleTimeout is how long the first records of one stream may take: a person waits.
const sampleTimeout = 20 * time.Second

// errEnough ends a reading that has brought as many records as were asked for.
var errEnough = errors.New("enough was read")

// takeSample reads at least want records of a stream, or all there are. The caller closes the sample.
func takeSample(ctx context.Context, config *Config, source Source, stream string, want int) (*apiSample, error) {
	s := &apiSample{}
	if err := s.take(ctx, config, source, stream, want); err != nil {
		return nil, config.Secrets.Error(errors.Join(err, s.close()))
	}
	return s, nil
}

func (s *apiSample) take(ctx context.Context, config *Config, source Source, stream string, want int) error {
	dir, err := os.MkdirTemp("", "lastro-sample-")
	if err != nil {
		return fmt.Errorf("make a folder for a sample: %w", err)
	}
	s.closers = append(s.closers, func() error { return os.RemoveAll(dir) })
	watched := &limited{}
	opened, err := openRestWith(config, hasty(source), []string{stream}, Options{}.withDefaults(), watched.open)
	if err != nil {
		return err
	}
	s.connector = opened.Connector()
	l, err := lake.Open(filepath.Join(dir, "lake"), nil)
	if err != nil {
		return err
	}
	known, err := l.Now()
	if err != nil {
		return err
	}
	txn, err := l.Begin("sample", time.Now())
	if err != nil {
		return err
	}
	s.closers = append(s.closers, txn.Abort)
	if s.db, err = openDuckDB(ctx, dir, "256MB", 2); err != nil {
		return err
	}
	s.closers = append(s.closers, s.db.Close)
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, conn.Close)
	limit, cancel := context.WithTimeout(ctx, sampleTimeout)
	defer cancel()
	report, err := opened.Read(limit, extract.Session{
		Txn: txn, Known: known, Conn: conn, Log: slog.New(slog.DiscardHandler),
		Progress: func(p extract.Progress) {
			if p.Stream.Stream == stream && p.Done >= int64(want) {
				watched.done.Store(true)
			}
		},
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limit.Err() != nil:
		return fmt.Errorf("it did not answer within %s: is its address right, and can this machine reach it?", sampleTimeout)
	case errors.Is(err, errEnough):
		return s.ofSpool(ctx, dir, source.Name, stream)
	case err != nil:
		return causeOf(err)
	}
	return s.ofLake(ctx, l, txn, lake.StreamID{Source: source.Name, Stream: stream}, report)
}

// hasty is a source that asks again but once: a person waits.
func hasty(source Source) Source {
	connector, rest := *source.Rest.Spec, *source.Rest
	connector.Client.Retry.Attempts = 2
	rest.Spec, source.Rest = &connector, &rest
	return source
}

// close lets go of everything and removes what was read. It may be called again.
func (s *apiSample) close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// causeOf is why a stream failed, without the words around it.
func causeOf(err error) error {
	var failed *extract.ReadError
	if errors.As(err, &failed) && len(failed.Failed) > 0 {
		return failed.Failed[0].Err
	}
	return err
}

// ofSpool takes the records that a reading left that was ended.
func (s *apiSample) ofSpool(ctx context.Context, dir, source, stream string) error {
	files, err := filepath.Glob(filepath.Join(dir, "lake", "spool", source, stream, "*.parquet"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return nil
	}
	s.from = "select * from read_parquet([" + quotedList(files) + "], union_by_name = true)"
	return s.count(ctx)
}

// ofLake takes the records of a reading that came to its end.
func (s *apiSample) ofLake(ctx context.Context, l *lake.Lake, txn *lake.Txn, id lake.StreamID, report extract.Report) error {
	if err := txn.Commit(ctx); err != nil {
		return err
	}
	view, err := l.Now()
	if err != nil {
		return err
	}
	for _, stream := range report.Streams {
		s.quarantined += stream.Counts.Quarantined
	}
	if stream, ok := view.Stream(id); ok {
		s.from = stream.CurrentSQL()
		return s.count(ctx)
	}
	return nil
}

func (s *apiSample) count(ctx context.Context) error {
	return s.db.QueryRowContext(ctx, "select count(*) from ("+s.from+")").Scan(&s.records)
}

func quotedList(texts []string) string {
	list := ""
	for i, each := range texts {
		if i > 0 {
			list += ", "
		}
		list += text(each)
	}
	return list
}

// limited asks until enough has come.
type limited struct {
	next fetch.Fetcher
	done atomic.Bool
}

func (l *limited) open(o fetch.Options) (fetch.Fetcher, error) {
	next, err := fetch.New(o)
	l.next = next
	return l, err
}

// Fetch implements fetch.Fetcher.
func (l *limited) Fetch(ctx context.Context, r fetch.Request) (fetch.Response, error) {
	if l.done.Load() {
		return fetch.Response{}, errEnough
	}
	return l.next.Fetch(ctx, r)
}

// Close lets go of connections.
func (l *limited) Close() error {
	if closer, ok := l.next.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
