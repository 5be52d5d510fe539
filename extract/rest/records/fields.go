package records

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// field is what is wanted of a value at its place in a record.
type field struct {
	name    string
	columns []int // that take the value
	mask    *masker
	members map[string]*field
	few     []*field // the members, where they are faster gone through than looked up
	items   map[int]*field
	every   *field // [*]
	// taken says that a column has the whole value, so that _extra need not. Within a list nothing is taken: its items
	// stay whole.
	taken bool
	// deletes says that a true value means that the record is deleted.
	deletes bool
	// plain says that the value goes to _extra as it is.
	plain bool

	seen int64 // the record that had it last, counted from 1
	next *field
}

// member gives the field of a key, made when it is missing.
func (f *field) member(key string) *field {
	if f.members == nil {
		f.members = map[string]*field{}
	}
	if f.members[key] == nil {
		f.members[key] = &field{name: key}
	}
	return f.members[key]
}

func (f *field) item(index int) *field {
	if index == everyItem {
		if f.every == nil {
			f.every = &field{}
		}
		return f.every
	}
	if f.items == nil {
		f.items = map[int]*field{}
	}
	if f.items[index] == nil {
		f.items[index] = &field{}
	}
	return f.items[index]
}

// at gives the field at a path below f.
func (f *field) at(steps []step) *field {
	for _, s := range steps {
		if s.list {
			f = f.item(s.index)
		} else {
			f = f.member(s.key)
		}
	}
	return f
}

// settle fills in what follows from the columns and masks: [*] holds for each item that is named too, and a mask for
// all that is within the value.
func (f *field) settle(inList bool, outer *masker) {
	if f.mask == nil {
		f.mask = outer
	}
	f.taken = len(f.columns) > 0 && !inList
	for _, m := range f.members {
		m.settle(inList, f.mask)
	}
	for _, m := range f.items {
		if f.every != nil {
			m.join(f.every)
		}
		m.settle(true, f.mask)
	}
	if f.every != nil {
		f.every.settle(true, f.mask)
	}
	f.plain = !f.wanted()
	if f.few = nil; len(f.members) <= 8 {
		f.few = slices.Collect(maps.Values(f.members))
	}
}

// join adds the masks of another field.
func (f *field) join(other *field) {
	if f.mask == nil {
		f.mask = other.mask
	}
	for key, m := range other.members {
		f.member(key).join(m)
	}
	for index, m := range other.items {
		f.item(index).join(m)
	}
	if other.every != nil {
		f.item(everyItem).join(other.every)
	}
}

func (f *field) wanted() bool { return len(f.columns) > 0 || f.mask != nil || f.deletes || f.inside() }

func (f *field) inside() bool { return len(f.members) > 0 || len(f.items) > 0 || f.every != nil }

// ofItem gives the field of an item of a list, nil when nothing is wanted of it.
func (f *field) ofItem(index int) *field {
	if m := f.items[index]; m != nil {
		return m
	}
	return f.every
}

// newFields gives the fields of a stream's records and tells each column its mask.
func newFields(columns []*column, masks map[string]*masker, deleted []step) (*field, error) {
	root := &field{}
	places := make([]*field, len(columns))
	for i, c := range columns {
		if c.steps == nil {
			c.mask = masks[c.name]
			continue
		}
		if slices.ContainsFunc(c.steps, func(s step) bool { return s.list && s.index == everyItem }) {
			return nil, fmt.Errorf("column %s: a column takes one value, [*] is for masks", c.name)
		}
		places[i] = root.at(c.steps)
		places[i].columns = append(places[i].columns, i)
		if m := masks[c.name]; m != nil {
			places[i].mask = m
		}
	}
	for path, m := range masks {
		if slices.ContainsFunc(columns, func(c *column) bool { return c.name == path }) {
			continue
		}
		steps, err := pathOf(path)
		if err != nil {
			return nil, fmt.Errorf("mask: %w", err)
		}
		if len(steps) == 0 {
			return nil, errors.New("mask: a path is empty")
		}
		root.at(steps).mask = m
	}
	if len(deleted) > 0 {
		root.at(deleted).deletes = true
	}
	root.settle(false, nil)
	for i, f := range places {
		if f != nil {
			columns[i].mask, columns[i].place = f.mask, f
		}
	}
	return root, nil
}
