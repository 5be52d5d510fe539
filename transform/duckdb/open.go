package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	driverduckdb "github.com/duckdb/duckdb-go/v2"
)

// catalog is the name under which the file is attached, so that no source's name can clash with that of a file.
const catalog = "lastro"

// reservedSchemas are the names that a source cannot have, because the engine reads them as something else.
var reservedSchemas = []string{catalog, "main", "memory", "temp", "system", "information_schema", "pg_catalog", "recurring"}

// ReservedSchemas gives the names, in lower case, that no source may have.
func ReservedSchemas() []string { return slices.Clone(reservedSchemas) }

// Options says where an engine keeps its tables and what it may use.
type Options struct {
	// Path is the file of the tables; empty keeps them in memory.
	Path string
	// ReadOnly opens a file that stands, to read its tables; nothing can be exposed or built.
	ReadOnly bool
	// MemoryLimit is a size as DuckDB reads it, as 4GB; empty leaves DuckDB's own, most of the machine's memory.
	MemoryLimit string
	// Threads is the number of threads, all processors' when 0.
	Threads int
	// TempDir is where what exceeds the memory limit goes; empty is beside the file, and nowhere when there is no file.
	TempDir string
	// Readable are the folders whose files the SQL may read: the lake. Nothing else of the machine can be read, nor the network.
	Readable []string
}

func open(ctx context.Context, opts Options) (*parser, error) {
	if strings.Contains(opts.Path, "?") {
		return nil, errors.New("DuckDB cannot keep a file whose path has a question mark; choose another folder")
	}
	db, err := connect(ctx, opts)
	if err != nil {
		return nil, err
	}
	serialize, err := db.PrepareContext(ctx, serializeQuery)
	if err != nil {
		_ = db.Close() // the error of opening is the one to tell
		return nil, translate(ctx, "", err)
	}
	return &parser{db: db, serialize: serialize}, nil
}

// connect opens the file and sets the instance up.
func connect(ctx context.Context, opts Options) (*sql.DB, error) {
	var once sync.Once
	var setupErr error
	// errors as JSON hold the position of the error in the statement
	connector, err := driverduckdb.NewConnector("?errors_as_json=true", func(conn driver.ExecerContext) error {
		once.Do(func() { setupErr = run(ctx, conn, setup(opts)) })
		if setupErr != nil {
			return setupErr
		}
		// not ctx: a connection may be opened long after it, by any caller
		return run(context.WithoutCancel(ctx), conn, []string{"use " + catalog})
	})
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, translate(ctx, "", err)
	}
	if opts.Path != "" && !opts.ReadOnly {
		if err := os.Chmod(opts.Path, 0o600); err != nil {
			_ = db.Close()
			return nil, err
		}
	}
	return db, nil
}

// setup gives the statements that prepare the instance, the last of which keeps any later one from changing a setting.
func setup(opts Options) []string {
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	statements := []string{
		"set autoinstall_known_extensions = false",
		"set autoload_known_extensions = false",
		"set allow_community_extensions = false",
		"set allow_persistent_secrets = false",
		"set preserve_insertion_order = true", // tables are read in the order they were stored in
		"set TimeZone = 'UTC'",                // what a model computes doesn't depend on the machine
	}
	if opts.MemoryLimit != "" {
		statements = append(statements, "set memory_limit = "+quote(opts.MemoryLimit))
	}
	if opts.Threads > 0 {
		statements = append(statements, fmt.Sprintf("set threads = %d", opts.Threads))
	}
	spill := opts.TempDir
	if spill == "" && opts.Path != "" {
		spill = opts.Path + ".tmp"
	}
	statements = append(statements, "set temp_directory = "+quote(spill)) // without one, nothing is spilled
	path := opts.Path
	if path == "" {
		path = ":memory:"
	}
	attach := "attach " + quote(path) + " as " + catalog
	if opts.ReadOnly {
		attach += " (read_only)"
	}
	readable := make([]string, len(opts.Readable))
	for i, folder := range opts.Readable {
		readable[i] = quote(strings.TrimRight(folder, "/") + "/")
	}
	return append(statements,
		attach,
		"set allowed_directories = ["+strings.Join(readable, ", ")+"]",
		"set enable_external_access = false",
		"set lock_configuration = true",
	)
}

func run(ctx context.Context, conn driver.ExecerContext, statements []string) error {
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement, nil); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
