// Package feed makes rows of text that Go reads a relation that DuckDB scans, without a file between them.
package feed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
)

// Feed is a relation that can be scanned once, whole, while its rows are being read: DuckDB asks for them as it goes.
type Feed struct {
	// From is the relation as it stands after FROM: the text columns (VARCHAR, never empty), those of Plain, _file
	// (VARCHAR) and _line (BIGINT). Its rows come in order.
	//
	// Never compare a column of it with a constant in a WHERE directly over it. DuckDB hands such filters to the
	// feed, which knows nothing of them, and believes that it has obeyed.
	From string

	// Plain names, for columns of a type, a further column: of that type, with the values that are written the
	// plain way, whose text the text column then does not have.
	Plain map[string]string

	close func() error
}

// Column is a column of a feed: its name, and the DuckDB type that its text is meant for.
type Column struct{ Name, Type string }

// Close waits until reading has ended, which it makes it do when the scan did not come to the end, and gives the
// error that reading ended with.
func (f *Feed) Close() error { return f.close() }

// FileColumn and LineColumn say where each row comes from.
const (
	FileColumn = "_file"
	LineColumn = "_line"
)

// numbered tells the relations of feeds apart that use one database.
var numbered atomic.Int64

// Open makes a feed of columns and begins to read: read adds rows until there are no more, and returns. The error
// that it returns ends the scan; ctx ends the reading.
func Open(ctx context.Context, conn *sql.Conn, columns []Column, read func(*Rows) error) (*Feed, error) {
	name := fmt.Sprintf("_feed_%d", numbered.Add(1))
	feed, err := open(ctx, conn, name, columns, read)
	if err != nil {
		return nil, fmt.Errorf("feed rows to DuckDB: %w", err)
	}
	return feed, nil
}

// errStopped ends a reading whose rows nobody wants any more.
var errStopped = errors.New("reading was stopped")

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
