// Package targettest is the one suite that every target passes, and what tests need to make tables and to break disks.
package targettest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"lastro/load"
)

// Null stands for NULL among the texts of cells.
const Null = "∅"

// Table makes a table from the texts of its cells, in one batch for each group of rows. Texts are as the csv target
// writes them: 2025-01-31, 2025-01-31T12:00:00Z, 12.3400, true.
func Table(name string, key []string, columns []load.Column, batches ...[][]string) (load.Table, error) {
	schema, err := Schema(columns)
	if err != nil {
		return load.Table{}, fmt.Errorf("table %s: %w", name, err)
	}
	records := make([]arrow.RecordBatch, len(batches))
	for b, rows := range batches {
		if records[b], err = record(schema, rows); err != nil {
			return load.Table{}, fmt.Errorf("table %s: %w", name, err)
		}
	}
	return FromRecords(name, key, columns, schema, records), nil
}

// FromRecords makes a table of batches that are in memory. They stay the caller's.
func FromRecords(name string, key []string, columns []load.Column, schema *arrow.Schema, records []arrow.RecordBatch) load.Table {
	t := load.Table{Name: name, Key: key, Columns: columns, Description: "Table " + name + ".", Grain: "one row per key"}
	for _, r := range records {
		t.Rows += r.NumRows()
	}
	t.Open = func(context.Context) (array.RecordReader, error) { return array.NewRecordReader(schema, records) }
	return t
}

// Schema gives the Arrow types in which the engine hands out columns.
func Schema(columns []load.Column) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		t, err := load.ParseType(c.Type)
		if err != nil {
			return nil, err
		}
		fields[i] = arrow.Field{Name: c.Name, Type: arrowType(t), Nullable: true}
	}
	return arrow.NewSchema(fields, nil), nil
}

func arrowType(t load.Type) arrow.DataType {
	switch t.Kind {
	case load.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case load.TinyInt:
		return arrow.PrimitiveTypes.Int8
	case load.SmallInt:
		return arrow.PrimitiveTypes.Int16
	case load.Integer:
		return arrow.PrimitiveTypes.Int32
	case load.BigInt:
		return arrow.PrimitiveTypes.Int64
	case load.HugeInt:
		return &arrow.Decimal128Type{Precision: 38}
	case load.Float:
		return arrow.PrimitiveTypes.Float32
	case load.Double:
		return arrow.PrimitiveTypes.Float64
	case load.Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
	case load.Date:
		return arrow.FixedWidthTypes.Date32
	case load.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case load.TimestampTZ:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	}
	return arrow.BinaryTypes.String
}

func record(schema *arrow.Schema, rows [][]string) (arrow.RecordBatch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range rows {
		for c, text := range row {
			if err := appendCell(b.Field(c), text); err != nil {
				return nil, fmt.Errorf("column %s: %w", schema.Field(c).Name, err)
			}
		}
	}
	return b.NewRecordBatch(), nil
}

func appendCell(b array.Builder, text string) error {
	if text == Null {
		b.AppendNull()
		return nil
	}
	var err error
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(text == "true")
	case *array.Int8Builder:
		b.Append(int8(whole(text, 8, &err)))
	case *array.Int16Builder:
		b.Append(int16(whole(text, 16, &err)))
	case *array.Int32Builder:
		b.Append(int32(whole(text, 32, &err)))
	case *array.Int64Builder:
		b.Append(whole(text, 64, &err))
	case *array.Float32Builder:
		b.Append(float32(float(text, 32, &err)))
	case *array.Float64Builder:
		b.Append(float(text, 64, &err))
	case *array.Decimal128Builder:
		t := b.Type().(*arrow.Decimal128Type)
		n, errN := decimal128.FromString(text, t.Precision, t.Scale)
		b.Append(n)
		err = errN
	case *array.Date32Builder:
		at, errT := time.Parse(time.DateOnly, text)
		b.Append(arrow.Date32FromTime(at))
		err = errT
	case *array.TimestampBuilder:
		at, errT := time.Parse(time.RFC3339Nano, text)
		b.Append(arrow.Timestamp(at.UnixMicro()))
		err = errT
	case *array.StringBuilder:
		b.Append(text)
	default:
		err = fmt.Errorf("no way to make a value of %s", b.Type())
	}
	return err
}

func whole(text string, bits int, err *error) int64 {
	n, errN := strconv.ParseInt(text, 10, bits)
	*err = errN
	return n
}

func float(text string, bits int, err *error) float64 {
	n, errN := strconv.ParseFloat(text, bits)
	*err = errN
	return n
}
