package parquetdir_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/parquetdir"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

func open(path string, keep int, fsys disk.FS) load.Target {
	return parquetdir.New(path, rundir.Options{Keep: keep, FS: fsys})
}

func harness(t *testing.T) targettest.Harness {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return targettest.Harness{
		Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "parquet") },
		Open:  open,
		Read: func(path string) (targettest.Snapshot, error) {
			folder, err := filepath.EvalSymlinks(path)
			if err != nil {
				return targettest.Snapshot{}, err
			}
			return run{db, folder}.Read()
		},
		Hold: func(path string) (targettest.Held, error) {
			folder, err := filepath.EvalSymlinks(path)
			return run{db, folder}, err
		},
		Trace: targettest.TracePath,
	}
}

func TestTarget(t *testing.T) {
	targettest.Run(t, harness(t))
	targettest.RunFiles(t, harness(t))
}

// run is the folder of a run, read by a DuckDB.
type run struct {
	db     *sql.DB
	folder string
}

func (r run) Close() error { return nil }

func (r run) Read() (targettest.Snapshot, error) {
	m, err := rundir.ReadManifest(r.folder)
	if err != nil {
		return targettest.Snapshot{}, err
	}
	s := targettest.Snapshot{RunID: m.RunID, Tables: map[string][][]string{}}
	for name, table := range m.Tables {
		path := strings.ReplaceAll(filepath.Join(r.folder, table.File), "'", "''")
		if s.Tables[name], err = targettest.SQLRows(r.db, fmt.Sprintf("select * from read_parquet('%s')", path)); err != nil {
			return s, fmt.Errorf("table %s: %w", name, err)
		}
	}
	return s, nil
}
