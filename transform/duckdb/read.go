package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/transform"
)

// windowRows is how many rows ReadTable takes at once: two of DuckDB's row groups, whose result is held in memory whole.
const windowRows = 2 * 122_880

// Read gives a query's whole result.
func (e *Engine) Read(ctx context.Context, query string) (array.RecordReader, error) {
	return e.query(ctx, query)
}

// ReadTable gives a table's rows in the order they were stored in.
func (e *Engine) ReadTable(ctx context.Context, table string) (array.RecordReader, error) {
	return e.readWindows(ctx, table, windowRows)
}

func (e *Engine) readWindows(ctx context.Context, table string, size int64) (array.RecordReader, error) {
	quoted := transform.QuoteRelation(table)
	var last sql.NullInt64
	// rows can have been deleted, so their number doesn't tell the last one's id
	if err := e.db.QueryRowContext(ctx, "select max(rowid) from "+quoted).Scan(&last); err != nil {
		return nil, fmt.Errorf("read table %s: %w", table, translate(ctx, "", err))
	}
	r := &windowReader{ctx: ctx, engine: e, table: quoted, size: size}
	if last.Valid {
		r.end = last.Int64 + 1
	}
	r.refs.Store(1)
	if err := r.open(); err != nil {
		return nil, fmt.Errorf("read table %s: %w", table, err)
	}
	r.schema = r.window.Schema()
	return r, nil
}

// windowReader reads a table by ranges of row ids, one query after another.
type windowReader struct {
	ctx    context.Context
	engine *Engine
	table  string
	size   int64
	next   int64 // row id at which the next window begins
	end    int64 // first row id beyond the table
	schema *arrow.Schema
	window array.RecordReader // nil once a window could not be opened
	err    error
	refs   atomic.Int64
}

// open begins the next window, whose rows come in their order because preserve_insertion_order is set.
func (r *windowReader) open() error {
	query := fmt.Sprintf("select * from %s where rowid >= %d and rowid < %d", r.table, r.next, r.next+r.size)
	window, err := r.engine.query(r.ctx, query)
	if err != nil {
		return err
	}
	r.window, r.next = window, r.next+r.size
	return nil
}

// Next moves to the next batch, which stays valid until the following call.
func (r *windowReader) Next() bool {
	for r.err == nil {
		if r.window.Next() {
			return true
		}
		if r.err = r.window.Err(); r.err != nil || r.next >= r.end {
			return false
		}
		r.window.Release()
		r.window = nil
		if err := r.open(); err != nil {
			r.err = fmt.Errorf("read table %s: %w", r.table, err)
		}
	}
	return false
}

// RecordBatch gives the current batch.
func (r *windowReader) RecordBatch() arrow.RecordBatch {
	if r.window == nil {
		return nil
	}
	return r.window.RecordBatch()
}

// Record gives the current batch.
//
// Deprecated: use RecordBatch.
func (r *windowReader) Record() arrow.RecordBatch { return r.RecordBatch() }

// Schema gives the table's columns.
func (r *windowReader) Schema() *arrow.Schema { return r.schema }

// Err gives why Next ended before the table's end, nil otherwise.
func (r *windowReader) Err() error { return r.err }

// Retain keeps the reader for one more Release.
func (r *windowReader) Retain() { r.refs.Add(1) }

// Release gives the reader up.
func (r *windowReader) Release() {
	if r.refs.Add(-1) == 0 && r.window != nil {
		r.window.Release()
		r.window = nil
	}
}
