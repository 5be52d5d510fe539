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
	// error is then a *ReadError. Unless it says Kept, the cursor is not set, and the caller must abort the transaction.
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

// Progress is how far the reading of a stream has come: in bytes for files, in records where Records says so. Total is 0
// when it is unknown.
type Progress struct {
	Stream      lake.StreamID
	Done, Total int64
	// Records says that Done and Total count records.
	Records bool
	// Quota is how many requests the API, or the day's budget, still allows; nil when that is unknown.
	Quota *int64
	// Requests is how many requests the source has sent so far, for all its streams; 0 for files.
	Requests int64
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
	// Reported is how many records the API says there are for what was asked, to be held against Counts.Read; nil when
	// it says nothing.
	Reported *int64
	// Drift is how the records differ in form from those of earlier runs.
	Drift Drift
	// API is how the stream was read from an API; nil for files, and for a stream that failed.
	API *APIReport
}

// APIReport is how a stream was read from an API.
type APIReport struct {
	// Mode says in words what was asked for, as "everything" or "what has changed since 2026-01-31T02:30:00Z".
	Mode string
	// IsFull says that the reading asked for everything there is.
	IsFull bool
	// Resumed says that a part of the reading is of an earlier run that did not end.
	Resumed bool
	// Received is how many records came from the lists of which the API says how many there are, which is to be held
	// against StreamReport.Reported: Counts.Read has tombstones and pages read twice, too. Where the API says nothing it
	// is all that came.
	Received int64
	Pages    int64
	// Since is where an incremental reading began, before its lookback, or a backfill; zero for another. Cursor is where
	// the next one begins; zero when the reading leaves the cursor alone.
	Since, Cursor time.Time
}

// Drift is how records differ in form from what was known: fields that are new or gone, and how often a value of
// another type than its column's came, by column.
type Drift struct {
	New, Gone []string
	Conflicts map[string]int64
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
	// Kept says that the streams that did not fail are in the transaction, with their cursor: the caller may commit
	// them. Those that failed have left nothing in it, and the lake and the cursor have them as they were.
	Kept bool
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
