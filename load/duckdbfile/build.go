package duckdbfile

import (
	"context"
	"database/sql"
	"fmt"

	"lastro/load"
)

// writeDatabase makes the DuckDB file of a publication. It is closed and has no log when this returns without an error.
func writeDatabase(ctx context.Context, file, spill string, memory int64, p load.Publication) (err error) {
	db, err := sql.Open("duckdb", fmt.Sprintf(":memory:?memory_limit=%dB&autoinstall_known_extensions=false&autoload_known_extensions=false", memory))
	if err != nil {
		return fmt.Errorf("start DuckDB: %w", err)
	}
	defer func() {
		if errClose := db.Close(); err == nil && errClose != nil {
			err = fmt.Errorf("close DuckDB: %w", errClose)
		}
	}()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("start DuckDB: %w", err)
	}
	defer conn.Close()
	// The file is attached, not opened: as a DSN its path would be parsed as a URL, and opened files are shared by name
	// within the process.
	begin := []string{
		"set temp_directory = " + literal(spill),
		"attach " + literal(file) + " as out (type duckdb)",
	}
	if err := execute(ctx, conn, begin); err != nil {
		return err
	}
	if err := create(ctx, conn, p); err != nil {
		return err
	}
	for _, t := range p.Tables {
		if err := fill(ctx, conn, t); err != nil {
			return fmt.Errorf("write table %s: %w", t.Name, err)
		}
	}
	if err := execute(ctx, conn, []string{"checkpoint out", "detach out"}); err != nil {
		return fmt.Errorf("finish the file: %w", err)
	}
	return nil
}

// create makes all tables, empty, in one transaction: each one flushes the log to the disk.
func create(ctx context.Context, conn *sql.Conn, p load.Publication) error {
	statements := append([]string{"begin"}, createRuns(p)...)
	for _, t := range p.Tables {
		of, err := createTable(t)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		statements = append(statements, of...)
	}
	if err := execute(ctx, conn, append(statements, "commit")); err != nil {
		return fmt.Errorf("create the tables: %w", err)
	}
	return nil
}

func execute(ctx context.Context, conn *sql.Conn, statements []string) error {
	for _, s := range statements {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// fill writes the rows of a table and counts those that arrived.
func fill(ctx context.Context, conn *sql.Conn, t load.Table) error {
	r, err := t.Read(ctx)
	if err != nil {
		return err
	}
	defer r.Release()
	err = conn.Raw(func(driverConn any) error { return appendRows(ctx, driverConn, t, r) })
	// What the context and the reader say is the cause; DuckDB only passes on that it stopped.
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.Err() != nil {
		return r.Err()
	}
	if err != nil {
		return err
	}
	var rows int64
	if err := conn.QueryRowContext(ctx, "select count(*) from "+qualified(t.Name)).Scan(&rows); err != nil {
		return err
	}
	if rows != t.Rows {
		return fmt.Errorf("%d rows arrived of %d", rows, t.Rows)
	}
	return nil
}
