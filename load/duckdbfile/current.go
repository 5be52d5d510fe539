package duckdbfile

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"

	"lastro/load"
)

// current gives the run that lies at the path, "" when nothing does. What is not of our making is an error.
func (t *Target) current(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	info, err := os.Lstat(t.path)
	switch {
	case strings.Contains(t.path, "?"): // DuckDB takes what follows for the query of a URL
		return "", fmt.Errorf("%s: DuckDB cannot write where a path has a question mark: give the target another path", t.path)
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is a folder or a link, not a file: move it away or give the target another path", t.path)
	}
	run, err := t.ask(ctx)
	if err == nil || ctx.Err() != nil {
		return run, err
	}
	// A program that has the file open read-write keeps DuckDB out, but not a look at the bytes. It must not keep the
	// night's run from publishing.
	if strings.Contains(err.Error(), "Could not set lock on file") {
		if run, errScan := scan(ctx, t.path); errScan != nil || run != "" {
			return run, errScan
		}
	}
	return "", fmt.Errorf("%s was not published by lastro: move it away or give the target another path: %w", t.path, err)
}

// ask reads the run from the file. It attaches the file to a database in memory: opened by its own name, a file that
// was renamed over an older one would show the older one while anything in this process still has that open.
func (t *Target) ask(ctx context.Context) (string, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1")
	if err != nil {
		return "", err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "attach "+literal(t.path)+" as published (type duckdb, read_only)"); err != nil {
		return "", err
	}
	var run string
	err = conn.QueryRowContext(ctx, "select run_id from published.main."+load.RunsTable).Scan(&run)
	return run, err
}

// mark begins the comment on the table of runs. DuckDB stores comments as they are, so the bytes of the file tell the run.
const mark = "published by lastro, run "

// scan looks for the mark in a file's bytes, and gives the run behind it or "".
func scan(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	const keep = len(mark) + 128 // longer than a mark with its run
	buf := make([]byte, 0, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := io.ReadFull(f, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		end := err != nil
		if i := bytes.Index(buf, []byte(mark)); i >= 0 && (end || len(buf)-i >= keep) {
			run, _, _ := bytes.Cut(buf[i+len(mark):], []byte(";"))
			return string(run), nil
		}
		if end && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return "", err
		}
		if end {
			return "", nil
		}
		buf = buf[:copy(buf, buf[len(buf)-keep:])]
	}
}
