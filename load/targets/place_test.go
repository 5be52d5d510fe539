package targets_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/load/postgres"
	"lastro/load/postgres/pgtest"
	"lastro/load/targets"
	"lastro/load/targettest"
)

// database is the connection string of the server that the tests share.
var database string

// TestMain is, when asked to, the program that publishes until it is killed.
func TestMain(m *testing.M) {
	folder := os.Getenv("LASTRO_TEST_PUBLISH")
	if folder == "" {
		os.Exit(withDatabase(m.Run))
	}
	database = os.Getenv("LASTRO_TEST_DATABASE")
	if err := publishForEver(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func withDatabase(run func() int) (code int) {
	server, err := pgtest.Start(context.Background(), pgtest.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	database = server.DSN()
	return run()
}

// config says where a kind of target publishes in a folder: at the path of its name, or in the schema of the folder's.
func config(kind, folder string) targets.Config {
	if kind == "postgres" {
		return targets.Config{Kind: kind, DSN: postgres.DSN(database), Schema: schemaOf(folder)}
	}
	return targets.Config{Kind: kind, Path: filepath.Join(folder, kind), Keep: keep}
}

func schemaOf(folder string) string {
	return strings.ToLower(strings.NewReplacer("/", " ").Replace(folder[max(0, len(folder)-40):]))
}

// hold makes up a reader's mind which run of a target of a folder to read.
func hold(kind, folder string) func() (targettest.Held, error) {
	path := filepath.Join(folder, kind)
	return map[string]func() (targettest.Held, error){
		"csv":      func() (targettest.Held, error) { return targettest.HoldCSV(path) },
		"parquet":  func() (targettest.Held, error) { return targettest.HoldParquet(path) },
		"duckdb":   func() (targettest.Held, error) { return targettest.HoldDuckDB(path) },
		"postgres": func() (targettest.Held, error) { return targettest.HoldPostgres(database, schemaOf(folder)) },
	}[kind]
}

// read reads what a target of a folder shows.
func read(kind, folder string) (targettest.Snapshot, error) {
	return targettest.ReadHeld(func(string) (targettest.Held, error) { return hold(kind, folder)() })("")
}
