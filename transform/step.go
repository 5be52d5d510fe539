package transform

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Step computes in Go what SQL cannot. The SELECT of a model whose header names it gives its input, and what the step gives is the
// model's table; in all else the model is like any other: in the graph, in selections, in its checks.
type Step struct {
	// Columns are those of the table.
	Columns []Column
	// Run gives the table's rows, with a value for each of Columns. It is a function of its input alone, which it may not change.
	// Values are nil, string, int64, float64 and bool; a float64 that is no number is refused.
	Run func(ctx context.Context, input Rows) ([][]any, error)
}

// Rows are a small table: the rows of a SELECT in their order.
type Rows struct {
	Columns []string
	// Values are rows of nil, string, int64, float64 and bool; whatever else a column holds, as dates and decimals, is text.
	Values [][]any
}

// Require gives the places of columns, or says which of them the input doesn't have.
func (r Rows) Require(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, name := range names {
		at[i] = -1
		for k, column := range r.Columns {
			if strings.EqualFold(column, name) {
				at[i] = k
			}
		}
		if at[i] < 0 {
			return nil, fmt.Errorf("the step reads a column %s, which the SELECT doesn't give", name)
		}
	}
	return at, nil
}

// runStep reads a step's input, runs it and writes its table.
func (b *Builder) runStep(ctx context.Context, m *Model) error {
	query := cutStatement(m.SQL)
	input, err := readRows(ctx, b.Engine, query)
	if err != nil {
		return b.failure(m, statement{text: query, size: len(query)}, err)
	}
	values, err := m.step.Run(ctx, input)
	if err == nil {
		query, err = m.step.query(values)
	}
	if err == nil {
		err = b.Engine.Exec(ctx, createStatement(m, query).text)
	}
	if err != nil {
		return &BuildError{Model: m.Name, File: m.File, Line: m.Header.lines["step"], Err: fmt.Errorf("step %s: %w", m.Header.Step, err)}
	}
	return nil
}

// readRows reads a small result.
func readRows(ctx context.Context, engine Engine, query string) (rows Rows, err error) {
	reader, err := engine.Read(ctx, query)
	if err != nil {
		return Rows{}, err
	}
	defer reader.Release()
	for _, field := range reader.Schema().Fields() {
		rows.Columns = append(rows.Columns, field.Name)
	}
	for reader.Next() {
		batch := reader.RecordBatch()
		for i := range int(batch.NumRows()) {
			row := make([]any, batch.NumCols())
			for k, column := range batch.Columns() {
				row[k] = cellValue(column, i)
			}
			rows.Values = append(rows.Values, row)
		}
	}
	return rows, reader.Err()
}

func cellValue(column arrow.Array, row int) any {
	if column.IsNull(row) {
		return nil
	}
	switch c := column.(type) {
	case *array.Int32:
		return int64(c.Value(row))
	case *array.Int64:
		return c.Value(row)
	case *array.Float64:
		return c.Value(row)
	case *array.Boolean:
		return c.Value(row)
	}
	return cellText(column, row)
}

// query is a SELECT of the rows that a step gave.
func (s *Step) query(values [][]any) (string, error) {
	names, casts, nothing := make([]string, len(s.Columns)), make([]string, len(s.Columns)), make([]string, len(s.Columns))
	for i, column := range s.Columns {
		names[i] = Quote(column.Name)
		casts[i] = fmt.Sprintf("cast(%s as %s) as %s", names[i], column.Type, names[i])
		nothing[i] = "null"
	}
	if len(values) == 0 {
		return fmt.Sprintf("select %s from (values (%s)) as given (%s) where false",
			strings.Join(casts, ", "), strings.Join(nothing, ", "), strings.Join(names, ", ")), nil
	}
	rows := make([]string, len(values))
	for i, row := range values {
		if len(row) != len(s.Columns) {
			return "", fmt.Errorf("row %d has %d values for %d columns", i+1, len(row), len(s.Columns))
		}
		cells := make([]string, len(row))
		for k, value := range row {
			if number, ok := value.(float64); ok && (math.IsNaN(number) || math.IsInf(number, 0)) {
				return "", fmt.Errorf("column %s of row %d is %v, which is no number", s.Columns[k].Name, i+1, number)
			}
			cells[k] = exactLiteral(value)
		}
		rows[i] = "(" + strings.Join(cells, ", ") + ")"
	}
	return fmt.Sprintf("select %s from (values\n%s\n) as given (%s)",
		strings.Join(casts, ", "), strings.Join(rows, ",\n"), strings.Join(names, ", ")), nil
}

// exactLiteral writes a value as a SQL literal; a float64 so that all of its bits come back.
func exactLiteral(value any) string {
	if number, ok := value.(float64); ok {
		return fmt.Sprintf("cast('%v' as double)", number)
	}
	return literal(value)
}
