//go:build duckdb_arrow

package feed

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// batches makes Arrow batches of rows. DuckDB keeps hold of their memory, which must not be Go's, so it is copied.
type batches struct {
	memory *recycler
	fields []arrow.Field
}

func (b *batches) make(schema *arrow.Schema, r *Rows) (arrow.RecordBatch, error) {
	n := len(r.lines)
	arrays := make([]arrow.Array, 0, len(b.fields))
	for i := range r.columns {
		arrays = append(arrays, b.texts(&r.columns[i], n))
	}
	for i := range r.columns {
		if c := &r.columns[i]; c.plain.kind != plainNothing {
			arrays = append(arrays, b.values(c, n))
		}
	}
	arrays = append(arrays, b.array(arrow.PrimitiveTypes.Int64, n, nil, b.buffer(arrow.Int64Traits.CastToBytes(r.lines))))
	record, err := array.NewStructArrayWithFields(arrays, b.fields)
	for _, a := range arrays {
		a.Release()
	}
	if err != nil {
		return nil, fmt.Errorf("make an Arrow batch: %w", err)
	}
	defer record.Release()
	return array.NewRecordBatch(schema, []arrow.Array{record}, int64(n)), nil
}

// texts makes an Arrow array of a column's texts.
func (b *batches) texts(c *column, n int) arrow.Array {
	var valid *memory.Buffer
	if c.nulls > 0 {
		valid = b.buffer(c.valid[:(n+7)/8])
	}
	// Arrow wants where each text begins, and where the last ends.
	offsets := b.allocate(4 * (n + 1))
	clear(offsets.Bytes()[:4])
	copy(offsets.Bytes()[4:], arrow.Int32Traits.CastToBytes(c.ends))
	return b.array(arrow.BinaryTypes.String, n, valid, offsets, b.buffer(c.data))
}

// values makes an Arrow array of a column's plain values.
func (b *batches) values(c *column, n int) arrow.Array {
	var data *memory.Buffer
	switch c.plain.kind {
	case plainDate:
		data = b.allocate(4 * n)
		days := arrow.Int32Traits.CastFromBytes(data.Bytes())
		for i, value := range c.values[:n] {
			days[i] = int32(value)
		}
	case plainBoolean:
		data = b.allocate((n + 7) / 8)
		bits := data.Bytes()
		clear(bits)
		for i, value := range c.values[:n] {
			bits[i>>3] |= byte(value&1) << (i & 7)
		}
	default:
		data = b.buffer(arrow.Int64Traits.CastToBytes(c.values[:n]))
	}
	return b.array(c.plain.arrowType(), n, b.buffer(c.validValue[:(n+7)/8]), data)
}

// array makes an array and lets it have the buffers; valid nil says that every value is there.
func (b *batches) array(of arrow.DataType, n int, valid *memory.Buffer, rest ...*memory.Buffer) arrow.Array {
	nulls := 0
	if valid != nil {
		nulls = array.UnknownNullCount
	}
	buffers := append([]*memory.Buffer{valid}, rest...)
	data := array.NewData(of, n, buffers, nil, nulls, 0)
	defer data.Release()
	for _, buffer := range buffers {
		if buffer != nil {
			buffer.Release()
		}
	}
	return array.MakeFromData(data)
}

func (b *batches) buffer(data []byte) *memory.Buffer {
	buffer := b.allocate(len(data))
	copy(buffer.Bytes(), data)
	return buffer
}

func (b *batches) allocate(size int) *memory.Buffer {
	buffer := memory.NewResizableBuffer(b.memory)
	buffer.Resize(size)
	return buffer
}
