package records

import (
	"fmt"

	"lastro/extract/lake"
)

// Columns are the columns of a stream's page groups in the file's order, without the system's: what a view of the stream
// has before anything was read.
func Columns(o Options) ([]lake.Column, error) {
	w, err := newWriter(o)
	if err != nil {
		return nil, fmt.Errorf("records of %s: %w", o.Stream, err)
	}
	columns := make([]lake.Column, 0, len(w.columns)+1)
	for _, c := range w.columns {
		columns = append(columns, lake.Column{Name: c.name, Type: c.duckType()})
	}
	return append(columns, lake.Column{Name: deletedColumn, Type: "BOOLEAN"}), nil
}

func (c *column) duckType() string {
	switch c.form {
	case asInteger:
		return "BIGINT"
	case asBoolean:
		return "BOOLEAN"
	case asDouble:
		return "DOUBLE"
	case asDate:
		return "DATE"
	case asTimestamp:
		return "TIMESTAMP"
	case asDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", c.width, c.scale)
	}
	return "VARCHAR"
}
