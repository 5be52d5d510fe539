package pipelines

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The YAML parser takes time and memory that grow with the square of what these bound, and more: 128 KB of opening
// brackets cost it 15 GB. A pipeline file has a few KB.
const (
	pipelineFileLimit = 64 << 10 // bytes
	pipelineLineLimit = 4 << 10  // bytes
	nestingLimit      = 64       // brackets within brackets
)

// parse gives the file's one YAML document, or nil after a mistake.
func (d *decoder) parse(path string) ast.Node {
	content, err := os.ReadFile(path)
	if err != nil {
		d.mistakeAt(spot{}, fmt.Sprintf("cannot be read: %v", plainCause(err)), "give the path of a pipeline file, or make one with lastro init")
		return nil
	}
	return d.parseContent(content)
}

// parseContent gives the one YAML document that a file's content is, or nil after a mistake.
func (d *decoder) parseContent(content []byte) ast.Node {
	if len(content) > pipelineFileLimit {
		d.mistakeAt(spot{}, fmt.Sprintf("has %d bytes, more than a pipeline file's %d", len(content), pipelineFileLimit), "give the path of a pipeline file")
		return nil
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if at, what := badCharacter(content); what != "" {
		line, start := 1+bytes.Count(content[:at], []byte("\n")), 1+bytes.LastIndexByte(content[:at], '\n')
		d.mistakeAt(spot{line: line, column: 1 + utf8.RuneCount(content[start:at])}, what, "save the file as UTF-8 text")
		return nil
	}
	line := 0
	for text := range bytes.Lines(content) {
		if line++; len(text) > pipelineLineLimit {
			d.mistakeAt(spot{line: line, column: 1}, fmt.Sprintf("a line of %d bytes, more than %d", len(text), pipelineLineLimit), "break it into several")
			return nil
		}
	}
	file, err := parseYAML(shiftReferences(string(content)))
	if err != nil {
		d.syntaxMistake(err)
		return nil
	}
	var root ast.Node
	for _, document := range file.Docs {
		switch {
		case document.Body == nil:
		case root != nil:
			d.mistakeAt(place(document.Body), "a second YAML document", "keep one pipeline in one file")
		default:
			root = document.Body
			ast.Walk(anchorCollector(d.anchors), root)
		}
	}
	if root == nil {
		d.mistakeAt(spot{line: 1, column: 1}, "the file is empty", "make one that works with lastro init")
	}
	return root
}

// badCharacter finds the first byte that is no text.
func badCharacter(content []byte) (at int, what string) {
	for at < len(content) {
		r, size := utf8.DecodeRune(content[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "a byte that is not UTF-8"
		case r == 0:
			return at, "a NUL byte"
		case isShifted(r):
			return at, fmt.Sprintf("the character %U, which no text has", r)
		}
		at += size
	}
	return 0, ""
}

// parseYAML keeps the parser's own failures from ending the program: it has met with panics on broken input.
func parseYAML(text string) (file *ast.File, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the YAML parser failed: %v", failure)
		}
	}()
	tokens, depth := lexer.Tokenize(text), 0
	for _, each := range tokens {
		switch each.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if depth > nestingLimit {
			return nil, fmt.Errorf("more than %d brackets within each other", nestingLimit)
		}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntaxMistake notes what the YAML parser found wrong, without its excerpt of the file.
func (d *decoder) syntaxMistake(err error) {
	at, problem := spot{}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		problem = syntax.GetMessage()
		if token := syntax.GetToken(); token != nil && token.Position != nil {
			at = spot{line: token.Position.Line, column: token.Position.Column}
		}
	}
	d.mistakeAt(at, "not valid YAML: "+unshift(problem), "see to the quotes, brackets and indentation of this line and those next to it")
}

// anchorCollector gathers the anchors of a document by name.
type anchorCollector map[string]ast.Node

// Visit implements ast.Visitor.
func (c anchorCollector) Visit(node ast.Node) ast.Visitor {
	if anchor, ok := node.(*ast.AnchorNode); ok && anchor.Name != nil {
		c[unshift(anchor.Name.GetToken().Value)] = anchor.Value
	}
	return c
}
