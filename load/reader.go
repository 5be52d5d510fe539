package load

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Reader reads a table's batches and holds them to what the table says of itself: names and types of the columns,
// no NULL in the key, as many rows as Rows. It ends at the next batch when its context ends.
// Every target reads through it, so that no target shows a table cut short.
type Reader struct {
	array.RecordReader
	ctx   context.Context
	table Table
	keys  []int
	rows  int64
	err   error
}

// Read opens t. The caller releases the reader, and asks Err after the last Next.
func (t Table) Read(ctx context.Context) (*Reader, error) {
	inner, err := t.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("open table %s: %w", t.Name, err)
	}
	r := &Reader{RecordReader: inner, ctx: ctx, table: t}
	if err := r.checkSchema(inner.Schema()); err != nil {
		inner.Release()
		return nil, fmt.Errorf("table %s: %w", t.Name, err)
	}
	return r, nil
}

func (r *Reader) checkSchema(schema *arrow.Schema) error {
	if schema.NumFields() != len(r.table.Columns) {
		return fmt.Errorf("its rows have %d columns, its description %d", schema.NumFields(), len(r.table.Columns))
	}
	for i, c := range r.table.Columns {
		f := schema.Field(i)
		if f.Name != c.Name {
			return fmt.Errorf("column %d is %q in its rows and %q in its description", i+1, f.Name, c.Name)
		}
		t, err := ParseType(c.Type)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		if !t.Holds(f.Type) {
			return fmt.Errorf("column %s is %s in its description and %s in its rows", c.Name, t, f.Type)
		}
		if slices.Contains(r.table.Key, c.Name) {
			r.keys = append(r.keys, i)
		}
	}
	return nil
}

// Next goes to the next batch. After false, Err tells whether the table was whole.
func (r *Reader) Next() bool {
	if r.err != nil {
		return false
	}
	if r.err = r.ctx.Err(); r.err != nil {
		return false
	}
	if !r.RecordReader.Next() {
		r.err = r.end()
		return false
	}
	batch := r.RecordBatch()
	for _, i := range r.keys {
		if n := batch.Column(i).NullN(); n > 0 {
			r.err = fmt.Errorf("table %s: key column %s is NULL in %d rows of those after row %d", r.table.Name, r.table.Columns[i].Name, n, r.rows)
			return false
		}
	}
	r.rows += batch.NumRows()
	return true
}

func (r *Reader) end() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.RecordReader.Err(); err != nil {
		return fmt.Errorf("read table %s after row %d: %w", r.table.Name, r.rows, err)
	}
	if r.rows != r.table.Rows {
		return fmt.Errorf("table %s gave %d rows of the %d it has", r.table.Name, r.rows, r.table.Rows)
	}
	return nil
}

// Rows is the number of rows of the batches so far.
func (r *Reader) Rows() int64 { return r.rows }

// Err is nil when the table was read to its end and is what it says.
func (r *Reader) Err() error { return r.err }
