package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	// The engine that reads and writes Parquet for the lake.
	_ "github.com/duckdb/duckdb-go/v2"
)

// describe gives the columns of a Parquet file as DuckDB reads them.
func describe(ctx context.Context, conn *sql.Conn, file string) (columns []Column, err error) {
	rows, err := conn.QueryContext(ctx, "select column_name, column_type from (describe select * from "+readParquet(file)+")")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c Column
		if err := rows.Scan(&c.Name, &c.Type); err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// inspect proves that a file is a batch of this run and stream, so that
// versions can be told apart later, and counts its rows.
func (t *Txn) inspect(ctx context.Context, conn *sql.Conn, id StreamID, file string, columns []Column, o BatchOptions) (rows int64, err error) {
	for _, want := range systemColumns {
		have, ok := columnOf(columns, want.Name)
		if !ok || have != want {
			return 0, fmt.Errorf("the select must give %s as %s, it gives %q", want.Name, want.Type, have.Type)
		}
	}
	for _, key := range o.Key {
		if _, ok := columnOf(columns, key); !ok {
			return 0, fmt.Errorf("the key's column %s is not among the columns of the batch", key)
		}
	}
	wrong := fmt.Sprintf("_source is distinct from %s or _run_id is distinct from %s or _first_seen is distinct from %s",
		quoteText(id.Source), quoteText(t.runID), timestampSQL(t.firstSeen))
	if o.ReplacesFile != "" {
		wrong += " or _file is distinct from " + quoteText(o.ReplacesFile)
	}
	var strays int64
	err = conn.QueryRowContext(ctx, "select count(*), count(*) filter (where "+wrong+") from "+readParquet(file)).Scan(&rows, &strays)
	if err == nil && strays > 0 {
		err = fmt.Errorf("%d of %d rows are not of this run: _source must be %s, _run_id %s, _first_seen %s and _file the file that is replaced, if any",
			strays, rows, id.Source, t.runID, t.firstSeen.Format(time.RFC3339Nano))
	}
	return rows, err
}

func timestampSQL(at time.Time) string {
	return "timestamp '" + at.UTC().Format("2006-01-02 15:04:05.000000") + "'"
}

// readParquet reads files of one and the same columns. A folder named x=1 is
// no column.
func readParquet(files ...string) string {
	list := make([]string, len(files))
	for i, file := range files {
		list[i] = quoteReadPath(file)
	}
	return "read_parquet([" + strings.Join(list, ", ") + "], hive_partitioning = false)"
}

// onEngine runs do on an engine of its own that spills into temp. memory is a
// limit as DuckDB takes it; empty leaves DuckDB's own.
func onEngine(ctx context.Context, temp, memory string, do func(context.Context, *sql.Conn) error) (err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return fmt.Errorf("start DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("start DuckDB: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	settings := []string{"set temp_directory = " + quoteText(temp)}
	if memory != "" {
		settings = append(settings, "set memory_limit = "+quoteText(memory))
	}
	for _, setting := range settings {
		if _, err := conn.ExecContext(ctx, setting); err != nil {
			return fmt.Errorf("%s: %w", setting, err)
		}
	}
	return do(ctx, conn)
}
