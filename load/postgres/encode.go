package postgres

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// The binary format of COPY: a head, rows (the number of fields, and of each its length and its bytes), an end.
var (
	copyHead = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	copyEnd  = []byte{0xff, 0xff}
	copyNull = []byte{0xff, 0xff, 0xff, 0xff}
)

// field appends the field of a row that is not NULL.
type field func(line []byte, row int) []byte

// encoder writes rows of one batch as COPY takes them.
type encoder struct {
	fields []field
	nulls  []arrow.Array // nil where a column has no NULL
	err    error         // what was wrong with a value
}

func (l *layout) encoder(batch arrow.RecordBatch) (*encoder, error) {
	e := &encoder{fields: make([]field, len(l.columns)), nulls: make([]arrow.Array, len(l.columns))}
	for i := range l.columns {
		values := batch.Column(l.columns[i].source)
		var err error
		if e.fields[i], err = e.newField(&l.columns[i], values); err != nil {
			return nil, err
		}
		if values.NullN() > 0 {
			e.nulls[i] = values
		}
	}
	return e, nil
}

// append appends the fields of a row; their number is the caller's. What is wrong with them is in err.
func (e *encoder) append(line []byte, row int) []byte {
	for i, f := range e.fields {
		if e.nulls[i] != nil && e.nulls[i].IsNull(row) {
			line = append(line, copyNull...)
		} else {
			line = f(line, row)
		}
	}
	return line
}

func (e *encoder) newField(c *column, values arrow.Array) (field, error) {
	switch a := values.(type) {
	case *array.Boolean:
		return func(line []byte, row int) []byte {
			if a.Value(row) {
				return append(line, 0, 0, 0, 1, 1)
			}
			return append(line, 0, 0, 0, 1, 0)
		}, nil
	case *array.Int8:
		v := a.Int8Values()
		return func(line []byte, row int) []byte { return appendInt16(line, int16(v[row])) }, nil
	case *array.Int16:
		v := a.Int16Values()
		return func(line []byte, row int) []byte { return appendInt16(line, v[row]) }, nil
	case *array.Int32:
		v := a.Int32Values()
		return func(line []byte, row int) []byte { return append32(line, uint32(v[row])) }, nil
	case *array.Int64:
		v := a.Int64Values()
		return func(line []byte, row int) []byte { return append64(line, uint64(v[row])) }, nil
	case *array.Float32:
		v := a.Float32Values()
		return func(line []byte, row int) []byte { return append32(line, math.Float32bits(v[row])) }, nil
	case *array.Float64:
		v := a.Float64Values()
		return func(line []byte, row int) []byte { return append64(line, math.Float64bits(v[row])) }, nil
	case *array.Date32:
		v := a.Date32Values()
		return func(line []byte, row int) []byte { return append32(line, uint32(pgDate(int32(v[row])))) }, nil
	case *array.Timestamp:
		v := a.TimestampValues()
		return func(line []byte, row int) []byte { return append64(line, uint64(pgMicros(int64(v[row])))) }, nil
	}
	return e.newWideField(c, values)
}

func (e *encoder) newWideField(c *column, values arrow.Array) (field, error) {
	scale := c.typ.Scale
	switch a := values.(type) {
	case *array.Decimal32:
		v := a.Values()
		return func(line []byte, row int) []byte {
			return appendNumeric(line, int64(v[row])>>63, uint64(int64(v[row])), scale)
		}, nil
	case *array.Decimal64:
		v := a.Values()
		return func(line []byte, row int) []byte {
			return appendNumeric(line, int64(v[row])>>63, uint64(v[row]), scale)
		}, nil
	case *array.Decimal128:
		v := a.Values()
		return func(line []byte, row int) []byte {
			return appendNumeric(line, v[row].HighBits(), v[row].LowBits(), scale)
		}, nil
	case *array.String:
		return func(line []byte, row int) []byte { return e.text(line, c, a.Value(row)) }, nil
	case *array.LargeString:
		return func(line []byte, row int) []byte { return e.text(line, c, a.Value(row)) }, nil
	}
	return nil, fmt.Errorf("the postgres target cannot write column %s: its values are of type %s", c.Name, values.DataType())
}

// text appends a text, and says when there is the one character in it that PostgreSQL cannot hold.
func (e *encoder) text(line []byte, c *column, text string) []byte {
	if strings.IndexByte(text, 0) >= 0 {
		e.err = fmt.Errorf("column %s: the text %.60q has a NUL character, which PostgreSQL cannot hold: replace it in the model, as replace(%s, chr(0), '')",
			c.Name, text, c.Name)
	}
	return appendText(line, text)
}

func appendInt16(line []byte, v int16) []byte {
	return append(line, 0, 0, 0, 2, byte(uint16(v)>>8), byte(v))
}

func append32(line []byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32(append(line, 0, 0, 0, 4), v)
}

func append64(line []byte, v uint64) []byte {
	return binary.BigEndian.AppendUint64(append(line, 0, 0, 0, 8), v)
}

func appendText(line []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32(line, uint32(len(text))), text...)
}
