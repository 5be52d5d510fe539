package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"lastro/transform"
)

// Parser reads SQL with DuckDB's own parser, without any table.
type Parser interface {
	transform.Parser
	io.Closer
}

// parser is a DuckDB instance seen as a parser.
type parser struct {
	db        *sql.DB
	serialize *sql.Stmt
}

// NewParser starts an empty DuckDB that parses. The caller closes it. An Engine parses, too.
func NewParser(ctx context.Context) (Parser, error) {
	p, err := open(ctx, Options{Threads: 1})
	if err != nil {
		return nil, fmt.Errorf("start the SQL parser: %w", err)
	}
	return p, nil
}

// Close ends the parser.
func (p *parser) Close() error { return errors.Join(p.serialize.Close(), p.db.Close()) }

// Parse reads one SELECT.
func (p *parser) Parse(text string) (transform.Parsed, error) {
	ctx := context.Background() // a parse takes about a millisecond
	if err := notText(text); err != nil {
		return transform.Parsed{}, err
	}
	text = plainSpaces(text)
	var tree string
	if err := p.serialize.QueryRowContext(ctx, text).Scan(&tree); err != nil {
		return transform.Parsed{}, fmt.Errorf("parse SQL: %w", translate(ctx, "", err))
	}
	return readTree(text, tree)
}

// notText says why bytes are no text that DuckDB reads to its end.
func notText(text string) error {
	if at := strings.IndexByte(text, 0); at >= 0 {
		return &transform.ParseError{Offset: at, Message: "the file has a NUL byte; save it as text"}
	}
	for at, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[at:], string(utf8.RuneError)) {
			return &transform.ParseError{Offset: at, Message: "the file is not UTF-8; save it as UTF-8"}
		}
	}
	return nil
}

// plainSpaces makes as many plain spaces of an odd one as it has bytes. DuckDB makes one of it, so that its positions were wrong.
func plainSpaces(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r > unicode.MaxASCII && unicode.IsSpace(r) {
			out.WriteString(strings.Repeat(" ", utf8.RuneLen(r)))
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// serializeQuery gives a SELECT's syntax tree as JSON, without what is empty.
const serializeQuery = "select json_serialize_sql(?::varchar, skip_null := true, skip_empty := true, skip_default := true)::varchar"
