package postgres

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/zeebo/xxh3"
)

// rowHash tells the content of a row in 61 bits, never 0. The other three bits are for marks.
type rowHash = uint64

const hashBits = 61

// keyHash tells one row from another: 128 bits, so that two keys never have the same in practice.
type keyHash = xxh3.Uint128

// hashVersion changes when records or their hashes do. Then tables are read once to hash their rows anew.
const hashVersion = 1

// records are rows of a batch, each as bytes of fixed length with a slot for every column, that can be hashed at once.
// A slot is a byte that says that there is a value, and the value as Arrow has it, or a text as putText has it. NULL is
// zeros.
type records struct {
	*layout
	bytes []byte
	rows  int
}

// blockRows is how many records are made at a time: few enough to stay in the cache of the processor.
const blockRows = 256

func (r *records) row(i int) []byte { return r.bytes[i*r.stride : (i+1)*r.stride] }

// reset makes room for rows empty records.
func (r *records) reset(rows int) {
	r.rows = rows
	if cap(r.bytes) < rows*r.stride {
		r.bytes = make([]byte, blockRows*r.stride)
	}
	r.bytes = r.bytes[:rows*r.stride]
	clear(r.bytes)
}

// hashes gives the hashes of row i. Columns at the end that are NULL count for nothing, so that a column that is added
// changes the rows it has values in.
func (r *records) hashes(i int) (keyHash, rowHash) {
	row := r.row(i)
	end := r.keyEnd
	for t := len(r.tail) - 1; t >= 0; t-- {
		if c := &r.columns[r.tail[t]]; row[c.offset] != 0 {
			end = c.end
			break
		}
	}
	if len(r.key) == 0 {
		return xxh3.Hash128(row[:end]), 1
	}
	return xxh3.Hash128(row[:r.keyEnd]), max(xxh3.Hash(row[:end])&content, 1)
}

// fill makes the records of the rows of a batch from one number to another.
func (r *records) fill(batch arrow.RecordBatch, from, to int) error {
	r.reset(to - from)
	for i := range r.columns {
		if err := r.fillColumn(&r.columns[i], batch.Column(r.columns[i].source), from); err != nil {
			return err
		}
	}
	return nil
}

func (r *records) fillColumn(c *column, values arrow.Array, from int) error {
	r.mark(c, values, from)
	at := c.offset + 1
	switch a := values.(type) {
	case *array.Boolean:
		for row := range r.rows {
			if a.Value(from + row) {
				r.bytes[at+row*r.stride] = 1
			}
		}
	case *array.Decimal32:
		for row, v := range a.Values()[from : from+r.rows] {
			binary.LittleEndian.PutUint64(r.bytes[at+row*r.stride:], uint64(int64(v)))
		}
	case *array.Int8, *array.Int16, *array.Int32, *array.Int64, *array.Float32, *array.Float64, *array.Date32, *array.Timestamp,
		*array.Decimal64, *array.Decimal128:
		wide := values.DataType().(arrow.FixedWidthDataType).Bytes()
		r.copyFixed(at, values.Data().Buffers()[1].Bytes()[(values.Data().Offset()+from)*wide:], wide, width(c.typ))
	case *array.String:
		r.fillTexts(at, a, from)
	case *array.LargeString:
		r.fillTexts(at, a, from)
	default:
		return fmt.Errorf("the postgres target cannot write column %s: its values are of type %s", c.Name, values.DataType())
	}
	if values.NullN() > 0 {
		r.blank(c)
	}
	return nil
}

// mark says of each row whether there is a value.
func (r *records) mark(c *column, values arrow.Array, from int) {
	at := c.offset
	if values.NullN() == 0 {
		for range r.rows {
			r.bytes[at] = 1
			at += r.stride
		}
		return
	}
	valid, offset := values.NullBitmapBytes(), values.Data().Offset()+from
	for row := range r.rows {
		if bitutil.BitIsSet(valid, offset+row) {
			r.bytes[at] = 1
		}
		at += r.stride
	}
}

// blank clears what lies where there is no value: arrays may hold anything there.
func (r *records) blank(c *column) {
	for row := range r.rows {
		if slot := r.bytes[row*r.stride+c.offset : row*r.stride+c.end]; slot[0] == 0 {
			clear(slot)
		}
	}
}

// copyFixed copies values that are wide bytes apart, the first ones of each.
func (r *records) copyFixed(at int, values []byte, wide, bytes int) {
	switch bytes {
	case 8:
		for row := range r.rows {
			binary.LittleEndian.PutUint64(r.bytes[at:], binary.LittleEndian.Uint64(values[row*wide:]))
			at += r.stride
		}
	case 4:
		for row := range r.rows {
			binary.LittleEndian.PutUint32(r.bytes[at:], binary.LittleEndian.Uint32(values[row*wide:]))
			at += r.stride
		}
	default:
		for row := range r.rows {
			copy(r.bytes[at:at+bytes], values[row*wide:])
			at += r.stride
		}
	}
}

func (r *records) fillTexts(at int, texts interface{ Value(int) string }, from int) {
	for row := range r.rows {
		putText(r.bytes[at:at+16], texts.Value(from+row))
		at += r.stride
	}
}

// putText puts a short text into a slot as it is, with its length, and of a longer one the hash.
func putText[T string | []byte](slot []byte, text T) {
	if len(text) < 16 {
		copy(slot, text)
		slot[15] = byte(len(text))
		return
	}
	hash := xxh3.HashString128(string(text))
	binary.LittleEndian.PutUint64(slot, hash.Lo)
	binary.LittleEndian.PutUint64(slot[8:], hash.Hi|1<<63)
}
