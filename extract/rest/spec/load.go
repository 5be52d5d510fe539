package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What the YAML parser is given is bounded: its time and memory grow with the square of these.
const (
	fileLimit    = 256 << 10 // bytes
	lineLimit    = 8 << 10   // bytes
	nestingLimit = 64        // brackets within brackets
)

// Load reads a connector file. All its mistakes are told at once, in an *Error.
func Load(fsys fs.FS, name string) (*Connector, error) {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read the connector file: %w", err)
	}
	return Parse(name, content)
}

// Parse reads the content of a connector file; file is what messages call it. What the file leaves out is filled in from
// its resource_defaults.
func Parse(file string, content []byte) (*Connector, error) {
	d := &decoder{
		file: file, anchors: map[string]ast.Node{}, wrong: map[string]bool{},
		spots: map[string]spot{"": {line: 1, column: 1}},
	}
	var c Connector
	if root := d.parse(content); root != nil {
		d.value(root, "", reflect.ValueOf(&c).Elem())
		d.words(reflect.ValueOf(c), "") // before what is said once stands in every resource
		c.merge()
		d.check(&c)
	}
	if len(d.mistakes) > 0 {
		return nil, &Error{Mistakes: inOrder(d.mistakes)}
	}
	return &c, nil
}

// parse gives the one YAML document that a file's content is, or nil after a mistake.
func (d *decoder) parse(content []byte) ast.Node {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if len(content) > fileLimit {
		d.mistakeAt(spot{}, fmt.Sprintf("has %d bytes, more than a connector file's %d", len(content), fileLimit), "")
		return nil
	}
	line := 0
	for text := range bytes.Lines(content) {
		line++
		switch {
		case len(text) > lineLimit:
			d.mistakeAt(spot{line: line, column: 1}, fmt.Sprintf("a line of %d bytes, more than %d", len(text), lineLimit), "break it into several")
			return nil
		case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
			d.mistakeAt(spot{line: line, column: 1}, "a line that is no text", "save the file as UTF-8")
			return nil
		}
	}
	file, err := parseYAML(string(content))
	if err != nil {
		d.syntaxMistake(err)
		return nil
	}
	var root ast.Node
	for _, document := range file.Docs {
		switch {
		case document.Body == nil:
		case root != nil:
			d.mistakeAt(place(document.Body), "a second YAML document", "keep one connector in one file")
		default:
			root = document.Body
			ast.Walk(anchorCollector(d.anchors), root)
		}
	}
	if root == nil {
		d.mistakeAt(spot{line: 1, column: 1}, "the file is empty", "a connector file has at least connector, client and resources")
	}
	return root
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

func (d *decoder) syntaxMistake(err error) {
	at, problem := spot{}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		problem = syntax.GetMessage()
		if found := syntax.GetToken(); found != nil && found.Position != nil {
			at = spot{line: found.Position.Line, column: found.Position.Column}
		}
	}
	d.mistakeAt(at, "not valid YAML: "+problem, "see to the quotes, brackets and indentation of this line and those next to it")
}

// anchorCollector gathers the anchors of a document by name.
type anchorCollector map[string]ast.Node

// Visit implements ast.Visitor.
func (c anchorCollector) Visit(node ast.Node) ast.Visitor {
	if anchor, ok := node.(*ast.AnchorNode); ok && anchor.Name != nil {
		c[anchor.Name.GetToken().Value] = anchor.Value
	}
	return c
}
