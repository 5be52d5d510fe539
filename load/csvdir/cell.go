package csvdir

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// cell appends the value of a row, which is not NULL, to a line.
type cell func(line []byte, row int) ([]byte, error)

var errNotFinite = errors.New("the value is not a finite number, and CSV has no way to write it: make it NULL in the model")

// newCell gives the writer of one column of one batch.
func newCell(column arrow.Array) (cell, error) {
	switch a := column.(type) {
	case *array.Boolean:
		return func(line []byte, row int) ([]byte, error) { return strconv.AppendBool(line, a.Value(row)), nil }, nil
	case *array.Int8:
		return integers(a.Int8Values()), nil
	case *array.Int16:
		return integers(a.Int16Values()), nil
	case *array.Int32:
		return integers(a.Int32Values()), nil
	case *array.Int64:
		return integers(a.Int64Values()), nil
	case *array.Float32:
		return floats(a.Float32Values(), 32), nil
	case *array.Float64:
		return floats(a.Float64Values(), 64), nil
	case *array.Decimal32:
		return decimals(a.Values(), a.DataType()), nil
	case *array.Decimal64:
		return decimals(a.Values(), a.DataType()), nil
	case *array.Decimal128:
		return wideDecimals(a.Values(), a.DataType()), nil
	case *array.Date32:
		days := a.Date32Values()
		return func(line []byte, row int) ([]byte, error) { return appendDate(line, int64(days[row])) }, nil
	case *array.Timestamp:
		return timestamps(a), nil
	case *array.String:
		return func(line []byte, row int) ([]byte, error) { return appendText(line, a.Value(row)), nil }, nil
	case *array.LargeString:
		return func(line []byte, row int) ([]byte, error) { return appendText(line, a.Value(row)), nil }, nil
	}
	return nil, fmt.Errorf("the csv target cannot write values of type %s", column.DataType())
}

func integers[T int8 | int16 | int32 | int64](values []T) cell {
	return func(line []byte, row int) ([]byte, error) {
		return strconv.AppendInt(line, int64(values[row]), 10), nil
	}
}

func floats[T float32 | float64](values []T, bits int) cell {
	return func(line []byte, row int) ([]byte, error) {
		v := float64(values[row])
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return line, errNotFinite
		}
		return strconv.AppendFloat(line, v, 'f', -1, bits), nil
	}
}

// appendText quotes a text where RFC 4180 asks for it, where it is empty (a bare empty field is NULL), and where it
// begins or ends with a space, which some readers cut off.
func appendText(line []byte, s string) []byte {
	if !needsQuotes(s) {
		return append(line, s...)
	}
	line = append(line, '"')
	for i := range len(s) {
		if s[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, s[i])
	}
	return append(line, '"')
}

func needsQuotes(s string) bool {
	if s == "" || s[0] == ' ' || s[0] == '\t' || s[len(s)-1] == ' ' || s[len(s)-1] == '\t' {
		return true
	}
	for i := range len(s) {
		switch s[i] {
		case ',', '"', '\n', '\r':
			return true
		}
	}
	return false
}
