package duckdbfile_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/duckdbfile"
	"lastro/load/targettest"
)

var harness = targettest.Harness{
	Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "it's 100% metrics.duckdb") },
	Open: func(path string, _ int, fsys disk.FS) load.Target {
		return duckdbfile.New(path, duckdbfile.Options{FS: fsys})
	},
	Read: func(path string) (s targettest.Snapshot, err error) {
		f, err := hold(path)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		return f.Read()
	},
	Hold:  func(path string) (targettest.Held, error) { return hold(path) },
	Trace: targettest.TracePath,
}

func TestTarget(t *testing.T) {
	targettest.Run(t, harness)
	targettest.RunFiles(t, harness)
}

// file is a published file that a reader has open.
type file struct {
	db   *sql.DB
	conn *sql.Conn
}

func hold(path string) (*file, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), fmt.Sprintf("attach '%s' as p (read_only); use p", strings.ReplaceAll(path, "'", "''")))
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &file{db: db, conn: conn}, nil
}

func (f *file) Close() error { return errors.Join(f.conn.Close(), f.db.Close()) }

func (f *file) Read() (targettest.Snapshot, error) {
	s := targettest.Snapshot{Tables: map[string][][]string{}}
	if err := f.conn.QueryRowContext(context.Background(), "select run_id from lastro_runs").Scan(&s.RunID); err != nil {
		return s, err
	}
	names, err := targettest.SQLRows(f.conn, "select table_name from duckdb_tables() where database_name = 'p' and table_name != 'lastro_runs'")
	if err != nil {
		return s, err
	}
	for _, name := range names[1:] {
		if s.Tables[name[0]], err = targettest.SQLRows(f.conn, "from "+name[0]); err != nil {
			return s, fmt.Errorf("table %s: %w", name[0], err)
		}
	}
	return s, nil
}
