package records

// appendCompact adds a value as JSON without spaces.
func (p *Page) appendCompact(to []byte, at uint32) []byte {
	n := p.nodes[at]
	switch n.kind {
	case isText:
		return p.appendQuoted(to, at)
	case isList, isObject:
		if n.flags&rough == 0 {
			return append(to, p.body[n.start:n.end]...)
		}
	default:
		return append(to, p.body[n.start:n.end]...)
	}
	if n.kind == isList {
		to = append(to, '[')
		for item := at + 1; item < n.next; item = p.nodes[item].next {
			to = append(p.appendCompact(to, item), ',')
		}
		return closed(to, ']')
	}
	to = append(to, '{')
	for key := at + 1; key < n.next; key = p.nodes[key+1].next {
		to = append(p.appendQuoted(to, key), ':')
		to = append(p.appendCompact(to, key+1), ',')
	}
	return closed(to, '}')
}

// appendQuoted adds a text with its quotes. Half of a surrogate pair becomes U+FFFD: not everyone who reads JSON takes it.
func (p *Page) appendQuoted(to []byte, at uint32) []byte {
	n := p.nodes[at]
	to = append(to, '"')
	from := p.body[n.start:n.end]
	if n.flags&unpaired == 0 {
		to = append(to, from...)
		return append(to, '"')
	}
	for i := 0; i < len(from); {
		switch {
		case from[i] != '\\':
			to = append(to, from[i])
			i++
		case from[i+1] != 'u':
			to = append(to, from[i:i+2]...)
			i += 2
		default:
			r := hex4(from[i+2:])
			switch {
			case r < 0xd800 || r > 0xdfff:
				to = append(to, from[i:i+6]...)
			case r < 0xdc00 && pairs(from[i+6:]):
				to = append(to, from[i:i+12]...)
				i += 6
			default:
				to = append(to, `\ufffd`...)
			}
			i += 6
		}
	}
	return append(to, '"')
}

// closed ends a list or object after which perhaps a comma was written.
func closed(to []byte, with byte) []byte {
	if last := len(to) - 1; to[last] == ',' {
		to[last] = with
		return to
	}
	return append(to, with)
}

// appendMasked adds a value as JSON with the masks of its field; strip leaves out what columns have taken.
func (p *Page) appendMasked(to []byte, at uint32, f *field, strip bool) []byte {
	n := p.nodes[at]
	switch {
	case f == nil || f.plain || n.kind == isNull:
		return p.appendCompact(to, at)
	case f.mask.drops():
		return append(to, "null"...)
	case f.mask != nil:
		to = append(to, '"')
		to = f.mask.append(to, p.masked(at))
		return append(to, '"')
	case n.kind == isObject && len(f.members) > 0:
		return p.appendMembers(to, at, f, strip)
	case n.kind == isList && (f.every != nil || len(f.items) > 0):
		to = append(to, '[')
		index := 0
		for item := at + 1; item < n.next; item = p.nodes[item].next {
			to = append(p.appendMasked(to, item, f.ofItem(index), strip), ',')
			index++
		}
		return closed(to, ']')
	}
	return p.appendCompact(to, at)
}

// masked gives what a mask hashes: of a scalar what it says, of all else its JSON.
func (p *Page) masked(at uint32) []byte {
	switch p.nodes[at].kind {
	case isObject, isList:
		return p.appendCompact(nil, at)
	}
	return p.appendText(nil, at)
}

func (p *Page) appendMembers(to []byte, object uint32, f *field, strip bool) []byte {
	to = append(to, '{')
	for key := object + 1; key < p.nodes[object].next; key = p.nodes[key+1].next {
		m := p.fieldAt(key, f)
		before := len(to)
		if m != nil && (m.mask.drops() || (strip && m.taken)) {
			continue
		}
		to = append(p.appendQuoted(to, key), ':')
		start := len(to)
		to = p.appendMasked(to, key+1, m, strip)
		// An object of which columns took everything says nothing any more.
		if strip && m != nil && m.inside() && string(to[start:]) == "{}" && p.nodes[key+1].next > key+2 {
			to = to[:before]
			continue
		}
		to = append(to, ',')
	}
	return closed(to, '}')
}

// fieldAt gives what is wanted of a member of an object, nil when nothing is.
func (p *Page) fieldAt(key uint32, f *field) *field {
	n := &p.nodes[key]
	if n.flags&escaped == 0 {
		if f.few != nil {
			for _, m := range f.few {
				if m.name == string(p.body[n.start:n.end]) {
					return m
				}
			}
			return nil
		}
		return f.members[string(p.body[n.start:n.end])]
	}
	return f.members[string(p.appendText(nil, key))]
}

// key gives a key as it reads.
func (p *Page) key(at uint32) string {
	n := p.nodes[at]
	if n.flags&escaped == 0 {
		return string(p.body[n.start:n.end])
	}
	return string(p.appendText(nil, at))
}
