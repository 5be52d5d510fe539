//go:build !duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// batchRows is the size of batches, DuckDB's own.
const batchRows = 2048

// query gives a result as Arrow batches, filled from rows: slower than DuckDB's Arrow interface, with the same result.
func (e *Engine) query(ctx context.Context, query string) (array.RecordReader, error) {
	rows, err := e.db.QueryContext(ctx, query)
	if err != nil {
		return nil, translate(ctx, query, err)
	}
	reader, err := readRows(ctx, rows)
	if err != nil {
		_ = rows.Close() // the error of reading is the one to tell
		return nil, err
	}
	return reader, nil
}

func readRows(ctx context.Context, rows *sql.Rows) (array.RecordReader, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, translate(ctx, "", err)
	}
	fields := make([]arrow.Field, len(types))
	for i, t := range types {
		dataType, err := arrowType(t.DatabaseTypeName())
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", t.Name(), err)
		}
		fields[i] = arrow.Field{Name: t.Name(), Type: dataType, Nullable: true}
	}
	r := &rowReader{ctx: ctx, rows: rows, schema: arrow.NewSchema(fields, nil)}
	r.builder = array.NewRecordBuilder(memory.DefaultAllocator, r.schema)
	r.values, r.targets = make([]any, len(fields)), make([]any, len(fields))
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	r.refs.Store(1)
	return r, nil
}

// rowReader fills batches from rows.
type rowReader struct {
	ctx             context.Context
	rows            *sql.Rows
	schema          *arrow.Schema
	builder         *array.RecordBuilder
	values, targets []any // one row, and pointers to its values
	batch           arrow.RecordBatch
	err             error
	refs            atomic.Int64
}

// Next fills the next batch, which stays valid until the following call.
func (r *rowReader) Next() bool {
	r.drop()
	if r.err != nil {
		return false
	}
	count := 0
	for count < batchRows && r.rows.Next() {
		if r.err = r.rows.Scan(r.targets...); r.err != nil {
			return false
		}
		for i, value := range r.values {
			if r.err = appendValue(r.builder.Field(i), value); r.err != nil {
				r.err = fmt.Errorf("column %s: %w", r.schema.Field(i).Name, r.err)
				return false
			}
		}
		count++
	}
	if r.err = translate(r.ctx, "", r.rows.Err()); r.err != nil || count == 0 {
		return false
	}
	r.batch = r.builder.NewRecordBatch()
	return true
}

func (r *rowReader) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

// RecordBatch gives the current batch.
func (r *rowReader) RecordBatch() arrow.RecordBatch { return r.batch }

// Record gives the current batch.
//
// Deprecated: use RecordBatch.
func (r *rowReader) Record() arrow.RecordBatch { return r.batch }

// Schema gives the result's columns.
func (r *rowReader) Schema() *arrow.Schema { return r.schema }

// Err gives why Next ended before the result's end, nil otherwise.
func (r *rowReader) Err() error { return r.err }

// Retain keeps the reader for one more Release.
func (r *rowReader) Retain() { r.refs.Add(1) }

// Release gives the reader up; the last one closes the rows.
func (r *rowReader) Release() {
	if r.refs.Add(-1) == 0 {
		r.drop()
		r.builder.Release()
		_ = r.rows.Close() // nothing is written by reading, so closing loses nothing
	}
}
