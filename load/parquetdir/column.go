package parquetdir

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// column gathers the values of one column of a row group.
type column interface {
	// add copies the rows from..to of a batch's column.
	add(a arrow.Array, from, to int) error
	// write gives all that was added to chunk and begins anew.
	write(chunk file.ColumnChunkWriter) error
}

// values holds the values that are not NULL in the form that Parquet stores, and which rows have one.
type values[T any] struct {
	vals     []T
	present  []int16 // 1 where the row has a value; nil in a required column
	optional bool
	// take appends the values of the rows of an array that have one, in order.
	take func(v *values[T], a arrow.Array, rows rowRange) error
	// same says whether two values are equal; nil where a dictionary never pays.
	same func(v T) any
	put  func(chunk file.ColumnChunkWriter, vals []T, present []int16) error
	heap heap
}

// rowRange names rows of a batch's column; nulls says whether some of them are NULL.
type rowRange struct {
	from, to int
	nulls    bool
}

func (v *values[T]) add(a arrow.Array, from, to int) error {
	nulls := a.NullN() > 0
	if v.optional {
		for row := from; row < to; row++ {
			if nulls && a.IsNull(row) {
				v.present = append(v.present, 0)
			} else {
				v.present = append(v.present, 1)
			}
		}
	}
	return v.take(v, a, rowRange{from: from, to: to, nulls: nulls})
}

func (v *values[T]) write(chunk file.ColumnChunkWriter) error {
	if v.plainIsBetter() {
		chunk.FallbackToPlain()
	}
	err := v.put(chunk, v.vals, v.present)
	v.vals, v.present = v.vals[:0], v.present[:0]
	v.heap.reset()
	return err
}

// plainIsBetter guesses from values spread over the row group whether nearly every value is another one.
func (v *values[T]) plainIsBetter() bool {
	const sample = 1024
	if v.same == nil {
		return true
	}
	seen := make(map[any]struct{}, sample)
	n := min(sample, len(v.vals))
	for i := range n {
		seen[v.same(v.vals[i*len(v.vals)/n])] = struct{}{}
	}
	return len(seen) > n*95/100 && n > 16
}

// plain gives a taker of arrays that hold the values in a slice.
func plain[A arrow.Array, S, T any](slice func(A) []S, convert func(S) T) func(*values[T], arrow.Array, rowRange) error {
	return func(v *values[T], a arrow.Array, rows rowRange) error {
		typed, ok := a.(A)
		if !ok {
			return wrongArray(a)
		}
		for row, s := range slice(typed)[rows.from:rows.to] {
			if !rows.nulls || a.IsValid(rows.from+row) {
				v.vals = append(v.vals, convert(s))
			}
		}
		return nil
	}
}

// texts takes the strings of an array, copied, for the batch's memory goes with it.
func texts(v *values[parquet.ByteArray], a arrow.Array, rows rowRange) error {
	strings, ok := a.(interface{ Value(int) string })
	if !ok {
		return wrongArray(a)
	}
	for row := rows.from; row < rows.to; row++ {
		if !rows.nulls || a.IsValid(row) {
			s := strings.Value(row)
			room := v.heap.room(len(s))
			copy(room, s)
			v.vals = append(v.vals, room)
		}
	}
	return nil
}

func booleans(v *values[bool], a arrow.Array, rows rowRange) error {
	typed, ok := a.(*array.Boolean)
	if !ok {
		return wrongArray(a)
	}
	for row := rows.from; row < rows.to; row++ {
		if !rows.nulls || a.IsValid(row) {
			v.vals = append(v.vals, typed.Value(row))
		}
	}
	return nil
}

func wrongArray(a arrow.Array) error {
	return fmt.Errorf("the parquet target cannot write an array of %s here", a.DataType())
}

// heap gives out pieces of memory that live until reset.
type heap struct {
	blocks [][]byte // those before used are full
	used   int
}

const blockBytes = 1 << 20

func (h *heap) room(n int) []byte {
	for ; h.used < len(h.blocks); h.used++ {
		if b := h.blocks[h.used]; cap(b)-len(b) >= n {
			h.blocks[h.used] = b[:len(b)+n]
			return b[len(b) : len(b)+n : len(b)+n]
		}
	}
	h.blocks = append(h.blocks, make([]byte, n, max(n, blockBytes)))
	return h.blocks[h.used][:n:n]
}

func (h *heap) reset() {
	for i := range h.blocks {
		h.blocks[i] = h.blocks[i][:0]
	}
	h.used = 0
}
