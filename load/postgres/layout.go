package postgres

import (
	"fmt"
	"slices"

	"lastro/load"
)

// column is one column of a table as it is written.
type column struct {
	load.Column
	typ    load.Type
	source int // its number in the batches
	offset int // where its slot begins in a record
	end    int // and ends
}

// layout is how the rows of a table are written and hashed: its columns in the order in which they came to the table,
// so that neither a model that orders them anew nor a column that is added changes the hashes of rows.
type layout struct {
	table   load.Table
	columns []column
	key     []int // of columns, in the order of the key
	keyEnd  int   // where the key's slots end in a record; 0 without a key
	stride  int   // bytes of a record
	tail    []int // the columns that are not of the key, by their slots
}

// newLayout orders the columns of t: those of known first, as they are there, then the others. known are all columns of t.
func newLayout(t load.Table, known []string) (*layout, error) {
	l := &layout{table: t}
	for _, name := range known {
		at := slices.IndexFunc(t.Columns, func(c load.Column) bool { return c.Name == name })
		if err := l.add(at); err != nil {
			return nil, err
		}
	}
	for at, c := range t.Columns {
		if !slices.Contains(known, c.Name) {
			if err := l.add(at); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range t.Key {
		at := slices.IndexFunc(l.columns, func(c column) bool { return c.Name == name })
		l.key = append(l.key, at)
		l.place(at)
	}
	l.keyEnd = l.stride
	for at := range l.columns {
		if !slices.Contains(l.key, at) {
			l.tail = append(l.tail, at)
			l.place(at)
		}
	}
	return l, nil
}

func (l *layout) add(at int) error {
	c := l.table.Columns[at]
	typ, err := load.ParseType(c.Type)
	if err != nil {
		return fmt.Errorf("column %s: %w", c.Name, err)
	}
	l.columns = append(l.columns, column{Column: c, typ: typ, source: at})
	return nil
}

// place gives a column its slot: a byte that says that there is a value, and the value.
func (l *layout) place(at int) {
	l.columns[at].offset = l.stride
	l.stride += 1 + width(l.columns[at].typ)
	l.columns[at].end = l.stride
}

// names are the columns in their order.
func (l *layout) names() []string {
	names := make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i] = c.Name
	}
	return names
}
