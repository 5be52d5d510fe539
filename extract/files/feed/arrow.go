//go:build duckdb_arrow

package feed

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/duckdb/duckdb-go/v2"
)

// open lets DuckDB scan Arrow batches as they are read. DuckDB leaves it to an Arrow stream to give only the columns
// that a query wants, and this one gives all: so there is one column, a struct of all of them, and nothing to leave out.
func open(ctx context.Context, conn *sql.Conn, name string, columns []string, read func(*Rows) error) (*Feed, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	reader := &batchReader{ctx: ctx, batches: make(chan arrow.RecordBatch, 2), memory: newRecycler(), fields: fieldsOf(columns)}
	reader.schema = arrow.NewSchema([]arrow.Field{{Name: "r", Type: arrow.StructOf(reader.fields...)}}, nil)

	var release func()
	err := conn.Raw(func(driverConn any) error {
		inner, ok := driverConn.(driver.Conn)
		if !ok {
			return errors.New("the connection is not DuckDB's")
		}
		engine, err := duckdb.NewArrowFromConn(inner)
		if err != nil {
			return err
		}
		release, err = engine.RegisterView(reader, name)
		return err
	})
	if err != nil {
		cancel(errStopped)
		return nil, err
	}
	reader.producer = produce(func() error {
		defer close(reader.batches)
		rows := newRows(len(columns), reader.send)
		if err := read(rows); err != nil {
			return err
		}
		return rows.flush()
	})
	return &Feed{
		From: "(select unnest(r) from " + quoteName(name) + ")",
		close: func() error {
			cancel(errStopped)
			for batch := range reader.batches {
				batch.Release()
			}
			err := reader.producer.wait()
			_, dropErr := conn.ExecContext(context.WithoutCancel(ctx), "drop view if exists "+quoteName(name))
			release()
			reader.next(nil)
			reader.memory.close()
			return errors.Join(err, dropErr)
		},
	}, nil
}

func fieldsOf(columns []string) []arrow.Field {
	var fields []arrow.Field
	for _, c := range append(slices.Clone(columns), FileColumn) {
		fields = append(fields, arrow.Field{Name: c, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return append(fields, arrow.Field{Name: LineColumn, Type: arrow.PrimitiveTypes.Int64, Nullable: true})
}

// batchReader hands the batches that are read to the scan. DuckDB calls it from one thread at a time.
type batchReader struct {
	ctx      context.Context
	batches  chan arrow.RecordBatch
	current  arrow.RecordBatch
	memory   *recycler
	schema   *arrow.Schema
	fields   []arrow.Field
	producer *producer
	err      error
}

// Retain and Release do nothing: the feed outlives the scan and frees what is left.
func (b *batchReader) Retain()  {}
func (b *batchReader) Release() {}

func (b *batchReader) Schema() *arrow.Schema          { return b.schema }
func (b *batchReader) RecordBatch() arrow.RecordBatch { return b.current }
func (b *batchReader) Record() arrow.RecordBatch      { return b.current }
func (b *batchReader) Err() error                     { return b.err }

func (b *batchReader) Next() bool {
	batch, ok := <-b.batches
	if !ok {
		b.err = b.producer.wait()
		batch = nil
	}
	b.next(batch)
	return ok
}

func (b *batchReader) next(batch arrow.RecordBatch) {
	if b.current != nil {
		b.current.Release()
	}
	b.current = batch
}

// send makes an Arrow batch of rows. What DuckDB keeps hold of must not be Go's memory, so it is copied.
func (b *batchReader) send(r *Rows) error {
	if b.ctx.Err() != nil {
		return stopCause(b.ctx)
	}
	n := len(r.lines)
	arrays := make([]arrow.Array, 0, len(r.columns)+1)
	for i := range r.columns {
		arrays = append(arrays, b.texts(&r.columns[i], n))
	}
	lines := b.buffer(arrow.Int64Traits.CastToBytes(r.lines))
	data := array.NewData(arrow.PrimitiveTypes.Int64, n, []*memory.Buffer{nil, lines}, nil, 0, 0)
	arrays = append(arrays, array.NewInt64Data(data))
	data.Release()
	lines.Release()
	record, err := array.NewStructArrayWithFields(arrays, b.fields)
	for _, a := range arrays {
		a.Release()
	}
	if err != nil {
		return fmt.Errorf("make an Arrow batch: %w", err)
	}
	batch := array.NewRecordBatch(b.schema, []arrow.Array{record}, int64(n))
	record.Release()
	select {
	case b.batches <- batch:
		return nil
	case <-b.ctx.Done():
		batch.Release()
		return stopCause(b.ctx)
	}
}

func stopCause(ctx context.Context) error { return context.Cause(ctx) }

// texts makes an Arrow array of a column.
func (b *batchReader) texts(c *column, n int) arrow.Array {
	// Arrow wants where each text begins, and where the last ends.
	ends := b.allocate(4 * (n + 1))
	offsets := arrow.Int32Traits.CastFromBytes(ends.Bytes())
	offsets[0] = 0
	copy(offsets[1:], c.ends)
	buffers := []*memory.Buffer{nil, ends, b.buffer(c.data)}
	if c.nulls > 0 {
		buffers[0] = b.buffer(c.valid[:(n+7)/8])
	}
	data := array.NewData(arrow.BinaryTypes.String, n, buffers, nil, c.nulls, 0)
	defer data.Release()
	for _, buffer := range buffers {
		if buffer != nil {
			buffer.Release()
		}
	}
	return array.NewStringData(data)
}

func (b *batchReader) buffer(data []byte) *memory.Buffer {
	buffer := b.allocate(len(data))
	copy(buffer.Bytes(), data)
	return buffer
}

func (b *batchReader) allocate(size int) *memory.Buffer {
	buffer := memory.NewResizableBuffer(b.memory)
	buffer.Resize(size)
	return buffer
}
