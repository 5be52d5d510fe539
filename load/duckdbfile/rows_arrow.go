//go:build duckdb_arrow

package duckdbfile

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"lastro/load"
)

// incoming is the view through which DuckDB reads the batches. It lives in the database in memory, not in the file.
const incoming = "lastro_incoming"

// appendRows lets DuckDB read the batches where they lie, in order and without holding more of them than it works on.
func appendRows(ctx context.Context, driverConn any, t load.Table, r *load.Reader) error {
	conn, ok := driverConn.(interface {
		driver.Conn
		driver.ExecerContext
	})
	if !ok {
		return fmt.Errorf("not a connection to DuckDB: %T", driverConn)
	}
	view, err := duckdb.NewArrowFromConn(conn)
	if err != nil {
		return err
	}
	release, err := view.RegisterView(r, incoming)
	if err != nil {
		return err
	}
	defer release()
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = identifier(c.Name)
	}
	names := strings.Join(columns, ", ")
	_, err = conn.ExecContext(ctx, fmt.Sprintf("insert into %s (%s) select %s from memory.main.%s", qualified(t.Name), names, names, incoming), nil)
	// The view points to the reader, which ends here.
	if _, errDrop := conn.ExecContext(context.WithoutCancel(ctx), "drop view if exists memory.main."+incoming, nil); err == nil {
		err = errDrop
	}
	return err
}
