package oracle

import (
	"cmp"
	"slices"
)

// Row is one row of a table: text by column name, "" for NULL. Dates are written
// 2024-01-31, booleans true and false, money with 4 decimals, ratios as doubles.
type Row map[string]string

// Tables are rows by table name.
type Tables map[string][]Row

// Kind says how the cells of a column are written and compared.
type Kind int

// The kinds of columns.
const (
	Text Kind = iota
	Dated
	Boolean
	Integer
	Money // exact decimal
	Ratio // double
)

// Column is one column of a table.
type Column struct {
	Name string
	Kind Kind
}

// Schema is a table's columns, the first Keys of which identify a row.
type Schema struct {
	Name    string
	Keys    int
	Columns []Column
	// Part says which rows the expected tables hold, where they are part of the table; nil for all.
	Part func(Row) bool
}

// Key is the text that identifies a row.
func (s Schema) Key(row Row) string {
	var text string
	for i, column := range s.Columns[:s.Keys] {
		if i > 0 {
			text += "|"
		}
		text += canonicalCell(column.Kind, row[column.Name])
	}
	return text
}

// sorted puts rows in the order of their keys, column by column.
func (s Schema) sorted(rows []Row) []Row {
	slices.SortFunc(rows, func(x, y Row) int {
		for _, column := range s.Columns[:s.Keys] {
			a, b := x[column.Name], y[column.Name]
			if column.Kind == Integer && len(a) != len(b) { // ages: no sign, no leading zeros
				return cmp.Compare(len(a), len(b))
			}
			if a != b {
				return cmp.Compare(a, b)
			}
		}
		return 0
	})
	return rows
}
