package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/pipelines"
)

var update = flag.Bool("update", false, "write the documents that tests compare with")

// TestTablesPageIsCurrent holds docs/tables.md against the models' headers; -update writes it.
func TestTablesPageIsCurrent(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"tables", "--markdown"}, os.Stdin, &out, &errOut); code != exitDone {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	page := filepath.Join("..", "..", "docs", "tables.md")
	if *update {
		if err := os.WriteFile(page, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), out.String()); diff != "" {
		t.Errorf("docs/tables.md is not what the models say (-page +models); go test ./cmd/lastro -run TablesPage -update writes it:\n%s", diff)
	}
}

// TestTablesAreDocumented wants a description, a grain, a key and a word on each column of every published table.
func TestTablesAreDocumented(t *testing.T) {
	tables, err := pipelines.Tables(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if table.Description == "" || table.Grain == "" || len(table.Key) == 0 || len(table.Columns) == 0 || len(table.Checks) == 0 {
			t.Errorf("%s: description %q, grain %q, key %v, %d columns, %d checks", table.Name, table.Description, table.Grain, table.Key,
				len(table.Columns), len(table.Checks))
		}
		for _, column := range table.Columns {
			if column.Description == "" {
				t.Errorf("%s.%s: nothing is said of it", table.Name, column.Name)
			}
		}
	}
}
