//go:build duckdb_arrow

package feed

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
)

// open lets DuckDB scan Arrow batches as they are read. DuckDB leaves it to an Arrow stream to give only the columns
// that a query wants, and this one gives all: so there is one column, a struct of all of them, and nothing to leave out.
func open(ctx context.Context, conn *sql.Conn, name string, columns []Column, read func(*Rows) error) (*Feed, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	b := &batches{memory: newRecycler()}
	rows := newRows(columns, true, destination{})
	var plainNames map[string]string
	b.fields, plainNames = fieldsOf(columns, rows)
	reader := &reader{
		ctx: ctx, queue: make(chan arrow.RecordBatch, 2), ended: make(chan struct{}),
		schema: arrow.NewSchema([]arrow.Field{{Name: "r", Type: arrow.StructOf(b.fields...)}}, nil),
	}
	rows.to = destination{
		make:      func(r *Rows) (any, error) { return b.make(reader.schema, r) },
		put:       reader.put,
		perWorker: func() *Rows { return newRows(columns, true, rows.to) },
	}

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
	go func() {
		defer close(reader.ended)
		defer close(reader.queue)
		if reader.readErr = read(rows); reader.readErr == nil {
			reader.readErr = rows.flush()
		}
	}()
	return &Feed{
		From:  "(select unnest(r) from " + quoteName(name) + ")",
		Plain: plainNames,
		close: func() error {
			cancel(errStopped)
			for batch := range reader.queue {
				batch.Release()
			}
			err := reader.wait()
			_, dropErr := conn.ExecContext(context.WithoutCancel(ctx), "drop view if exists "+quoteName(name))
			release()
			reader.hold(nil)
			b.memory.close()
			return errors.Join(err, dropErr)
		},
	}, nil
}

// fieldsOf gives the fields of the struct: texts, the file, the plain values, the line.
func fieldsOf(columns []Column, rows *Rows) (fields []arrow.Field, plainNames map[string]string) {
	plainNames = map[string]string{}
	prefix := "_plain"
	for slices.ContainsFunc(columns, func(c Column) bool { return strings.HasPrefix(strings.ToLower(c.Name), prefix) }) {
		prefix += "_"
	}
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	fields = append(fields, arrow.Field{Name: FileColumn, Type: arrow.BinaryTypes.String, Nullable: true})
	for i, c := range columns {
		if arrowType := rows.columns[i].plain.arrowType(); arrowType != nil {
			plainNames[c.Name] = fmt.Sprintf("%s%d", prefix, i)
			fields = append(fields, arrow.Field{Name: plainNames[c.Name], Type: arrowType, Nullable: true})
		}
	}
	return append(fields, arrow.Field{Name: LineColumn, Type: arrow.PrimitiveTypes.Int64, Nullable: true}), plainNames
}

func (p plain) arrowType() arrow.DataType {
	switch p.kind {
	case plainDate:
		return arrow.FixedWidthTypes.Date32
	case plainTimestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case plainInteger:
		return arrow.PrimitiveTypes.Int64
	case plainBoolean:
		return arrow.FixedWidthTypes.Boolean
	case plainDecimal:
		return &arrow.Decimal64Type{Precision: int32(p.digits + p.scale), Scale: int32(p.scale)}
	case plainNothing:
	}
	return nil
}

// reader hands the batches that are read to the scan. DuckDB calls it from one thread at a time.
type reader struct {
	ctx     context.Context
	schema  *arrow.Schema
	queue   chan arrow.RecordBatch
	current arrow.RecordBatch
	err     error

	ended   chan struct{}
	readErr error
}

var _ array.RecordReader = (*reader)(nil)

// Retain and Release do nothing: the feed outlives the scan and frees what is left.
func (r *reader) Retain()  {}
func (r *reader) Release() {}

func (r *reader) Schema() *arrow.Schema          { return r.schema }
func (r *reader) RecordBatch() arrow.RecordBatch { return r.current }
func (r *reader) Record() arrow.RecordBatch      { return r.current }
func (r *reader) Err() error                     { return r.err }

func (r *reader) Next() bool {
	batch, ok := <-r.queue
	if !ok {
		batch, r.err = nil, r.wait()
	}
	r.hold(batch)
	return ok
}

// hold lets go of the batch in hand for the next one.
func (r *reader) hold(batch arrow.RecordBatch) {
	if r.current != nil {
		r.current.Release()
	}
	r.current = batch
}

// put queues a batch for the scan.
func (r *reader) put(of any) error {
	batch, ok := of.(arrow.RecordBatch)
	if !ok {
		return fmt.Errorf("%T is no Arrow batch", of)
	}
	if r.ctx.Err() == nil {
		select {
		case r.queue <- batch:
			return nil
		case <-r.ctx.Done():
		}
	}
	batch.Release()
	return context.Cause(r.ctx)
}

// wait gives the error of a reading that ended by itself.
func (r *reader) wait() error {
	<-r.ended
	if errors.Is(r.readErr, errStopped) {
		return nil
	}
	return r.readErr
}
