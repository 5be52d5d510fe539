// Package duckdb is the engine that runs inside the process: DuckDB on one file.
package duckdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lastro/transform"
)

// Engine is DuckDB on one file, with as many connections as are asked for at once.
type Engine struct {
	*parser
	expose sync.Mutex // two statements must not create one schema at once
}

var _ transform.Engine = (*Engine)(nil)

// Open opens the file, or makes it. The caller closes the engine.
func Open(ctx context.Context, opts Options) (*Engine, error) {
	p, err := open(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("open the engine's file %s: %w", opts.Path, err)
	}
	return &Engine{parser: p}, nil
}

// Expose makes a stream readable as <source>.<name>, a view over its Parquet files.
func (e *Engine) Expose(ctx context.Context, s transform.Stream) error {
	if slices.Contains(reservedSchemas, strings.ToLower(s.Source)) {
		return fmt.Errorf("a source cannot be named %s, which the engine keeps for itself; rename the source", s.Source)
	}
	e.expose.Lock()
	defer e.expose.Unlock()
	err := e.Exec(ctx, fmt.Sprintf("create schema if not exists %s;\ncreate or replace view %s.%s as\n%s",
		transform.Quote(s.Source), transform.Quote(s.Source), transform.Quote(s.Name), s.SQL))
	if err != nil {
		return fmt.Errorf("expose stream %s.%s: %w", s.Source, s.Name, err)
	}
	return nil
}

// Exec runs one or more statements.
func (e *Engine) Exec(ctx context.Context, statement string) error {
	_, err := e.db.ExecContext(ctx, statement)
	return translate(ctx, statement, err)
}

// Describe gives the columns of a table or view.
func (e *Engine) Describe(ctx context.Context, relation string) (columns []transform.Column, err error) {
	rows, err := e.db.QueryContext(ctx, "select column_name, column_type from (describe "+transform.QuoteRelation(relation)+")")
	if err != nil {
		return nil, fmt.Errorf("describe %s: %w", relation, translate(ctx, "", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var column transform.Column
		if err := rows.Scan(&column.Name, &column.Type); err != nil {
			return nil, fmt.Errorf("describe %s: %w", relation, err)
		}
		columns = append(columns, column)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("describe %s: %w", relation, translate(ctx, "", err))
	}
	return columns, nil
}

// Rows counts the rows of a table or view.
func (e *Engine) Rows(ctx context.Context, relation string) (int64, error) {
	var rows int64
	err := e.db.QueryRowContext(ctx, "select count(*) from "+transform.QuoteRelation(relation)).Scan(&rows)
	if err != nil {
		return 0, fmt.Errorf("count the rows of %s: %w", relation, translate(ctx, "", err))
	}
	return rows, nil
}
