package targettest

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Snapshot is what a reader found: the run and its tables, each with a first row of column names. Cells are texts as
// Table takes them.
type Snapshot struct {
	RunID  string
	Tables map[string][][]string
}

// Querier is a database or one connection to it.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// SQLRows runs a query on DuckDB and gives its rows as a table of a Snapshot.
func SQLRows(db Querier, query string) ([][]string, error) {
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	header := make([]string, len(types))
	values, pointers := make([]any, len(types)), make([]any, len(types))
	for i, t := range types {
		header[i], pointers[i] = t.Name(), &values[i]
	}
	out := [][]string{header}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		row := make([]string, len(values))
		for i, v := range values {
			if row[i], err = cellText(v, types[i].DatabaseTypeName()); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func cellText(value any, sqlType string) (string, error) {
	switch v := value.(type) {
	case nil:
		return Null, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int8, int16, int32, int64:
		return fmt.Sprint(v), nil
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case *big.Int:
		return v.String(), nil
	case duckdb.Decimal:
		digits := new(big.Int).Abs(v.Value).String()
		if missing := int(v.Scale) + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		if v.Scale > 0 {
			point := len(digits) - int(v.Scale)
			digits = digits[:point] + "." + digits[point:]
		}
		if v.Value.Sign() < 0 {
			digits = "-" + digits
		}
		return digits, nil
	case time.Time:
		if sqlType == "DATE" {
			return v.Format(time.DateOnly), nil
		}
		return v.UTC().Format(time.RFC3339Nano), nil
	case string:
		return v, nil
	}
	return "", fmt.Errorf("a value of type %T has no text here", value)
}

func plainFloat(text string, bits int) (string, error) {
	v, err := strconv.ParseFloat(text, bits)
	return strconv.FormatFloat(v, 'f', -1, bits), err
}
