package transform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// headerKeys are the keys that a header may have.
var headerKeys = []string{
	"description", "grain", "key", "order", "materialized", "columns", "accepted_values", "not_null", "checks",
	"same_rows_as", "severity", "tags", "constant", "published", "step",
}

// headerReader reads one header and collects what is wrong with it.
type headerReader struct {
	file   string
	wrong  *mistakes
	header Header
}

// readHeader reads the YAML of the file's first block comment, which only line comments may come before.
// Text without one has an empty header.
func readHeader(file, text string, wrong *mistakes) Header {
	start, end, found := headerComment(text)
	if !found {
		return Header{}
	}
	r := &headerReader{file: file, wrong: wrong, header: Header{lines: map[string]int{}}}
	// the lines before are kept, empty, so that the YAML's positions are the file's
	document := strings.Repeat("\n", strings.Count(text[:start], "\n")) + text[start:end]
	tree, err := parser.ParseBytes([]byte(document), 0)
	if err != nil {
		r.yamlError(err)
		return r.header
	}
	for _, doc := range tree.Docs {
		r.document(doc.Body)
	}
	return r.header
}

// headerComment finds the inside of the first block comment.
func headerComment(text string) (start, end int, found bool) {
	at := 0
	for {
		rest := text[at:]
		trimmed := strings.TrimLeft(rest, " \t\r\n\ufeff")
		at += len(rest) - len(trimmed)
		if strings.HasPrefix(trimmed, "--") {
			line := strings.IndexByte(trimmed, '\n')
			if line < 0 {
				return 0, 0, false
			}
			at += line + 1
			continue
		}
		if !strings.HasPrefix(trimmed, "/*") {
			return 0, 0, false
		}
		length := strings.Index(trimmed[2:], "*/")
		if length < 0 {
			return 0, 0, false // the SQL parser says so
		}
		return at + 2, at + 2 + length, true
	}
}

func (r *headerReader) document(node ast.Node) {
	if node == nil {
		return
	}
	values, ok := mapping(node)
	if !ok {
		r.at(node, "the header must be YAML of the form key: value; known keys are %s", strings.Join(headerKeys, ", "))
		return
	}
	for _, value := range values {
		key := value.Key.String()
		if !slices.Contains(headerKeys, key) {
			r.at(value.Key, "unknown header key %q%s", key, didYouMeanOr(key, headerKeys, "known keys are "))
			continue
		}
		r.header.lines[key] = value.Key.GetToken().Position.Line
		r.value(key, value.Value)
	}
}

func (r *headerReader) value(key string, node ast.Node) {
	h := &r.header
	switch key {
	case "description":
		h.Description = strings.TrimSpace(r.text(key, node))
	case "grain":
		h.Grain = strings.TrimSpace(r.text(key, node))
	case "key":
		h.Key = r.names(key, node)
	case "order":
		h.Order = r.names(key, node)
	case "materialized":
		h.Materialized = r.oneOf(key, node, "table", "view")
	case "columns":
		h.Columns = r.columns(node)
	case "accepted_values":
		h.AcceptedValues = r.acceptedValues(node)
	case "not_null":
		h.NotNull = r.names(key, node)
	case "checks":
		h.Checks = r.checks(node)
	case "same_rows_as":
		h.SameRowsAs = parseRelation(r.text(key, node))
	case "severity":
		h.Severity = Severity(r.oneOf(key, node, string(SeverityError), string(SeverityWarn)))
	case "tags":
		h.Tags = r.names(key, node)
	case "constant":
		h.Constant = r.flag(key, node)
	case "step":
		h.Step = strings.TrimSpace(r.text(key, node))
	case "published":
		h.Unpublished = !r.flag(key, node)
	}
}

// didYouMeanOr offers the nearest names, or all of them after prefix.
func didYouMeanOr(name string, known []string, prefix string) string {
	if hint := didYouMean(name, known); hint != "" {
		return hint
	}
	return "; " + prefix + strings.Join(known, ", ")
}

func (r *headerReader) at(node ast.Node, format string, args ...any) {
	at := node.GetToken().Position
	r.wrong.add(r.file, at.Line, at.Column, format, args...)
}

// yamlError adds an error of the YAML library with its position, if it has one.
func (r *headerReader) yamlError(err error) {
	var placed yaml.Error
	if errors.As(err, &placed) && placed.GetToken() != nil {
		at := placed.GetToken().Position
		r.wrong.add(r.file, at.Line, at.Column, "the header is not YAML: %s", placed.GetMessage())
		return
	}
	r.wrong.add(r.file, 0, 0, "the header is not YAML: %s", firstLine(err))
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(fmt.Sprint(err), "\n")
	return line
}
