//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/array"
	driverduckdb "github.com/duckdb/duckdb-go/v2"
)

// query gives a result as Arrow batches, by DuckDB's own Arrow interface.
func (e *Engine) query(ctx context.Context, query string) (array.RecordReader, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, translate(ctx, query, err)
	}
	var reader array.RecordReader
	err = conn.Raw(func(raw any) error {
		driverConn, ok := raw.(driver.Conn)
		if !ok {
			return fmt.Errorf("connection of type %T is not DuckDB's", raw)
		}
		arrow, err := driverduckdb.NewArrowFromConn(driverConn)
		if err != nil {
			return err
		}
		reader, err = arrow.QueryContext(ctx, query)
		return err
	})
	if err != nil {
		_ = conn.Close() // it goes back to the pool; the query's error is the one to tell
		return nil, translate(ctx, query, err)
	}
	r := &connReader{RecordReader: reader, conn: conn}
	r.refs.Store(1)
	return r, nil
}

// connReader keeps the connection of a reader until the reader is released.
type connReader struct {
	array.RecordReader
	conn *sql.Conn
	refs atomic.Int64
}

// Retain keeps the reader for one more Release.
func (r *connReader) Retain() { r.refs.Add(1) }

// Release gives the reader up; the last one gives its connection back.
func (r *connReader) Release() {
	if r.refs.Add(-1) == 0 {
		r.RecordReader.Release()
		_ = r.conn.Close() // only gives it back to the pool
	}
}
