package pipelines

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"lastro/extract"
	"lastro/extract/files"
	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// extract reads what is new of every source into the lake, by one commit. Where streams of an API could not be read, the
// others are kept and job.partial says so; when a source of files fails, or everything does, nothing is kept. Where the
// models will run on it, withModels, they are looked at first.
func (j *job) extract(ctx context.Context, withModels bool) (err error) {
	if err := j.options.Extraction.check(j.config); err != nil {
		return err
	}
	sources, err := openSources(j.config, j.options)
	if err != nil {
		return err
	}
	known, err := j.lake.Now()
	if err != nil {
		return err
	}
	due, streams, err := j.dueSources(ctx, sources, known)
	if err != nil || len(due) == 0 {
		return err
	}
	// a mistake in a model is told before anything is read
	if withModels {
		if _, err := parseProject(ctx, j.config, union(knownStreams(known), streams)); err != nil {
			return err
		}
	}
	txn, err := j.lake.Begin(j.outcome.Run.ID, j.outcome.Run.StartedAt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, txn.Abort()) }()
	reader, err := j.openReader(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	all := reading{txn: txn, known: known, notes: lastNotes(known), db: reader}
	var broken []error
	for i, source := range due {
		j.options.Notify(Event{Stage: "extract", Item: source.Name(), Finished: i, Total: len(due)})
		if err := j.read(ctx, source, &all); err != nil {
			broken = append(broken, err)
		}
	}
	if err := errors.Join(broken...); err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	j.options.Notify(Event{Stage: "extract", Finished: len(due), Total: len(due)})
	if err := txn.Commit(ctx); err != nil {
		return err
	}
	return errors.Join(j.judgeFailed(all), j.warnOfMasks())
}

// warnOfMasks tells of masks that have hidden nothing.
func (j *job) warnOfMasks() error {
	view, err := j.lake.Now()
	if err != nil {
		return err
	}
	for _, warning := range unseenMasks(j.config, view) {
		j.warn(warning)
	}
	return nil
}

// reading is the reading of all sources of a run, by one transaction.
type reading struct {
	txn   *lake.Txn
	known *lake.View
	notes map[lake.StreamID]streamNote
	db    *sql.DB
	// good counts the streams that were read, or found to have nothing new; failed are those that could not be.
	good   int
	failed []FailedStream
}

// judgeFailed says what comes of streams that could not be read: a part of them is told at the end of the run; when
// all of them failed, the run did.
func (j *job) judgeFailed(all reading) error {
	j.outcome.Run.FailedStreams = all.failed
	switch {
	case len(all.failed) == 0:
		return nil
	case all.good == 0:
		return fmt.Errorf("no stream could be read, the lake has its records as they were:%s", failedLines(all.failed))
	}
	j.partial = &PartialError{Failed: all.failed}
	view, err := j.lake.Now()
	if err == nil {
		j.outcome.Run.StaleStreams = staleStreams(j.config, view)
	}
	return err
}

// partialError is nil as an error when nothing failed.
func (j *job) partialError() error {
	if j.partial == nil {
		return nil
	}
	return j.partial
}

// dueSources gives the sources that have anything to read, and the streams of all.
func (j *job) dueSources(ctx context.Context, sources []extract.Source, known *lake.View) (due []extract.Source, streams []lake.StreamID, err error) {
	for _, source := range sources {
		plan, err := source.Plan(ctx, known)
		if err != nil {
			return nil, nil, err
		}
		if anyDue(plan) {
			due = append(due, source)
		} else if j.options.Extraction.Start != "" {
			j.warnLeftOut(plan)
		}
		for _, stream := range plan.Streams {
			streams = append(streams, stream.ID)
		}
	}
	return due, streams, nil
}

// warnLeftOut tells of streams that someone asked for and that cannot be read so. A source that is read tells of its own.
func (j *job) warnLeftOut(plan extract.Plan) {
	for _, stream := range plan.Streams {
		for _, part := range stream.Parts {
			j.warn(fmt.Sprintf("%s is left out: %s", stream.ID, part.Why))
		}
	}
}

// anyDue tells whether a source has anything to read, or a problem that reading would report.
func anyDue(plan extract.Plan) bool {
	for _, stream := range plan.Streams {
		if stream.Reads() || stream.Problem != nil {
			return true
		}
	}
	return len(plan.Streams) == 0
}

// read reads one source. Streams that failed while the others are kept are in all.failed, and no error.
func (j *job) read(ctx context.Context, source extract.Source, all *reading) (err error) {
	conn, err := all.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("read source %s: %w", source.Name(), err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	result, err := source.Read(ctx, extract.Session{
		Txn: all.txn, Known: all.known, Conn: conn, Log: j.options.Log, Progress: j.watchReading(),
	})
	var failed *extract.ReadError
	isFailed := func(stream extract.StreamReport) bool {
		return failed != nil && slices.ContainsFunc(failed.Failed, func(e *extract.StreamError) bool { return e.ID == stream.ID })
	}
	_ = errors.As(err, &failed)
	result.Streams = slices.DeleteFunc(result.Streams, isFailed)
	j.report(source.Name(), result)
	if err != nil && (failed == nil || !failed.Kept || ctx.Err() != nil) {
		return err
	}
	if err := j.note(all, result.Streams); err != nil || failed == nil {
		return err
	}
	for _, each := range failed.Failed {
		all.failed = append(all.failed, FailedStream{
			Source: each.ID.Source, Stream: each.ID.Stream, Error: j.config.Secrets.Text(each.Err.Error()),
		})
		if j.options.Extraction.Start != "" {
			continue // a backfill says nothing of what the nightly reading has
		}
		if err := noteFailed(all.txn, all.notes, each.ID, j.outcome.Run.StartedAt); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what is to be known of streams that were read.
func (j *job) note(all *reading, streams []extract.StreamReport) error {
	for _, stream := range streams {
		all.good++
		if !isOfAPI(j.config, stream.ID.Source) || j.options.Extraction.Start != "" {
			continue
		}
		if err := noteRead(all.txn, all.notes, stream); err != nil {
			return err
		}
	}
	return nil
}

func isOfAPI(config *Config, source string) bool {
	return slices.ContainsFunc(config.Sources, func(s Source) bool { return s.Name == source && s.Rest != nil })
}

// report takes what a source has read into the run's row.
func (j *job) report(source string, result extract.Report) {
	for _, note := range result.Notes {
		if !strings.HasSuffix(note, "it is hidden") && !strings.HasSuffix(note, "leave it out") { // as someone meant it
			j.warn(source + ": " + note)
		}
	}
	for _, stream := range result.Streams {
		if len(stream.Parts) == 0 {
			continue
		}
		j.outcome.Run.Streams = append(j.outcome.Run.Streams, StreamRow{
			Source: stream.ID.Source, Stream: stream.ID.Stream, Read: stream.Counts.Read, Accepted: stream.Counts.Accepted,
			Dropped: stream.Counts.Dropped, Quarantined: stream.Counts.Quarantined, Reported: stream.Reported,
		})
		if stream.Counts.Read > 0 && stream.Counts.Quarantined == stream.Counts.Read {
			j.warn(fmt.Sprintf("%s: every record that was read is in quarantine", stream.ID))
		}
		for _, warning := range stream.Warnings {
			j.warn(stream.ID.String() + ": " + warning)
		}
		j.options.Log.Info("read", "stream", stream.ID.String(), "rows", stream.Counts.Read, "accepted", stream.Counts.Accepted,
			"dropped", stream.Counts.Dropped, "quarantined", stream.Counts.Quarantined, "seconds", stream.Took.Seconds())
	}
}

// watchReading tells a person who watches how far the reading of a stream has come, and how fast.
func (j *job) watchReading() func(extract.Progress) {
	var mu sync.Mutex
	began := map[lake.StreamID]time.Time{}
	return func(p extract.Progress) {
		mu.Lock()
		defer mu.Unlock()
		event := Event{Stage: "extract", Item: p.Stream.String(), Finished: int(p.Done >> 10), Total: int(p.Total >> 10)}
		if p.Records {
			now := j.options.Now()
			if began[p.Stream].IsZero() {
				began[p.Stream] = now
			}
			event.Finished, event.Total, event.Records, event.Quota = int(p.Done), int(p.Total), true, p.Quota
			if seconds := now.Sub(began[p.Stream]).Seconds(); seconds > 0 {
				event.Rate = float64(p.Done) / seconds
			}
		}
		j.options.Notify(event)
	}
}

// openReader opens the DuckDB in memory that reading uses, bounded as the pipeline file says.
func (j *job) openReader(ctx context.Context) (*sql.DB, error) {
	limit, err := memoryLimit(ctx, j.config, 0)
	if err != nil {
		return nil, err
	}
	return openDuckDB(ctx, filepath.Join(j.tempDir(), "extract"), limit, j.config.Threads)
}

// openDuckDB opens a DuckDB in memory that spills into a folder; threads 0 leaves their number to it.
func openDuckDB(ctx context.Context, temp, memory string, threads int) (*sql.DB, error) {
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	settings := []string{
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false",
		"set temp_directory = " + text(temp), "set timezone = 'UTC'", "set memory_limit = " + text(memory),
	}
	if threads > 0 {
		settings = append(settings, fmt.Sprintf("set threads = %d", threads))
	}
	for _, setting := range settings {
		if _, err := db.ExecContext(ctx, setting); err != nil {
			return nil, errors.Join(fmt.Errorf("set up DuckDB: %w", err), db.Close())
		}
	}
	return db, nil
}

// cleanTemp removes what dead runs spilled.
func (j *job) cleanTemp() error {
	if err := os.RemoveAll(j.tempDir()); err != nil {
		return fmt.Errorf("clean %s: %w", j.tempDir(), err)
	}
	return os.MkdirAll(j.tempDir(), 0o700)
}

// planReads says which files of which streams a run would read, and why.
func planReads(ctx context.Context, config *Config, options Options, view *lake.View) ([]lake.StreamID, []PlannedRead, error) {
	sources, err := openSources(config, options)
	if err != nil {
		return nil, nil, err
	}
	var (
		streams  []lake.StreamID
		reads    []PlannedRead
		problems []error
	)
	for _, source := range sources {
		plan, err := source.Plan(ctx, view)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, stream := range plan.Streams {
			streams = append(streams, stream.ID)
			if stream.Problem != nil {
				problems = append(problems, stream.Problem)
			}
			for _, part := range stream.Parts {
				reads = append(reads, PlannedRead{Source: stream.ID.Source, Stream: stream.ID.Stream, File: part.Name, Read: part.Read, Why: part.Why})
			}
		}
	}
	return streams, reads, errors.Join(problems...)
}

// openSources opens the sources of a pipeline, those that are asked for. Every kind is named here.
func openSources(config *Config, options Options) ([]extract.Source, error) {
	sources := make([]extract.Source, 0, len(config.Sources))
	for _, source := range config.Sources {
		streams, asked := options.Extraction.of(source)
		if !asked {
			continue
		}
		var (
			opened extract.Source
			err    error
		)
		switch source.Kind {
		case "files":
			opened, err = files.New(source.Name, source.Files, config.Timezone)
		case "rest":
			opened, err = openRest(config, source, streams, options)
		default:
			err = fmt.Errorf("source %s: there is no kind of source %q", source.Name, source.Kind)
		}
		if err != nil {
			return nil, err
		}
		sources = append(sources, opened)
	}
	return sources, nil
}

// isCanonical tells whether a stream is a canonical entity as it stands, judged as it was read.
func isCanonical(config *Config, id lake.StreamID) bool {
	if _, ok := canonical.ByName(id.Stream); !ok {
		return false
	}
	for _, source := range config.Sources {
		if source.Name == id.Source {
			return source.Rest == nil && source.Files.IsCanonical(id.Stream)
		}
	}
	return true
}
