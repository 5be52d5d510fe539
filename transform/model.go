package transform

import (
	"context"
	"slices"
)

// Model is one table or view to build, or one check: a SELECT in a file, a SELECT made at run time, or a function in Go.
type Model struct {
	// Name is the table's name, and the file's without .sql.
	Name string
	// Layer is the first folder of its path: staging, canonical, intermediate, marts, checks.
	Layer string
	// Path is the file within its tree, with slashes, as marts/retention.sql. A model of the same path overrides it.
	Path string
	// File is how messages name it.
	File   string
	Header Header
	// SQL is the whole text of the file, so that positions in it are those in the file.
	SQL string
	// Refs are the relations it reads, one for each place.
	Refs []Ref
	// Deps are the relations that a generated model reads, as name or source.stream, when its SQL is known at run time only.
	Deps []string
	// Generate gives the SELECT at run time, when what the model reads exists; SQL is empty then.
	Generate func(context.Context, Engine) (string, error)
	// Go fills the table named Name in place of SQL, in the order in which it shall be read.
	Go func(context.Context, Engine) error

	step    *Step    // that the header names
	parents []string // keys of the relations it reads, models and given, each once, in the order of the text
}

// IsCheck says whether the model is a SELECT whose rows are failures, which is run after the build and never built.
func (m *Model) IsCheck() bool { return m.Layer == LayerChecks }

// IsPublished says whether the model's table is for readers outside.
func (m *Model) IsPublished() bool { return m.Layer == LayerMarts && !m.Header.Unpublished }

// IsView says whether the model is built as a view.
func (m *Model) IsView() bool { return m.Header.Materialized == "view" && m.Go == nil }

// StoredOrder gives the columns its table is sorted by: the header's order, then what of the key is not in it.
// It is empty for tables that are not published, which have no order.
func (m *Model) StoredOrder() []string {
	if !m.IsPublished() && len(m.Header.Order) == 0 {
		return nil
	}
	order := slices.Clone(m.Header.Order)
	for _, column := range m.Header.Key {
		if !slices.Contains(order, column) {
			order = append(order, column)
		}
	}
	return order
}

// The layers that mean something to this package.
const (
	LayerMarts  = "marts"
	LayerChecks = "checks"
)

// DefaultLayers are the folders that hold models, in the order of the data's way.
var DefaultLayers = []string{"staging", "canonical", "intermediate", LayerMarts, LayerChecks}

// Header is what a model's first comment says of it that is not SQL.
type Header struct {
	Description string
	// Grain says what one row is.
	Grain string
	// Key are the columns that tell one row from another; together they are unique, and none is NULL.
	Key []string
	// Order are the columns a published table is stored by; the key follows.
	Order []string
	// Materialized is table or view; empty means table.
	Materialized string
	// Columns documents the columns, in the order of the header.
	Columns []ColumnDoc
	// AcceptedValues lists the values of columns; NULL is accepted beside them.
	AcceptedValues []AcceptedValues
	NotNull        []string
	Checks         []Expression
	// SameRowsAs is a relation that must have as many rows as the model, for joins that must not fan out.
	SameRowsAs string
	// Severity is that of the checks that don't say their own; empty means error.
	Severity Severity
	Tags     []string
	// Constant says that the model reads no table on purpose.
	Constant bool
	// Unpublished keeps a mart from being published (published: false).
	Unpublished bool
	// Step names the step in Go that makes the table of what the SELECT gives.
	Step string

	lines map[string]int // the line of each key in the file
}

// ColumnDoc says what a column holds.
type ColumnDoc struct{ Name, Text string }

// AcceptedValues are all values that a column may have. Values are strings, whole numbers, decimals or booleans.
type AcceptedValues struct {
	Column string
	Values []any
}

// Expression is a check that no row's expression is false; NULL passes.
type Expression struct {
	Name, Expression string
	// Severity is error or warn; empty means that of the model.
	Severity Severity

	line    int      // of the item in the file
	columns []string // that the expression mentions
}

// Severity says whether a failed check keeps a run from publishing.
type Severity string

// The severities of checks.
const (
	SeverityError Severity = "error"
	SeverityWarn  Severity = "warn"
)

// or gives s, or what it falls back to when s is empty.
func (s Severity) or(fallback Severity) Severity {
	if s != "" {
		return s
	}
	if fallback != "" {
		return fallback
	}
	return SeverityError
}
