//go:build !duckdb_arrow

package duckdbfile

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math/big"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"lastro/load"
)

// appendRows gives DuckDB one row after the other. It is for builds without Arrow in the DuckDB driver, and slower.
func appendRows(ctx context.Context, driverConn any, t load.Table, r *load.Reader) (err error) {
	conn, ok := driverConn.(driver.Conn)
	if !ok {
		return fmt.Errorf("not a connection to DuckDB: %T", driverConn)
	}
	appender, err := duckdb.NewAppender(conn, "out", "main", t.Name)
	if err != nil {
		return err
	}
	defer func() {
		if errClose := appender.CloseWithCancel(ctx); err == nil {
			err = errClose
		}
	}()
	row := make([]driver.Value, len(t.Columns))
	cells := make([]func(int) driver.Value, len(t.Columns))
	for r.Next() {
		batch := r.RecordBatch()
		for c := range cells {
			if cells[c], err = newCell(batch.Column(c), t.Columns[c]); err != nil {
				return fmt.Errorf("column %s: %w", t.Columns[c].Name, err)
			}
		}
		for i := range int(batch.NumRows()) {
			if i%4096 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			for c, cell := range cells {
				row[c] = nil
				if batch.Column(c).IsValid(i) {
					row[c] = cell(i)
				}
			}
			if err := appender.AppendRow(row...); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// newCell gives the values of a batch's column in the form the driver takes for that SQL type.
func newCell(column arrow.Array, c load.Column) (func(int) driver.Value, error) {
	t, err := load.ParseType(c.Type)
	if err != nil {
		return nil, err
	}
	decimal := func(n *big.Int) driver.Value {
		if t.Kind == load.HugeInt {
			return n
		}
		return duckdb.Decimal{Width: uint8(t.Precision), Scale: uint8(t.Scale), Value: n}
	}
	switch a := column.(type) {
	case *array.Boolean:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Int8:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Int16:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Int32:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Int64:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Float32:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Float64:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.Decimal32:
		return func(i int) driver.Value { return decimal(big.NewInt(int64(a.Value(i)))) }, nil
	case *array.Decimal64:
		return func(i int) driver.Value { return decimal(big.NewInt(int64(a.Value(i)))) }, nil
	case *array.Decimal128:
		return func(i int) driver.Value { return decimal(a.Value(i).BigInt()) }, nil
	case *array.Date32:
		return func(i int) driver.Value { return time.Unix(int64(a.Value(i))*24*60*60, 0).UTC() }, nil
	case *array.Timestamp:
		return func(i int) driver.Value { return time.UnixMicro(int64(a.Value(i))).UTC() }, nil
	case *array.String:
		return func(i int) driver.Value { return a.Value(i) }, nil
	case *array.LargeString:
		return func(i int) driver.Value { return a.Value(i) }, nil
	}
	return nil, fmt.Errorf("the duckdb target cannot write values of type %s", column.DataType())
}
