package transform

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Builder builds the models of a selection. What they read and is not selected must exist.
type Builder struct {
	Project *Project
	// Selection is what to build; nil is every model.
	Selection *Selection
	Engine    Engine
	// Limit is how many models are built at once, the number of processors when 0.
	Limit int
	// Notify is told of each model that begins and ends, one call at a time; it may be nil.
	Notify func(Event)
	// Now is the clock that models are timed by; nil is the system's.
	Now func() time.Time
}

// Run executes the macros and builds the selected models in the order of the graph, those that don't depend on each other at once.
// The first failure stops all others and is a *BuildError; when ctx ends, the error wraps that of ctx.
// The report tells what was done in any case.
func (b *Builder) Run(ctx context.Context) (Report, error) {
	s := &schedule{builder: b, now: b.Now, limit: b.Limit, open: map[string]int{}, done: map[string]bool{}}
	if s.selected = b.Selection; s.selected == nil {
		s.selected = b.Project.everything()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.limit <= 0 {
		s.limit = runtime.NumCPU()
	}
	start := s.now()
	err := b.runMacros(ctx)
	if err == nil {
		err = s.run(ctx)
	}
	s.report.Seconds = s.now().Sub(start).Seconds()
	return s.report, err
}

func (b *Builder) runMacros(ctx context.Context) error {
	for _, macros := range b.Project.macros {
		if err := b.Engine.Exec(ctx, macros.sql); err != nil {
			line, column := 0, 0
			var refused *SQLError
			if errors.As(err, &refused) {
				line, column = position(macros.sql, refused.Offset)
			}
			return fmt.Errorf("create the macros of %s: %w", place(macros.file, line, column), err)
		}
	}
	return nil
}

// build makes one model's table or view and counts its rows.
func (b *Builder) build(ctx context.Context, m *Model) (rows int64, err error) {
	if m.Go != nil {
		if err := m.Go(ctx, b.Engine); err != nil {
			return 0, &BuildError{Model: m.Name, File: m.File, Err: err}
		}
		return b.finish(ctx, m)
	}
	if m.step != nil {
		if err := b.runStep(ctx, m); err != nil {
			return 0, err
		}
		return b.finish(ctx, m)
	}
	query := m.SQL
	if m.Generate != nil {
		if query, err = m.Generate(ctx, b.Engine); err != nil {
			return 0, &BuildError{Model: m.Name, File: m.File, Err: err}
		}
	}
	s := createStatement(m, query)
	if err := b.Engine.Exec(ctx, s.text); err != nil {
		return 0, b.failure(m, s, err)
	}
	return b.finish(ctx, m)
}

// failure says where in the model's file a statement failed.
func (b *Builder) failure(m *Model, s statement, err error) error {
	failed := &BuildError{Model: m.Name, File: m.File, Err: err}
	line, column, isInModel := s.locate(err)
	views := b.Project.viewsOf(m)
	switch {
	case !isInModel && isAboutText(err): // the names that the table is ordered by
		failed.Line = max(m.Header.lines["order"], m.Header.lines["key"])
		failed.Err = fmt.Errorf("the header's key or order: %w", err)
	case !isAboutText(err) && len(views) > 0: // the position may be one in a view's text
		failed.Err = fmt.Errorf("in this model or a view that it reads (%s): %w", strings.Join(views, ", "), err)
	case m.Generate == nil:
		failed.Line, failed.Column = line, column
	}
	return failed
}

// finish looks at what was built: it must have the columns that its header documents. It gives the number of rows.
func (b *Builder) finish(ctx context.Context, m *Model) (int64, error) {
	if len(m.Header.Columns) > 0 {
		columns, err := b.Engine.Describe(ctx, m.Name)
		if err != nil {
			return 0, &BuildError{Model: m.Name, File: m.File, Err: err}
		}
		names := make([]string, len(columns))
		for i, column := range columns {
			names[i] = column.Name
		}
		for _, doc := range m.Header.Columns {
			if !slices.Contains(names, doc.Name) {
				return 0, &BuildError{
					Model: m.Name, File: m.File, Line: m.Header.lines["columns"],
					Err: fmt.Errorf("the header documents column %s, which the model doesn't have%s", doc.Name, didYouMean(doc.Name, names)),
				}
			}
		}
	}
	return b.rows(ctx, m)
}

func (b *Builder) rows(ctx context.Context, m *Model) (int64, error) {
	if m.IsView() {
		return -1, nil
	}
	rows, err := b.Engine.Rows(ctx, m.Name)
	if err != nil {
		return 0, &BuildError{Model: m.Name, File: m.File, Err: err}
	}
	return rows, nil
}
