package targettest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"

	"lastro/load/rundir"
)

// ReadHeld makes a Harness.Read of a Harness.Hold.
func ReadHeld(hold func(path string) (Held, error)) func(path string) (Snapshot, error) {
	return func(path string) (s Snapshot, err error) {
		held, err := hold(path)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, held.Close()) }()
		return held.Read()
	}
}

// HoldCSV reads what a csv target publishes at path.
func HoldCSV(path string) (Held, error) {
	return holdRun(path, func(file string) ([][]string, error) {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		return ParseCSV(string(text))
	})
}

// HoldParquet reads what a parquet target publishes at path.
func HoldParquet(path string) (Held, error) {
	return holdRun(path, func(file string) ([][]string, error) {
		db, err := parquetReader()
		if err != nil {
			return nil, err
		}
		return SQLRows(db, "from read_parquet("+quote(file)+")")
	})
}

var parquetReader = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("duckdb", ":memory:?threads=1") })

// heldRun is the folder of a run.
type heldRun struct {
	folder string
	read   func(file string) ([][]string, error)
}

func holdRun(path string, read func(string) ([][]string, error)) (Held, error) {
	folder, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	return heldRun{folder: folder, read: read}, nil
}

func (r heldRun) Close() error { return nil }

func (r heldRun) Read() (Snapshot, error) {
	m, err := rundir.ReadManifest(r.folder)
	if err != nil {
		return Snapshot{}, err
	}
	s := Snapshot{RunID: m.RunID, Tables: map[string][][]string{}}
	for name, table := range m.Tables {
		if s.Tables[name], err = r.read(filepath.Join(r.folder, table.File)); err != nil {
			return s, fmt.Errorf("table %s: %w", name, err)
		}
	}
	return s, nil
}

// HoldDuckDB opens what a duckdb target publishes at path.
func HoldDuckDB(path string) (Held, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), "attach "+quote(path)+" as p (read_only); use p")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &heldFile{Conn: conn, db: db}, nil
}

// heldFile is a DuckDB file that is open.
type heldFile struct {
	*sql.Conn
	db *sql.DB
}

func (f *heldFile) Close() error { return errors.Join(f.Conn.Close(), f.db.Close()) }

func (f *heldFile) Read() (Snapshot, error) {
	s := Snapshot{Tables: map[string][][]string{}}
	if err := f.QueryRowContext(context.Background(), "select run_id from lastro_runs").Scan(&s.RunID); err != nil {
		return s, err
	}
	names, err := SQLRows(f, "select table_name from duckdb_tables() where database_name = 'p' and table_name != 'lastro_runs'")
	if err != nil {
		return s, err
	}
	for _, name := range names[1:] {
		if s.Tables[name[0]], err = SQLRows(f, "from "+name[0]); err != nil {
			return s, fmt.Errorf("table %s: %w", name[0], err)
		}
	}
	return s, nil
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
