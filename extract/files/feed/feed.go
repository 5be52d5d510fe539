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
	// From is the relation as it stands after FROM: the text columns (VARCHAR, never empty), _file (VARCHAR) and
	// _line (BIGINT). Its rows come in order.
	//
	// Never compare a column of it with a constant in a WHERE directly over it. DuckDB hands such filters to the
	// feed, which knows nothing of them, and believes that it has obeyed.
	From string

	close func() error
}

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

// Open makes a feed of the named columns and begins to read: read adds rows until there are no more, and returns.
// The error that it returns ends the scan; ctx ends the reading.
func Open(ctx context.Context, conn *sql.Conn, columns []string, read func(*Rows) error) (*Feed, error) {
	name := fmt.Sprintf("_feed_%d", numbered.Add(1))
	feed, err := open(ctx, conn, name, columns, read)
	if err != nil {
		return nil, fmt.Errorf("feed rows to DuckDB: %w", err)
	}
	return feed, nil
}

// errStopped ends a reading whose rows nobody wants any more.
var errStopped = errors.New("reading was stopped")

// producer runs read and keeps what it ended with.
type producer struct {
	done chan struct{}
	err  error
}

func produce(read func() error) *producer {
	p := &producer{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = read()
	}()
	return p
}

// wait gives the error of a reading that ended by itself.
func (p *producer) wait() error {
	<-p.done
	if errors.Is(p.err, errStopped) {
		return nil
	}
	return p.err
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
