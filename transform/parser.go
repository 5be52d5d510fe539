package transform

import (
	"fmt"
	"strings"
)

// Parser reads SQL without running it and without knowing any table.
type Parser interface {
	// Parse reads one SELECT. What is no SELECT, more than one statement, or broken, is a *ParseError.
	Parse(sql string) (Parsed, error)
}

// Parsed is what a SELECT says about the world outside of itself.
type Parsed struct {
	// Refs are the relations it reads, in the order of the text; common table expressions are not among them.
	Refs []Ref
	// Columns are the last parts of the names of all columns that it mentions, each once, in the order of the text.
	Columns []string
	// Faults are what a model may not do, though it is good SQL: read files or the engine's own tables, ask the clock.
	Faults []Fault
}

// Ref is one place at which a SELECT names a relation. Names are in lower case.
type Ref struct {
	// Schema is the source of a stream, and empty for everything else.
	Schema, Name string
	// Offset is the byte of the SQL at which the name stands, -1 when it is not known.
	Offset int
}

// String gives the relation's name as a model writes it.
func (r Ref) String() string {
	if r.Schema == "" {
		return r.Name
	}
	return r.Schema + "." + r.Name
}

// Fault is something that a model may not do, and where it does it.
type Fault struct {
	Offset  int
	Message string
}

// ParseError is SQL that is not one SELECT.
type ParseError struct {
	// Offset is the byte at which the error lies, -1 when it is not known.
	Offset  int
	Message string
}

// Error gives what is wrong with the SQL.
func (e *ParseError) Error() string { return e.Message }

// relationKey is how relations are compared: in lower case, without the schema main.
func relationKey(schema, name string) string {
	schema, name = strings.ToLower(schema), strings.ToLower(name)
	if schema == "" || schema == "main" {
		return name
	}
	return schema + "." + name
}

// parseRelation reads a relation's name as a header or a caller writes it: name or schema.name.
func parseRelation(text string) string {
	schema, name, found := strings.Cut(strings.TrimSpace(text), ".")
	if !found {
		return relationKey("", schema)
	}
	return relationKey(schema, name)
}

// position gives the line and column, both from 1, of a byte of text; columns count characters.
func position(text string, offset int) (line, column int) {
	if offset < 0 || offset > len(text) {
		return 0, 0
	}
	before := text[:offset]
	line = strings.Count(before, "\n") + 1
	return line, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}

// place writes a position as file:line:column, leaving out what is not known.
func place(file string, line, column int) string {
	switch {
	case line <= 0:
		return file
	case column <= 0:
		return fmt.Sprintf("%s:%d", file, line)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}
