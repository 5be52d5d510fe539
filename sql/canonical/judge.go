package canonical

import (
	"fmt"
	"slices"
	"strings"
)

// Field is a column of a relation, typed as DuckDB names types ("VARCHAR", "DECIMAL(18,4)").
type Field struct{ Name, Type string }

// Format says how the text of a column is written when it is not written the plain way.
type Format struct {
	// Layout is a strptime pattern for dates and timestamps, as %d-%m-%Y. What does not fit it is an error. Without
	// an offset in the pattern a timestamp is in UTC.
	Layout string
	// DateLayout is a pattern for dates without a clock in a timestamp column, which may stand beside what Layout (or
	// ISO 8601) reads.
	DateLayout string
	// DecimalComma says that numbers read 1.234,56.
	DecimalComma bool
}

// Input is a relation whose rows are to be judged.
type Input struct {
	// From is the relation as it stands after FROM: a quoted name, or a SELECT in parentheses.
	From string
	// Columns are its columns. Those that the entity does not declare go to _extra, but for those of Pass and the
	// lake's own (_source, _file, _line, _run_id, _first_seen); a column _extra is joined with the others.
	Columns []Field
	// Pass names columns to give through as they are.
	Pass []string
	// Formats are by column name; text columns only.
	Formats map[string]Format
	// Plain names, for text columns, a further column of the relation that has the values which are written the plain
	// way, already cast to the column's type, and beyond doubt: within the years 1900 to 2200, nothing rounded. The
	// text column has the text of the others. Such a further column is no column of the record.
	Plain map[string]string
	// Timezone is the pipeline's, as America/Sao_Paulo.
	Timezone string
	// NoEmptyText promises that empty text is NULL already.
	NoEmptyText bool
}

// extraColumn holds what a record has beyond its entity's columns.
const extraColumn = "_extra"

// Missing gives the required columns that a relation does not have.
func (e Entity) Missing(have []Field) []string {
	return slices.DeleteFunc(e.Required(), func(name string) bool {
		_, ok := fieldOf(have, name)
		return ok
	})
}

func fieldOf(fields []Field, name string) (Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		return Field{}, false
	}
	return fields[i], true
}

// Judge gives a SELECT over the relation, one row for each of its rows, of
//
//   - the entity's columns in order, cast to their types: NULL where the relation has no such column, where the value
//     is empty, and where it is of the wrong type, which _column and _reason then tell;
//   - _extra: a JSON object (VARCHAR) of the relation's other columns that have a value, by name; NULL when none has;
//   - the columns of Pass;
//   - _column and _reason: the first broken rule in the order of columns, with the value shortened to 80 characters.
//     Both are NULL when the record keeps every rule.
//
// Empty text is NULL; text of spaces alone is a missing value where one is required, and no value where a type other
// than text is. An instant without an offset is UTC. In a timestamp column a date is the midnight at which it begins
// in the pipeline's timezone; in a date column an instant is its date there, and a text of a date at 00:00 without an
// offset is that date, as spreadsheets and data frames write dates.
//
// It is one projection over another without joins, aggregates or order, so that it costs one scan. Keep its result
// (in a table, or a CTE as materialized) before filtering it by _reason: DuckDB moves such a filter down through the
// projections and computes them all twice.
func (e Entity) Judge(in Input) (string, error) {
	j := judge{in: in, entity: e, prefix: freePrefix(e, in.Columns)}
	for i, c := range e.Columns {
		next, err := j.cellOf(i, c)
		if err != nil {
			return "", fmt.Errorf("judge %s: %w", e.Name, err)
		}
		j.cells = append(j.cells, next)
	}
	return j.sql(), nil
}
