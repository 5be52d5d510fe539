// Package extract says what a source of records is: what a run asks of it, and what it owes.
package extract

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"lastro/extract/lake"
)

// Source is a place that records come from, as a folder of files or an API. A pipeline has one for each entry of its
// sources, and calls a source from one goroutine at a time.
//
// What a source has read so far is its cursor. It is kept in the lake, by the commit that keeps the records, so that
// the two never part: a source keeps no state of its own.
type Source interface {
	// Name is the source's name in the pipeline's file: the schema of its streams in SQL.
	Name() string

	// Plan says what Read would do now, given what the lake holds, and what would make it fail. It reads no records
	// and changes nothing. An error means that there was no finding out, as when a folder cannot be listed; problems
	// of single streams stand in the plan.
	Plan(ctx context.Context, known *lake.View) (Plan, error)

	// Read takes what is new into the session's transaction, stream by stream: the records, those in quarantine, the
	// counts of both, and at last the source's cursor. Nothing counts before the caller commits the transaction, so
	// Read may write as it goes, page by page or file by file.
	//
	// The counts of a stream must tie: read = accepted + dropped + quarantined. A stream that holds nothing new gets
	// no counts. When a stream fails, the others are still read, so that a person sees all mistakes at once; the
	// error is then a *ReadError, the cursor is not set, and the caller must abort the transaction.
	Read(ctx context.Context, s Session) (Report, error)
}

// Session is what a run lends a source for one Read.
type Session struct {
	// Txn takes the records. Its FirstSeen and RunID go into each.
	Txn *lake.Txn
	// Known is what the lake held when the transaction began.
	Known *lake.View
	// Conn is a connection to a DuckDB of the run, for this Read alone, with its memory_limit and temp_directory
	// set and preserve_insertion_order left on. Tables and views that Read makes on it are temporary.
	Conn *sql.Conn
	// Log takes what a person would want to know afterwards. Never nil.
	Log *slog.Logger
	// Progress is told how far reading has come; nil when nobody looks. It must be fast and may be called from
	// several goroutines.
	Progress func(Progress)
}

// Progress is how far the reading of a stream has come. The unit is bytes for files; Total is 0 when it is unknown.
type Progress struct {
	Stream      lake.StreamID
	Done, Total int64
}

// Plan is what a Read would do.
type Plan struct {
	Streams []StreamPlan
	// Notes say what is left aside and why, as a hidden file.
	Notes []string
}

// StreamPlan is what a Read would do with one stream.
type StreamPlan struct {
	ID lake.StreamID
	// Entity is the canonical entity whose rules hold; empty for a stream that a staging model maps.
	Entity string
	// Key is the columns that tell records apart; empty where the whole record does.
	Key []string
	// Parts are what the stream consists of, as files; an API's stream has one.
	Parts []PartPlan
	// Problem is what would make reading the stream fail, nil when nothing is known.
	Problem error
}

// Reads tells whether anything of the stream would be read.
func (p StreamPlan) Reads() bool {
	for _, part := range p.Parts {
		if part.Read {
			return true
		}
	}
	return false
}

// PartPlan is one part of a stream: whether it would be read, and why or why not.
type PartPlan struct {
	Name string // a file's path within the source, an API's endpoint
	Size int64  // bytes, 0 when unknown
	Read bool
	Why  string
}

// Report is what a Read has done.
type Report struct {
	Streams []StreamReport
	// Notes say what was left aside and why.
	Notes []string
}

// StreamReport is what a Read has done with one stream.
type StreamReport struct {
	ID     lake.StreamID
	Parts  []string // what was read; empty when nothing was new
	Counts lake.Counts
	// Warnings are for a person to look at, as columns that nothing reads.
	Warnings []string
	Took     time.Duration
}

// StreamError is why a stream could not be read. Nothing of it is kept.
type StreamError struct {
	ID  lake.StreamID
	Err error
}

func (e *StreamError) Error() string { return fmt.Sprintf("read %s: %v", e.ID, e.Err) }

// Unwrap gives the cause.
func (e *StreamError) Unwrap() error { return e.Err }

// ReadError is a Read of which some streams failed: all of those, in the order of the streams.
type ReadError struct {
	Source string
	Failed []*StreamError
}

func (e *ReadError) Error() string {
	if len(e.Failed) == 1 {
		return e.Failed[0].Error()
	}
	text := fmt.Sprintf("%d streams of %s could not be read", len(e.Failed), e.Source)
	for _, failed := range e.Failed {
		text += "\n" + failed.Error()
	}
	return text
}

// Unwrap gives each stream's error.
func (e *ReadError) Unwrap() []error {
	errs := make([]error, len(e.Failed))
	for i, failed := range e.Failed {
		errs[i] = failed
	}
	return errs
}
