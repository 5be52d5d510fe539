package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"lastro/transform"
)

// allowedFunctions are the table functions of models: they make rows of their arguments alone.
var allowedFunctions = []string{
	"generate_series", "generate_subscripts", "json_each", "json_tree", "range", "regexp_split_to_table", "repeat", "repeat_row", "unnest",
}

// clockFunctions give something else each time, so that the same records would not give the same tables.
var clockFunctions = []string{
	"now", "get_current_time", "get_current_timestamp", "today", "transaction_timestamp", "current_date", "current_localtime",
	"current_localtimestamp", "current_time", "current_timestamp", "localtime", "localtimestamp",
	"random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval", "txid_current",
}

// systemSchemas hold what the engine says of itself.
var systemSchemas = []string{"information_schema", "pg_catalog", "system", "temp"}

func (w *walker) fault(n node, format string, args ...any) {
	at := offset(n)
	if at < 0 {
		at = firstOffset(n)
	}
	w.parsed.Faults = append(w.parsed.Faults, transform.Fault{Offset: at, Message: fmt.Sprintf(format, args...)})
}

// table takes a name in FROM.
func (w *walker) table(n node, seen *scope) {
	schema, name := lower(n["schema_name"]), lower(n["table_name"])
	written, _ := n["table_name"].(string)
	switch {
	case lower(n["catalog_name"]) != "":
		w.fault(n, "%s.%s.%s: a model names tables as <table> or <source>.<stream>, without a database", n["catalog_name"], schema, name)
	case schema == "" && seen.has(name):
	case schema == "recurring" && seen.has(name): // all rows so far of a recursive expression with a key
	case slices.Contains(systemSchemas, schema) || schema == "" && isSystemTable(name):
		w.fault(n, "%s is the engine's own and not for models", strings.TrimPrefix(schema+"."+name, "."))
	case w.isFileName(n, written):
		w.fault(n, "a model cannot read the file '%s' itself: make it a source of kind files, and read <source>.<stream>", written)
	case schema == "main":
		w.parsed.Refs = append(w.parsed.Refs, transform.Ref{Name: name, Offset: offset(n)})
	default:
		w.parsed.Refs = append(w.parsed.Refs, transform.Ref{Schema: schema, Name: name, Offset: offset(n)})
	}
}

// isSystemTable says whether a name without schema is a view of the engine's own.
func isSystemTable(name string) bool {
	for _, prefix := range []string{"duckdb_", "pragma_", "sqlite_", "pg_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isFileName says whether a table's name is what DuckDB would open as a file: a text in quotes, or a path.
func (w *walker) isFileName(n node, name string) bool {
	at := offset(n)
	if at >= 0 && at < len(w.text) && w.text[at] == '\'' {
		return true
	}
	return strings.ContainsAny(name, `/\:*`) && lower(n["schema_name"]) == ""
}

// tableFunction takes a function in FROM.
func (w *walker) tableFunction(n node) {
	call, ok := n["function"].(node)
	if !ok {
		return
	}
	name := lower(call["function_name"])
	switch {
	case slices.Contains(allowedFunctions, name):
	case strings.HasPrefix(name, "read_") || strings.HasPrefix(name, "parquet_") || slices.Contains([]string{"glob", "sniff_csv"}, name):
		w.fault(n, "%s: a model cannot read files itself: make them a source of kind files, and read <source>.<stream>", name)
	default:
		w.fault(n, "%s: a model's FROM may call %s, and nothing else", name, strings.Join(allowedFunctions, ", "))
	}
}

// column takes a column's name; some functions are written as one.
func (w *walker) column(n node) {
	names, ok := n["column_names"].([]any)
	if !ok || len(names) == 0 {
		return
	}
	name, ok := names[len(names)-1].(string)
	if !ok {
		return
	}
	at := offset(n)
	isQuoted := at >= 0 && at < len(w.text) && w.text[at] == '"'
	if len(names) == 1 && !isQuoted && slices.Contains(clockFunctions, strings.ToLower(name)) {
		w.clock(n, name)
		return
	}
	if !slices.Contains(w.parsed.Columns, name) {
		w.parsed.Columns = append(w.parsed.Columns, name)
	}
}

// function takes a function in an expression.
func (w *walker) function(n node) {
	if name := lower(n["function_name"]); slices.Contains(clockFunctions, name) {
		w.clock(n, name)
	}
}

func (w *walker) clock(n node, name string) {
	w.fault(n, "%s gives something else in each run; the same records must give the same tables: use as_of of run_context", name)
}

// startOfSQL gives the byte at which the statement begins, after comments and blanks.
func startOfSQL(text string) int {
	at := 0
	for {
		rest := text[at:]
		trimmed := strings.TrimLeft(rest, " \t\r\n\ufeff;")
		at += len(rest) - len(trimmed)
		var end int
		switch {
		case strings.HasPrefix(trimmed, "--"):
			end = strings.IndexByte(trimmed, '\n')
		case strings.HasPrefix(trimmed, "/*"):
			end = strings.Index(trimmed, "*/") + 1
		default:
			return at
		}
		if end <= 0 {
			return at
		}
		at += end + 1
	}
}
