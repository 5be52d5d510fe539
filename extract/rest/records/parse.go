package records

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// kind is what a value is.
type kind uint8

const (
	isNull kind = iota
	isFalse
	isTrue
	isNumber
	isText
	isObject
	isList
)

// node is a value, or a key before its value, in the order of the body.
type node struct {
	start, end uint32 // its bytes in the body; of a text those between the quotes
	next       uint32 // the node after it and all that is within it
	kind       kind
	flags      uint8
}

const (
	escaped  = 1 << iota // a text with a backslash
	unpaired             // a text with half of a surrogate pair
	rough                // an object or list whose bytes are not to be copied as they are: spaces, or an unpaired text
)

// maxDepth is that of encoding/json.
const maxDepth = 10_000

// Page is a body that was read.
type Page struct {
	body  []byte
	nodes []node

	// What was asked for last: Record finds its place at once.
	selector string
	root     uint32
	items    []uint32
	listed   bool
}

// density is how many nodes the last page had in 1,024 bytes, and some more: the pages of an API are alike.
var density atomic.Uint32

var pages = sync.Pool{New: func() any { return new(Page) }}

// Parse reads a body as strict JSON (RFC 8259): numbers as 01, 1-2 or NaN, escapes as \q, bytes that are no UTF-8 and
// whatever follows the value are errors (*SyntaxError). Of a key that an object has twice the last counts. Half of a
// surrogate pair reads as U+FFFD. The page keeps body, which must not change before Free.
func Parse(body []byte) (*Page, error) {
	if len(body) > math.MaxInt32 {
		return nil, &SyntaxError{Offset: math.MaxInt32, Line: 1, What: "a page of more than 2 GB"}
	}
	p, _ := pages.Get().(*Page)
	if want := len(body)*int(density.Load())/1024 + 64; cap(p.nodes) < want {
		p.nodes = make([]node, 0, want)
	}
	s := scanner{body: body, nodes: p.nodes[:0]}
	i := s.space(0)
	if i = s.value(i, 0); i >= 0 {
		if i = s.space(i); i < len(body) {
			i = s.fail(i, "something follows the value")
		}
	}
	p.nodes = s.nodes
	if i < 0 {
		p.Free()
		return nil, newSyntaxError(body, s.at, s.what)
	}
	p.body = body
	if n := len(body); n > 4096 {
		density.Store(uint32(len(p.nodes)*1088/n) + 4)
	}
	return p, nil
}

// Free gives the page's memory back for later pages. The page, its records and their Raw must not be used afterwards.
func (p *Page) Free() {
	p.body, p.nodes, p.items = nil, p.nodes[:0], p.items[:0]
	p.selector, p.listed = "", false
	if cap(p.nodes) <= 1<<20 {
		pages.Put(p)
	}
}

// scanner reads a body once. Its methods take and give a place in the body, -1 after an error.
type scanner struct {
	body  []byte
	nodes []node
	rough int // the last place with something that is not copied as it is, plus 1

	at   int // of the error
	what string
}

func (s *scanner) fail(at int, what string) int {
	s.at, s.what = at, what
	return -1
}

// early is an error where the body ends, or else that something else was awaited.
func (s *scanner) early(at int, wanted string) int {
	if at >= len(s.body) {
		return s.fail(len(s.body), "")
	}
	return s.fail(at, wanted+" must stand here")
}

// space skips white space.
func (s *scanner) space(i int) int {
	if i < len(s.body) && s.body[i] > ' ' {
		return i
	}
	return s.spaces(i)
}

func (s *scanner) spaces(i int) int {
	for i < len(s.body) {
		switch s.body[i] {
		case ' ', '\t', '\n', '\r':
			i++
			s.rough = i
			continue
		}
		break
	}
	return i
}

func (s *scanner) value(i, depth int) int {
	if i >= len(s.body) {
		return s.fail(i, "")
	}
	switch c := s.body[i]; c {
	case '"':
		return s.text(i + 1)
	case '{':
		return s.object(i, depth+1)
	case '[':
		return s.list(i, depth+1)
	case 't':
		return s.literal(i, "true", isTrue)
	case 'f':
		return s.literal(i, "false", isFalse)
	case 'n':
		return s.literal(i, "null", isNull)
	default:
		if c == '-' || c-'0' <= 9 {
			return s.number(i)
		}
		return s.fail(i, "a value must stand here")
	}
}

// add notes a value. Its fields are set one by one: put together first, they would be copied before they are written.
func (s *scanner) add(start, end int, k kind, flags uint8) {
	at := len(s.nodes)
	if at == cap(s.nodes) {
		s.nodes = slices.Grow(s.nodes, at+64)
	}
	s.nodes = s.nodes[:at+1]
	n := &s.nodes[at]
	n.start, n.end, n.next, n.kind, n.flags = uint32(start), uint32(end), uint32(at+1), k, flags
}

func (s *scanner) literal(i int, word string, k kind) int {
	for j := 1; j < len(word); j++ {
		if i+j >= len(s.body) || s.body[i+j] != word[j] {
			return s.early(i+j, word)
		}
	}
	s.add(i, i+len(word), k, 0)
	return i + len(word)
}

func (s *scanner) number(start int) int {
	b, i := s.body, start
	if b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case i < len(b) && b[i]-'1' <= 8:
		i = digits(b, i)
	default:
		return s.early(i, "a digit")
	}
	if i < len(b) && b[i] == '.' {
		from := i + 1
		if i = digits(b, from); i == from {
			return s.early(i, "a digit")
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		from := i
		if i = digits(b, from); i == from {
			return s.early(i, "a digit")
		}
	}
	s.add(start, i, isNumber, 0)
	return i
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

func (s *scanner) list(start, depth int) int {
	if depth > maxDepth {
		return s.fail(start, "lists and objects stand more than 10,000 deep")
	}
	at := len(s.nodes)
	s.add(start, 0, isList, 0)
	i := s.space(start + 1)
	if i < len(s.body) && s.body[i] == ']' {
		return s.end(at, i)
	}
	for {
		if i = s.value(i, depth); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.body) {
			return s.fail(i, "")
		}
		switch s.body[i] {
		case ',':
			i = s.space(i + 1)
		case ']':
			return s.end(at, i)
		default:
			return s.fail(i, "a comma or ] must stand here")
		}
	}
}

func (s *scanner) object(start, depth int) int {
	if depth > maxDepth {
		return s.fail(start, "lists and objects stand more than 10,000 deep")
	}
	at := len(s.nodes)
	s.add(start, 0, isObject, 0)
	i := s.space(start + 1)
	if i < len(s.body) && s.body[i] == '}' {
		return s.end(at, i)
	}
	for {
		if i >= len(s.body) || s.body[i] != '"' {
			return s.early(i, "a key")
		}
		if i = s.text(i + 1); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.body) || s.body[i] != ':' {
			return s.early(i, "a colon")
		}
		if i = s.value(s.space(i+1), depth); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.body) {
			return s.fail(i, "")
		}
		switch s.body[i] {
		case ',':
			i = s.space(i + 1)
		case '}':
			return s.end(at, i)
		default:
			return s.fail(i, "a comma or } must stand here")
		}
	}
}

// end closes the list or object of a node.
func (s *scanner) end(at, i int) int {
	n := &s.nodes[at]
	n.end, n.next = uint32(i+1), uint32(len(s.nodes))
	if s.rough > int(n.start) {
		n.flags = rough
	}
	return i + 1
}
