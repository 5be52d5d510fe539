// Package load publishes the tables of a run to targets, each of which gets every table of the run or none.
package load

import (
	"context"
	"errors"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Column describes one column of a published table.
type Column struct {
	Name string
	// Type is the engine's SQL type, as DECIMAL(18,4), DATE, VARCHAR, BIGINT, DOUBLE, BOOLEAN, TIMESTAMP.
	Type        string
	Description string
}

// Table is one table to publish. Its rows come in the order of Order, so that the same rows give the same bytes.
type Table struct {
	Name        string
	Description string
	Grain       string
	// Key are the columns that tell one row from another; none is NULL.
	Key     []string
	Columns []Column
	// Rows is how many rows there are. A target refuses a table that gives another number.
	Rows int64
	// Open reads the table from its start as Arrow record batches, with the columns of Columns in that order. It may be
	// called several times, one after the other; the caller releases the reader. Targets read through Read.
	Open func(ctx context.Context) (array.RecordReader, error)
}

// Publication is what one run publishes: all of its tables and what they were made from.
type Publication struct {
	RunID         string // letters, digits, - and _; ids sort by time
	StartedAt     time.Time
	AsOf          string // ISO date
	AsKnown       string // "" or the moment the records were known at, RFC 3339
	PolicyVersion string
	CodeVersion   string
	Tables        []Table
}

// ErrUnknown is in the error of a Commit that cannot find out whether it was done: readers see the old run or the new one.
var ErrUnknown = errors.New("whether readers see the run is not known")

// Target is a place that shows one run's tables to readers.
type Target interface {
	// Name tells a person which target it is, as "csv ./out/csv".
	Name() string

	// Published returns the id of the run that readers see now, and "" when there is none.
	Published(ctx context.Context) (string, error)

	// Check says what would keep a run from publishing here, as a missing permission, without changing anything that readers see.
	Check(ctx context.Context) error

	// Stage writes every table of p beside what readers see and makes it durable. It changes nothing for them.
	// On an error nothing is left behind. When ctx ends, Stage does within a second or so. Until Commit or Discard it
	// keeps other runs, of this process or another, from staging at the same place: they get an error at once.
	Stage(ctx context.Context, p Publication) (Staged, error)
}

// Staged is a publication that is written and waits to be seen.
type Staged interface {
	// Commit makes the publication visible in one step, then removes what is older than the runs to keep.
	// After an error readers still see the old run or already the new one, never a mix; ErrUnknown says that it may be
	// either.
	Commit(ctx context.Context) error

	// Discard removes what Stage wrote, and lets other runs stage here. After a Commit that made the publication visible
	// it does nothing to it, so it may be deferred.
	Discard() error
}
