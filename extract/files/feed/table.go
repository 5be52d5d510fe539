//go:build !duckdb_arrow

package feed

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"

	"github.com/duckdb/duckdb-go/v2"
)

// open writes the rows into a temporary table before they are scanned: slower, for builds without Arrow.
func open(ctx context.Context, conn *sql.Conn, name string, columns []Column, read func(*Rows) error) (*Feed, error) {
	definition := ""
	for _, c := range append(slices.Clone(columns), Column{Name: FileColumn}) {
		definition += quoteName(c.Name) + " VARCHAR, "
	}
	if _, err := conn.ExecContext(ctx, "create temporary table "+quoteName(name)+" ("+definition+LineColumn+" BIGINT)"); err != nil {
		return nil, err
	}
	readErr := conn.Raw(func(driverConn any) error {
		inner, ok := driverConn.(driver.Conn)
		if !ok {
			return errors.New("the connection is not DuckDB's")
		}
		appender, err := duckdb.NewAppender(inner, "temp", "main", name)
		if err != nil {
			return err
		}
		rows := newRows(columns, false, destination{
			make: func(r *Rows) (any, error) { return nil, appendBatch(appender, r) },
			put:  func(any) error { return ctx.Err() },
		})
		err = read(rows)
		if err == nil {
			err = rows.flush()
		}
		return errors.Join(err, appender.Close())
	})
	return &Feed{
		From: quoteName(name),
		close: func() error {
			_, err := conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists "+quoteName(name))
			return errors.Join(readErr, err)
		},
	}, nil
}

func appendBatch(appender *duckdb.Appender, r *Rows) error {
	values := make([]driver.Value, len(r.columns)+1)
	for row, line := range r.lines {
		for i := range r.columns {
			values[i] = nil
			if text, ok := r.columns[i].text(row); ok {
				values[i] = string(text)
			}
		}
		values[len(r.columns)] = line
		if err := appender.AppendRow(values...); err != nil {
			return err
		}
	}
	return nil
}

// text gives a row's text; ok is false when it has none.
func (c *column) text(row int) (text []byte, ok bool) {
	begin := int32(0)
	if row > 0 {
		begin = c.ends[row-1]
	}
	return c.data[begin:c.ends[row]], c.valid[row>>3]&(1<<(row&7)) != 0
}
