package targets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/load/targets"
)

func TestOpen(t *testing.T) {
	for _, kind := range []string{"csv", "parquet", "duckdb"} {
		target, err := targets.Open(targets.Config{Kind: kind, Path: "/out/x", Mode: 0o644})
		if err != nil || target.Name() != kind+" /out/x" {
			t.Errorf("%s: %v %v", kind, target, err)
		}
	}
	database, err := targets.Open(targets.Config{Kind: "postgres", DSN: "postgres://lastro:hunter22@db.example/books?sslmode=disable", Grant: []string{"bi"}})
	if err != nil || database.Name() != "postgres db.example:5432/books schema metrics" {
		t.Errorf("%v %v", database, err)
	}
	for _, c := range []struct {
		config targets.Config
		says   string
	}{
		{targets.Config{Kind: "xml", Path: "/out/x"}, "use one of csv, parquet, duckdb, postgres"},
		{targets.Config{Kind: "postgres", DSN: "postgres://lastro:hunter/22@db.example:x/books"}, "not a PostgreSQL connection string"},
		{targets.Config{Kind: "postgres", DSN: "host=x", Schema: "pg_catalog"}, `schema "pg_catalog"`},
		{targets.Config{Kind: "postgres", DSN: "host=x", Grant: []string{""}}, `grant ""`},
		{targets.Config{Kind: "csv", Path: "out/x"}, "not absolute"},
		{targets.Config{Kind: "csv", Path: "/"}, "root"},
		{targets.Config{Kind: "csv", Path: "/out/x", Keep: -1}, "keep"},
		{targets.Config{Kind: "csv", Path: "/out/x", Mode: 0o444}, "mode"},
		{targets.Config{Kind: "csv", Path: "/out/x", Mode: os.ModeSetuid | 0o600}, "mode"},
	} {
		if _, err := targets.Open(c.config); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%+v: %v", c.config, err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(t.TempDir()))
	if err != nil || len(entries) != 1 {
		t.Errorf("opening a target leaves traces: %v %v", entries, err)
	}
}
