package records

// walk goes over the members of a record: it notes where each column's value is, and writes _extra. Members that go there
// as they are and stand side by side are copied at once.
func (w *Writer) walk(p *Page, object uint32) {
	began := len(w.extra.text)
	to := append(w.extra.text, '{')
	nodes, body := p.nodes, p.body
	end := nodes[object].next
	before := w.fields
	var from, until uint32 // of what waits to be copied
	for key := object + 1; key < end; key = nodes[key+1].next {
		k, v := &nodes[key], &nodes[key+1]
		f := before.next
		if f == nil || k.flags != 0 || f.name != string(body[k.start:k.end]) {
			if f = w.fieldOf(p, key); f == nil {
				f = &field{plain: true}
			} else {
				before.next = f // records come with their keys in one order: next time this one is expected here
			}
		}
		before = f
		if f.seen == w.number {
			w.again(p, object, began)
			return
		}
		f.seen = w.number
		if f.plain {
			if start, stop, tight := member(k, v); tight {
				if until == 0 || start != until+1 {
					if until > 0 {
						to = append(append(to, body[from:until]...), ',')
					}
					from = start
				}
				until = stop
				continue
			}
		}
		if until > 0 {
			to = append(append(to, body[from:until]...), ',')
			until = 0
		}
		if f.plain {
			to = append(p.appendQuoted(to, key), ':')
			to = append(p.appendCompact(to, key+1), ',')
			continue
		}
		w.find(p, key+1, f)
		to = w.leave(to, p, key, f)
	}
	if until > 0 {
		to = append(append(to, body[from:until]...), ',')
	}
	w.endExtra(to, began)
}

// member gives the bytes of a key and its value, quotes and all; tight tells that they can be copied as they are.
func member(key, value *node) (start, stop uint32, tight bool) {
	start, stop = key.start-1, value.end
	first := value.start
	if value.kind == isText {
		first--
		stop++
	}
	return start, stop, first == key.end+2 && value.flags&(rough|unpaired) == 0 && key.flags&unpaired == 0
}

// endExtra ends the _extra of a row: NULL when there is nothing.
func (w *Writer) endExtra(to []byte, began int) {
	if len(to) == began+1 {
		w.extra.text = to[:began]
		w.extra.null()
		return
	}
	w.extra.text = closed(to, '}')
	w.extra.endText()
}

// leave adds what columns have not taken of a member.
func (w *Writer) leave(to []byte, p *Page, key uint32, f *field) []byte {
	if f.taken || f.mask.drops() {
		return to
	}
	before := len(to)
	to = append(p.appendQuoted(to, key), ':')
	start := len(to)
	to = p.appendMasked(to, key+1, f, true)
	if f.inside() && string(to[start:]) == "{}" && p.nodes[key+1].next > key+2 {
		return to[:before] // columns took everything
	}
	return append(to, ',')
}

// fieldOf gives the field of a key at the top of a record; nil: there are too many to keep in mind.
func (w *Writer) fieldOf(p *Page, key uint32) *field {
	name := p.key(key)
	if f := w.fields.members[name]; f != nil {
		return f
	}
	if w.unknown >= most {
		return nil
	}
	w.unknown++
	f := w.fields.member(name)
	f.plain = true
	return f
}

// find notes the places of the columns within a value. The last one counts where a key stands twice.
func (w *Writer) find(p *Page, at uint32, f *field) {
	for _, c := range f.columns {
		w.slots[c] = at
	}
	if f.deletes {
		w.goneAt = at
	}
	if !f.inside() {
		return
	}
	switch n := p.nodes[at]; n.kind {
	case isObject:
		for key := at + 1; key < n.next; key = p.nodes[key+1].next {
			if m := p.fieldAt(key, f); m != nil && !m.plain {
				w.find(p, key+1, m)
			}
		}
	case isList:
		index := 0
		for item := at + 1; item < n.next; item = p.nodes[item].next {
			if m := f.ofItem(index); m != nil {
				w.find(p, item, m)
			}
			index++
		}
	}
}

// again goes over a record that has a key twice: only the last of each counts.
func (w *Writer) again(p *Page, object uint32, began int) {
	clear(w.slots)
	w.goneAt = 0
	last := map[string]uint32{}
	end := p.nodes[object].next
	for key := object + 1; key < end; key = p.nodes[key+1].next {
		last[p.key(key)] = key
	}
	to := append(w.extra.text[:began], '{')
	for key := object + 1; key < end; key = p.nodes[key+1].next {
		if last[p.key(key)] != key {
			continue
		}
		f := w.fieldOf(p, key)
		if f == nil {
			f = &field{plain: true}
		}
		f.seen = w.number
		w.find(p, key+1, f)
		to = w.leave(to, p, key, f)
	}
	w.endExtra(to, began)
}
