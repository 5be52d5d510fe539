package records

import (
	"slices"
	"unicode/utf8"
)

// Record is one record of a page: an object, as a rule.
type Record struct {
	page *Page
	at   uint32
}

// whole is the page as a record.
func (p *Page) whole() Record { return Record{p, 0} }

// Text gives the scalar at a path as text, numbers as they are written; false: it is absent, null, an object or a list.
func (p *Page) Text(path string) (string, bool) { return p.whole().Text(path) }

// True tells whether a path holds true, or a scalar, list or object that is not empty: neither "" nor a 0 nor [].
func (p *Page) True(path string) bool { return p.whole().True(path) }

// Has tells whether a path holds anything but null.
func (p *Page) Has(path string) bool { return p.whole().Has(path) }

// Len gives the number of records at a selector; false: there is no list. "" is the page itself, "$" the page as one
// record.
func (p *Page) Len(selector string) (int, bool) { return p.whole().Len(selector) }

// Record gives a record that Len has counted.
func (p *Page) Record(selector string, i int) Record { return p.whole().Record(selector, i) }

// Text is as Page.Text, within the record.
func (r Record) Text(path string) (string, bool) {
	at, ok := r.find(path)
	if !ok {
		return "", false
	}
	switch n := r.page.nodes[at]; n.kind {
	case isText, isNumber, isTrue, isFalse:
		return string(r.page.appendText(nil, at)), true
	}
	return "", false
}

// True is as Page.True, within the record.
func (r Record) True(path string) bool {
	at, ok := r.find(path)
	return ok && r.page.truth(at)
}

// Has is as Page.Has, within the record.
func (r Record) Has(path string) bool {
	at, ok := r.find(path)
	return ok && r.page.nodes[at].kind != isNull
}

// Len is as Page.Len, within the record.
func (r Record) Len(selector string) (int, bool) {
	items, ok := r.page.list(r.at, selector)
	return len(items), ok
}

// Record is as Page.Record, within the record.
func (r Record) Record(selector string, i int) Record {
	items, _ := r.page.list(r.at, selector)
	return Record{r.page, items[i]}
}

// Raw gives the record as it stands in the page.
func (r Record) Raw() []byte { return r.page.raw(r.at) }

// find gives the value at a path. A path that cannot be parsed finds nothing: CheckPath tells of it when a connector is
// loaded.
func (r Record) find(path string) (uint32, bool) {
	steps, err := pathOf(path)
	if err != nil {
		return 0, false
	}
	at := r.at
	for _, step := range steps {
		var ok bool
		if step.list {
			at, ok = r.page.item(at, step.index)
		} else {
			at, ok = r.page.member(at, step.key)
		}
		if !ok {
			return 0, false
		}
	}
	return at, true
}

// member finds the value of a key, the last one if there are several.
func (p *Page) member(object uint32, key string) (value uint32, ok bool) {
	n := p.nodes[object]
	if n.kind != isObject {
		return 0, false
	}
	for at := object + 1; at < n.next; at = p.nodes[at+1].next {
		if p.keyIs(at, key) {
			value, ok = at+1, true
		}
	}
	return value, ok
}

func (p *Page) keyIs(at uint32, key string) bool {
	n := p.nodes[at]
	if n.flags&escaped == 0 {
		return string(p.body[n.start:n.end]) == key
	}
	return string(p.appendText(nil, at)) == key
}

// item finds an item of a list.
func (p *Page) item(list uint32, index int) (uint32, bool) {
	n := p.nodes[list]
	if n.kind != isList || index < 0 {
		return 0, false
	}
	for at := list + 1; at < n.next; at = p.nodes[at].next {
		if index--; index < 0 {
			return at, true
		}
	}
	return 0, false
}

// list gives the records at a selector within a value and remembers them.
func (p *Page) list(root uint32, selector string) ([]uint32, bool) {
	if p.listed && p.root == root && p.selector == selector {
		return p.items, true
	}
	if selector == "$" {
		return []uint32{root}, true
	}
	at, ok := Record{p, root}.find(selector)
	if !ok || p.nodes[at].kind != isList {
		return nil, false
	}
	p.items = p.items[:0]
	for item := at + 1; item < p.nodes[at].next; item = p.nodes[item].next {
		p.items = append(p.items, item)
	}
	p.root, p.selector, p.listed = root, selector, true
	return p.items, true
}

func (p *Page) truth(at uint32) bool {
	switch n := p.nodes[at]; n.kind {
	case isTrue:
		return true
	case isText:
		return n.end > n.start
	case isNumber:
		return !isZero(p.body[n.start:n.end])
	case isObject, isList:
		return n.next > at+1
	}
	return false
}

// isZero tells whether a number has no digit but 0 before its exponent.
func isZero(number []byte) bool {
	for _, c := range number {
		switch {
		case c == 'e' || c == 'E':
			return true
		case c >= '1' && c <= '9':
			return false
		}
	}
	return true
}

// raw gives a value as it stands in the body, a text with its quotes.
func (p *Page) raw(at uint32) []byte {
	n := p.nodes[at]
	if n.kind == isText {
		return p.body[n.start-1 : n.end+1]
	}
	return p.body[n.start:n.end]
}

// appendText adds what a scalar says: a text without its escapes, all else as it is written.
func (p *Page) appendText(to []byte, at uint32) []byte {
	n := p.nodes[at]
	from := p.body[n.start:n.end]
	if n.flags&escaped == 0 {
		return append(to, from...)
	}
	return appendUnescaped(slices.Grow(to, len(from)), from)
}

func appendUnescaped(to, from []byte) []byte {
	for i := 0; i < len(from); {
		if from[i] != '\\' {
			to = append(to, from[i])
			i++
			continue
		}
		c := from[i+1]
		if c != 'u' {
			to = append(to, unescaped[c])
			i += 2
			continue
		}
		r := hex4(from[i+2:])
		i += 6
		if r >= 0xd800 && r <= 0xdfff {
			if r < 0xdc00 && pairs(from[i:]) {
				r = (r-0xd800)<<10 + hex4(from[i+2:]) - 0xdc00 + 0x10000
				i += 6
			} else {
				r = utf8.RuneError
			}
		}
		to = utf8.AppendRune(to, r)
	}
	return to
}

// unescaped is what the letter after a backslash stands for.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
