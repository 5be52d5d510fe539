// Package transform turns the lake's streams into tables: models are plain SELECT files whose graph comes from parsing them.
// It loads them, says what is wrong with them before anything runs, builds them in order, and checks what was built.
package transform

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Engine is where models become tables. DuckDB in the process is one; a distributed one can stand beside it.
// All methods are safe for concurrent use, except that no two statements may write one table at once.
type Engine interface {
	// Expose makes a stream of the lake readable as <source>.<name>. Exposing it again replaces it.
	Expose(ctx context.Context, s Stream) error

	// Exec runs one or more statements. A statement that the engine refuses gives a *SQLError.
	// When ctx ends, the running statement is interrupted and the error wraps that of ctx.
	Exec(ctx context.Context, statement string) error

	// Describe gives the columns of a relation, named as a model refers to it, in their order.
	Describe(ctx context.Context, relation string) ([]Column, error)

	// Read gives a query's whole result, which must be small, as Arrow batches. The caller releases the reader.
	// A batch and all of its values, texts too, are valid until the next call of Next or Release: copy what is kept.
	Read(ctx context.Context, query string) (array.RecordReader, error)

	// ReadTable gives a table's rows in the order they were stored in, a window of rows at a time, so that
	// a table larger than memory can be read. The caller releases the reader; batches are as Read's.
	ReadTable(ctx context.Context, table string) (array.RecordReader, error)

	// Rows counts the rows of a relation.
	Rows(ctx context.Context, relation string) (int64, error)

	// Close gives up the engine's connections and files. What was built stays on disk.
	Close() error
}

// Stream is a stream of the lake, as the models see it: the relation <Source>.<Name>.
type Stream struct {
	Source, Name string
	// SQL is the SELECT over Parquet files that gives the stream's rows.
	SQL string
}

// Column is a column of a relation. Type is the engine's SQL type, as DECIMAL(18,4).
type Column struct{ Name, Type string }

// SQLError is a statement that an engine refused or could not finish.
type SQLError struct {
	// Kind is the engine's class of errors, as "Binder" or "Conversion".
	Kind    string
	Message string
	// Offset is the byte of the statement at which the error lies, -1 when the engine doesn't say.
	Offset int
}

// Error gives the engine's message.
func (e *SQLError) Error() string {
	if e.Kind == "" {
		return e.Message
	}
	return strings.ToLower(e.Kind) + " error: " + e.Message
}

// Quote writes a name as a quoted SQL identifier.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// QuoteRelation writes a relation's name, name or schema.name, as quoted SQL identifiers.
func QuoteRelation(relation string) string {
	schema, name, found := strings.Cut(relation, ".")
	if !found {
		return Quote(relation)
	}
	return Quote(schema) + "." + Quote(name)
}

// literal writes a value as a SQL literal.
func literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
