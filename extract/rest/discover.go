package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// Discovered is what the first page of a stream shows.
type Discovered struct {
	Stream      string
	Description string
	Records     int // that were looked at
	Fields      []Field
	Err         error // why there was no looking
}

// Field is a field that records have. What values it has is not told.
type Field struct {
	Path string
	// Kinds are the JSON types seen: text, number, boolean, object, list, null.
	Kinds  []string
	Seen   int    // in how many records
	Column string // that takes it; empty: it is kept in _extra
	Type   string // of the column
}

// Discover asks for the first page of each stream. An error means that nothing could be asked.
func (s *Source) Discover(ctx context.Context) (found []Discovered, err error) {
	sampler, err := s.sampler()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sampler.asker.close()) }()
	for _, r := range s.streams {
		answer := sampler.of(ctx, r)
		if ctx.Err() != nil {
			return found, context.Cause(ctx)
		}
		found = append(found, Discovered{
			Stream: r.Name, Description: r.Description, Records: len(answer.records), Err: answer.err,
			Fields: fieldsOf(r, answer.records),
		})
	}
	return found, nil
}

// fieldsOf gathers the fields of records: those at the top, and deeper ones that a column takes.
func fieldsOf(r *spec.Resource, of []records.Record) []Field {
	byPath := map[string]*Field{}
	see := func(path, kind string) {
		f := byPath[path]
		if f == nil {
			f = &Field{Path: path}
			byPath[path] = f
		}
		f.Seen++
		if !slices.Contains(f.Kinds, kind) {
			f.Kinds = append(f.Kinds, kind)
		}
	}
	deep := map[string]bool{}
	for name, column := range r.Columns {
		if path := column.Path; strings.ContainsAny(path, ".[") {
			deep[path] = true
		} else if path == "" {
			byPath[name] = &Field{Path: name}
		} else {
			byPath[path] = &Field{Path: path}
		}
	}
	for _, record := range of {
		var top map[string]json.RawMessage
		if json.Unmarshal(record.Raw(), &top) != nil {
			continue
		}
		for name, value := range top {
			see(name, kindOf(value))
		}
		for path := range deep {
			if text, ok := record.Text(path); ok {
				see(path, kindOfText(text))
			} else if n, ok := record.Len(path); ok && n >= 0 {
				see(path, "list")
			}
		}
	}
	for name, column := range r.Columns {
		path := column.Path
		if path == "" {
			path = name
		}
		if byPath[path] == nil {
			byPath[path] = &Field{Path: path}
		}
		byPath[path].Column, byPath[path].Type = name, column.Type
	}
	fields := make([]Field, 0, len(byPath))
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		slices.Sort(byPath[path].Kinds)
		fields = append(fields, *byPath[path])
	}
	return fields
}

// kindOfText tells a scalar at a path from what it says: records give it as text.
func kindOfText(text string) string {
	if json.Valid([]byte(text)) && text != "" {
		return kindOf([]byte(text))
	}
	return "text"
}

func kindOf(value []byte) string {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return "null"
	}
	switch value[0] {
	case '{':
		return "object"
	case '[':
		return "list"
	case '"':
		return "text"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}
