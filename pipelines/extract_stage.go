package pipelines

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"lastro/extract"
	"lastro/extract/files"
	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// extract reads what is new of every source into the lake, by one commit. When a source fails, nothing is kept. Where the
// models will run on it, withModels, they are looked at first.
func (j *job) extract(ctx context.Context, withModels bool) (err error) {
	sources, err := openSources(j.config)
	if err != nil {
		return err
	}
	known, err := j.lake.Now()
	if err != nil {
		return err
	}
	var (
		due     []extract.Source
		streams []lake.StreamID
	)
	for _, source := range sources {
		plan, err := source.Plan(ctx, known)
		if err != nil {
			return err
		}
		if anyDue(plan) {
			due = append(due, source)
		}
		for _, stream := range plan.Streams {
			streams = append(streams, stream.ID)
		}
	}
	if len(due) == 0 {
		return nil
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
	var failed []error
	for i, source := range due {
		j.options.Notify(Event{Stage: "extract", Item: source.Name(), Finished: i, Total: len(due)})
		if err := j.read(ctx, source, txn, known, reader); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	j.options.Notify(Event{Stage: "extract", Finished: len(due), Total: len(due)})
	return txn.Commit(ctx)
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

func (j *job) read(ctx context.Context, source extract.Source, txn *lake.Txn, known *lake.View, reader *sql.DB) (err error) {
	conn, err := reader.Conn(ctx)
	if err != nil {
		return fmt.Errorf("read source %s: %w", source.Name(), err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	result, err := source.Read(ctx, extract.Session{
		Txn: txn, Known: known, Conn: conn, Log: j.options.Log,
		Progress: func(p extract.Progress) {
			j.options.Notify(Event{Stage: "extract", Item: p.Stream.String(), Finished: int(p.Done >> 10), Total: int(p.Total >> 10)})
		},
	})
	for _, note := range result.Notes {
		if !strings.HasSuffix(note, "it is hidden") && !strings.HasSuffix(note, "leave it out") { // as someone meant it
			j.warn(source.Name() + ": " + note)
		}
	}
	for _, stream := range result.Streams {
		if len(stream.Parts) == 0 {
			continue
		}
		j.outcome.Run.Streams = append(j.outcome.Run.Streams, StreamRow{
			Source: stream.ID.Source, Stream: stream.ID.Stream, Read: stream.Counts.Read, Accepted: stream.Counts.Accepted,
			Dropped: stream.Counts.Dropped, Quarantined: stream.Counts.Quarantined,
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
	return err
}

// openReader opens the DuckDB in memory that reading uses, bounded as the pipeline file says.
func (j *job) openReader(ctx context.Context) (*sql.DB, error) {
	limit, err := memoryLimit(ctx, j.config)
	if err != nil {
		return nil, err
	}
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	settings := []string{
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false",
		"set temp_directory = " + text(filepath.Join(j.tempDir(), "extract")), "set timezone = 'UTC'",
		"set memory_limit = " + text(limit),
	}
	if j.config.Threads > 0 {
		settings = append(settings, fmt.Sprintf("set threads = %d", j.config.Threads))
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
func planReads(ctx context.Context, config *Config, view *lake.View) ([]lake.StreamID, []PlannedRead, error) {
	sources, err := openSources(config)
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

// openSources opens the sources of a pipeline. Every kind is named here.
func openSources(config *Config) ([]extract.Source, error) {
	sources := make([]extract.Source, 0, len(config.Sources))
	for _, source := range config.Sources {
		switch source.Kind {
		case "files":
			opened, err := files.New(source.Name, source.Files, config.Timezone)
			if err != nil {
				return nil, err
			}
			sources = append(sources, opened)
		default:
			return nil, fmt.Errorf("source %s: there is no kind of source %q", source.Name, source.Kind)
		}
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
			return source.Files.IsCanonical(id.Stream)
		}
	}
	return true
}
