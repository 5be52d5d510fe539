package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2"

	"lastro/transform"
)

// script is what a baseline gives to one DuckDB, statement by statement: nothing but DuckDB stands in the process.
type script struct {
	// Database is the file that is opened; "" is memory.
	Database   string
	Statements []string
}

// scriptProcess is the process that runs a script.
func (b *bench) scriptProcess(dir string, s script) (process, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return process{}, err
	}
	file := filepath.Join(dir, "script.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return process{}, fmt.Errorf("write the baseline's statements: %w", err)
	}
	return process{args: []string{b.self, childStatements, file}}, nil
}

// executeFile runs the script of a file. Its settings are DuckDB's own, but that it reads times as UTC and spills beside
// the file, as Lastro does.
func executeFile(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the statements: %w", err)
	}
	var s script
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("read the statements of %s: %w", path, err)
	}
	db, err := sql.Open("duckdb", s.Database)
	if err != nil {
		return fmt.Errorf("open DuckDB: %w", err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open DuckDB: %w", err)
	}
	defer conn.Close()
	spill := "set temp_directory = " + literal(path+".spill")
	for _, statement := range append([]string{"set TimeZone = 'UTC'", spill}, s.Statements...) {
		if err := execute(ctx, conn, statement); err != nil {
			return fmt.Errorf("%w in:\n%s", err, statement)
		}
	}
	return errors.Join(conn.Close(), db.Close()) // the last checkpoint belongs to the time
}

// execute runs a statement and reads its result to the end.
func execute(ctx context.Context, conn *sql.Conn, statement string) error {
	rows, err := conn.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		continue
	}
	return rows.Err()
}

// told gives the statements that a transform told its engine, from its log of level debug.
func told(log string) ([]string, error) {
	file, err := os.Open(log)
	if err != nil {
		return nil, fmt.Errorf("read what the engine was told: %w", err)
	}
	defer file.Close()
	var statements []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var entry struct{ Msg, SQL, Expose, Describe, Read, Count string }
		if err := json.Unmarshal(lines.Bytes(), &entry); err != nil {
			return nil, fmt.Errorf("read what the engine was told: %s: %w", log, err)
		}
		switch {
		case entry.Msg != "engine":
		case entry.Expose != "":
			source, _, _ := strings.Cut(entry.Expose, ".")
			statements = append(statements, "create schema if not exists "+transform.Quote(source),
				"create view "+transform.QuoteRelation(entry.Expose)+" as "+entry.SQL)
		case entry.Describe != "":
			statements = append(statements, "select column_name, column_type from (describe "+transform.QuoteRelation(entry.Describe)+")")
		case entry.Count != "":
			statements = append(statements, "select count(*) from "+transform.QuoteRelation(entry.Count))
		default:
			statements = append(statements, entry.SQL+entry.Read)
		}
	}
	if len(statements) == 0 {
		return nil, fmt.Errorf("read what the engine was told: %s has no statement", log)
	}
	return statements, lines.Err()
}

// literal writes a text as a SQL literal.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
