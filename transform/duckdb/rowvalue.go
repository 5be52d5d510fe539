//go:build !duckdb_arrow

package duckdb

import (
	"fmt"
	"math/big"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	driverduckdb "github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"
)

// scalarTypes are the Arrow types that DuckDB's own interface gives for its types, decimals aside.
var scalarTypes = map[string]arrow.DataType{
	"BOOLEAN": arrow.FixedWidthTypes.Boolean,
	"TINYINT": arrow.PrimitiveTypes.Int8, "SMALLINT": arrow.PrimitiveTypes.Int16,
	"INTEGER": arrow.PrimitiveTypes.Int32, "BIGINT": arrow.PrimitiveTypes.Int64,
	"UTINYINT": arrow.PrimitiveTypes.Uint8, "USMALLINT": arrow.PrimitiveTypes.Uint16,
	"UINTEGER": arrow.PrimitiveTypes.Uint32, "UBIGINT": arrow.PrimitiveTypes.Uint64,
	"FLOAT": arrow.PrimitiveTypes.Float32, "DOUBLE": arrow.PrimitiveTypes.Float64,
	"HUGEINT": &arrow.Decimal128Type{Precision: 38, Scale: 0},
	"VARCHAR": arrow.BinaryTypes.String, "UUID": arrow.BinaryTypes.String, "BLOB": arrow.BinaryTypes.Binary,
	"DATE": arrow.FixedWidthTypes.Date32, "TIME": arrow.FixedWidthTypes.Time64us,
	"TIMESTAMP":    &arrow.TimestampType{Unit: arrow.Microsecond},
	"TIMESTAMP_S":  &arrow.TimestampType{Unit: arrow.Second},
	"TIMESTAMP_MS": &arrow.TimestampType{Unit: arrow.Millisecond},
	"TIMESTAMP_NS": &arrow.TimestampType{Unit: arrow.Nanosecond},
	"TIMESTAMPTZ":  &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
}

// arrowType gives the Arrow type of a DuckDB type by its name.
func arrowType(name string) (arrow.DataType, error) {
	if scalar, ok := scalarTypes[name]; ok {
		return scalar, nil
	}
	var width, scale int32
	if n, err := fmt.Sscanf(name, "DECIMAL(%d,%d)", &width, &scale); err == nil && n == 2 {
		return &arrow.Decimal128Type{Precision: width, Scale: scale}, nil
	}
	return nil, fmt.Errorf("type %s is not read by a build without the tag duckdb_arrow: build with it, or cast the column to varchar", name)
}

// appendValue adds a value of a row to a column.
func appendValue(column array.Builder, value any) error {
	if value == nil {
		column.AppendNull()
		return nil
	}
	switch b := column.(type) {
	case *array.BooleanBuilder:
		return appendAs(b.Append, value)
	case *array.Int8Builder:
		return appendAs(b.Append, value)
	case *array.Int16Builder:
		return appendAs(b.Append, value)
	case *array.Int32Builder:
		return appendAs(b.Append, value)
	case *array.Int64Builder:
		return appendAs(b.Append, value)
	case *array.Uint8Builder:
		return appendAs(b.Append, value)
	case *array.Uint16Builder:
		return appendAs(b.Append, value)
	case *array.Uint32Builder:
		return appendAs(b.Append, value)
	case *array.Uint64Builder:
		return appendAs(b.Append, value)
	case *array.Float32Builder:
		return appendAs(b.Append, value)
	case *array.Float64Builder:
		return appendAs(b.Append, value)
	case *array.StringBuilder:
		if id, ok := value.([]byte); ok { // a UUID
			parsed, err := uuid.FromBytes(id)
			if err != nil {
				return err
			}
			value = parsed.String()
		}
		return appendAs(b.Append, value)
	case *array.BinaryBuilder:
		return appendAs(b.Append, value)
	case *array.Date32Builder:
		return appendAs(func(t time.Time) { b.Append(arrow.Date32FromTime(t)) }, value)
	case *array.Time64Builder:
		return appendAs(func(t time.Time) { b.Append(arrow.Time64(sinceMidnight(t).Microseconds())) }, value)
	case *array.TimestampBuilder:
		return appendAs(b.AppendTime, value)
	case *array.Decimal128Builder:
		if decimal, ok := value.(driverduckdb.Decimal); ok {
			value = decimal.Value
		}
		return appendAs(func(n *big.Int) { b.Append(decimal128.FromBigInt(n)) }, value)
	}
	return fmt.Errorf("no column of type %s is filled from rows", column.Type())
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// appendAs hands a value to add if it is of add's type.
func appendAs[T any](add func(T), value any) error {
	typed, ok := value.(T)
	if !ok {
		return fmt.Errorf("a value is of type %T, not %T", value, typed)
	}
	add(typed)
	return nil
}
