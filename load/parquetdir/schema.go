package parquetdir

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"lastro/load"
)

// addColumns sets w up for the columns of t and gives the schema of the file.
func (w *writer) addColumns(t load.Table) (*schema.GroupNode, error) {
	var nodes schema.FieldList
	for _, c := range t.Columns {
		typ, err := load.ParseType(c.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		repetition := parquet.Repetitions.Optional
		if slices.Contains(t.Key, c.Name) {
			repetition = parquet.Repetitions.Required
		}
		col, logical, physical, length := newColumn(typ, repetition == parquet.Repetitions.Optional)
		node, err := schema.NewPrimitiveNodeLogical(c.Name, repetition, logical, physical, length, -1)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		nodes = append(nodes, node)
		w.columns, w.names = append(w.columns, col), append(w.names, c.Name)
	}
	return schema.NewGroupNode("schema", parquet.Repetitions.Required, nodes, -1)
}

// newColumn says how a SQL type is stored. length is the bytes of a fixed-length value and -1 otherwise.
func newColumn(t load.Type, optional bool) (c column, logical schema.LogicalType, physical parquet.Type, length int) {
	plainType := schema.LogicalType(schema.NoLogicalType{})
	switch t.Kind {
	case load.Boolean:
		return &values[bool]{optional: optional, take: booleans, put: putBooleans}, plainType, parquet.Types.Boolean, -1
	case load.TinyInt:
		return int32s(optional, plain((*array.Int8).Int8Values, toInt32[int8])), schema.NewIntLogicalType(8, true), parquet.Types.Int32, -1
	case load.SmallInt:
		return int32s(optional, plain((*array.Int16).Int16Values, toInt32[int16])), schema.NewIntLogicalType(16, true), parquet.Types.Int32, -1
	case load.Integer:
		return int32s(optional, plain((*array.Int32).Int32Values, toInt32[int32])), plainType, parquet.Types.Int32, -1
	case load.Date:
		return int32s(optional, plain((*array.Date32).Date32Values, toInt32[arrow.Date32])), schema.DateLogicalType{}, parquet.Types.Int32, -1
	case load.BigInt:
		return int64s(optional, plain((*array.Int64).Int64Values, toInt64[int64])), plainType, parquet.Types.Int64, -1
	case load.Timestamp, load.TimestampTZ:
		moment := schema.NewTimestampLogicalType(t.Kind == load.TimestampTZ, schema.TimeUnitMicros)
		return int64s(optional, plain((*array.Timestamp).TimestampValues, toInt64[arrow.Timestamp])), moment, parquet.Types.Int64, -1
	case load.Float:
		return &values[float32]{optional: optional, take: plain((*array.Float32).Float32Values, keep[float32]), same: boxed[float32], put: putFloats}, plainType, parquet.Types.Float, -1
	case load.Double:
		return &values[float64]{optional: optional, take: plain((*array.Float64).Float64Values, keep[float64]), same: boxed[float64], put: putDoubles}, plainType, parquet.Types.Double, -1
	case load.HugeInt:
		t.Precision = 38
		fallthrough
	case load.Decimal:
		return newDecimal(t, optional)
	}
	text := &values[parquet.ByteArray]{optional: optional, take: texts, same: func(v parquet.ByteArray) any { return string(v) }, put: putTexts}
	return text, schema.StringLogicalType{}, parquet.Types.ByteArray, -1
}

// newDecimal stores up to 9 digits in 32 bits, up to 18 in 64, and more in the fewest bytes that hold them.
func newDecimal(t load.Type, optional bool) (column, schema.LogicalType, parquet.Type, int) {
	logical := schema.NewDecimalLogicalType(int32(t.Precision), int32(t.Scale))
	switch {
	case t.Precision <= 9:
		return int32s(optional, decimals(func(n int64) int32 { return int32(n) })), logical, parquet.Types.Int32, -1
	case t.Precision <= 18:
		return int64s(optional, decimals(func(n int64) int64 { return n })), logical, parquet.Types.Int64, -1
	}
	length := decimalBytes(t.Precision)
	wide := func(v *values[parquet.FixedLenByteArray], a arrow.Array, rows rowRange) error {
		typed, ok := a.(*array.Decimal128)
		if !ok {
			return wrongArray(a)
		}
		for row := rows.from; row < rows.to; row++ {
			if rows.nulls && a.IsNull(row) {
				continue
			}
			n := typed.Value(row)
			var big [16]byte
			binary.BigEndian.PutUint64(big[:8], uint64(n.HighBits()))
			binary.BigEndian.PutUint64(big[8:], n.LowBits())
			room := v.heap.room(length)
			copy(room, big[16-length:])
			v.vals = append(v.vals, room)
		}
		return nil
	}
	same := func(v parquet.FixedLenByteArray) any { return string(v) }
	return &values[parquet.FixedLenByteArray]{optional: optional, take: wide, same: same, put: putFixed}, logical, parquet.Types.FixedLenByteArray, length
}

// decimalBytes is the fewest bytes in two's complement that hold every number of so many decimal digits.
func decimalBytes(precision int) int {
	return int(math.Ceil((float64(precision)*math.Log2(10) + 1) / 8))
}

// decimals takes decimals of at most 18 digits, in whichever width the engine gives them.
func decimals[T int32 | int64](convert func(int64) T) func(*values[T], arrow.Array, rowRange) error {
	small := plain((*array.Decimal32).Values, func(n decimal.Decimal32) T { return convert(int64(n)) })
	medium := plain((*array.Decimal64).Values, func(n decimal.Decimal64) T { return convert(int64(n)) })
	large := plain((*array.Decimal128).Values, func(n decimal128.Num) T { return convert(int64(n.LowBits())) })
	return func(v *values[T], a arrow.Array, rows rowRange) error {
		switch a.(type) {
		case *array.Decimal32:
			return small(v, a, rows)
		case *array.Decimal64:
			return medium(v, a, rows)
		}
		return large(v, a, rows)
	}
}

func int32s(optional bool, take func(*values[int32], arrow.Array, rowRange) error) column {
	return &values[int32]{optional: optional, take: take, same: boxed[int32], put: putInt32s}
}

func int64s(optional bool, take func(*values[int64], arrow.Array, rowRange) error) column {
	return &values[int64]{optional: optional, take: take, same: boxed[int64], put: putInt64s}
}

func keep[T any](v T) T                                        { return v }
func boxed[T comparable](v T) any                              { return v }
func toInt32[T int8 | int16 | int32 | arrow.Date32](v T) int32 { return int32(v) }
func toInt64[T int64 | arrow.Timestamp](v T) int64             { return int64(v) }
