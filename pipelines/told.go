package pipelines

import (
	"context"
	"log/slog"

	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/transform"
)

// toldEngine writes what an engine is told into the log, at level debug, so that the same statements can be given to a
// DuckDB by hand in the same order. Those that depend on each other never run at once, so one after another they are right.
type toldEngine struct {
	transform.Engine
	log *slog.Logger
}

func (e toldEngine) Expose(ctx context.Context, s transform.Stream) error {
	e.log.Debug("engine", "expose", s.Source+"."+s.Name, "sql", s.SQL)
	return e.Engine.Expose(ctx, s)
}

func (e toldEngine) Exec(ctx context.Context, statement string) error {
	e.log.Debug("engine", "sql", statement)
	return e.Engine.Exec(ctx, statement)
}

func (e toldEngine) Describe(ctx context.Context, relation string) ([]transform.Column, error) {
	e.log.Debug("engine", "describe", relation)
	return e.Engine.Describe(ctx, relation)
}

func (e toldEngine) Read(ctx context.Context, query string) (array.RecordReader, error) {
	e.log.Debug("engine", "read", query)
	return e.Engine.Read(ctx, query)
}

func (e toldEngine) Rows(ctx context.Context, relation string) (int64, error) {
	e.log.Debug("engine", "count", relation)
	return e.Engine.Rows(ctx, relation)
}
