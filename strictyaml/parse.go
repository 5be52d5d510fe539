package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// nestingLimit is how many brackets may stand within each other. The YAML parser takes time and memory that grow with the
// square of these, of lines and of files: 128 KB of opening brackets cost it 15 GB.
const nestingLimit = 64

// Parse gives the one YAML document that a file's content is, or nil after a mistake.
func (d *Decoder) Parse(content []byte) ast.Node {
	if len(content) > d.rules.FileLimit {
		d.MistakeAt(Spot{}, fmt.Sprintf("has %d bytes, more than the %d of %s", len(content), d.rules.FileLimit, d.rules.What), d.rules.LargeHint)
		return nil
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if at, what := d.badCharacter(content); what != "" {
		line, start := 1+bytes.Count(content[:at], []byte("\n")), 1+bytes.LastIndexByte(content[:at], '\n')
		d.MistakeAt(Spot{Line: line, Column: 1 + utf8.RuneCount(content[start:at])}, what, "save the file as UTF-8 text")
		return nil
	}
	line := 0
	for text := range bytes.Lines(content) {
		if line++; len(text) > d.rules.LineLimit {
			d.MistakeAt(Spot{Line: line, Column: 1}, fmt.Sprintf("a line of %d bytes, more than %d", len(text), d.rules.LineLimit), "break it into several")
			return nil
		}
	}
	file, err := parseYAML(d.rules.Hide(string(content)))
	if err != nil {
		d.syntaxMistake(err)
		return nil
	}
	var root ast.Node
	for _, document := range file.Docs {
		switch {
		case document.Body == nil:
		case root != nil:
			d.MistakeAt(d.Place(document.Body), "a second YAML document", d.rules.SecondHint)
		default:
			root = document.Body
			ast.Walk(anchorCollector{d}, root)
		}
	}
	if root == nil {
		d.MistakeAt(Spot{Line: 1, Column: 1}, "the file is empty", d.rules.EmptyHint)
	}
	return root
}

// badCharacter finds the first byte that is no text.
func (d *Decoder) badCharacter(content []byte) (at int, what string) {
	for at < len(content) {
		r, size := utf8.DecodeRune(content[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "a byte that is not UTF-8"
		case r == 0:
			return at, "a NUL byte"
		case d.rules.Reserved(r):
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
func (d *Decoder) syntaxMistake(err error) {
	at, problem := Spot{}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		problem = syntax.GetMessage()
		if token := syntax.GetToken(); token != nil && token.Position != nil {
			at = Spot{Line: token.Position.Line, Column: token.Position.Column}
		}
	}
	d.MistakeAt(at, "not valid YAML: "+d.rules.Show(problem), "see to the quotes, brackets and indentation of this line and those next to it")
}

// anchorCollector gathers the anchors of a document by name.
type anchorCollector struct{ d *Decoder }

// Visit implements ast.Visitor.
func (c anchorCollector) Visit(node ast.Node) ast.Visitor {
	if anchor, ok := node.(*ast.AnchorNode); ok && anchor.Name != nil {
		c.d.anchors[c.d.rules.Show(anchor.Name.GetToken().Value)] = anchor.Value
	}
	return c
}
