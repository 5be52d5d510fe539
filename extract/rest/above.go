package rest

import (
	"slices"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// above is a record of which another resource is asked for.
type above struct {
	key      string
	columns  map[string]string // those that the requests and records below need
	deleted  bool
	wanted   bool             // a request is needed
	embedded []records.Record // the first of the records below
}

// records takes from a page what the resources below need, before the page is handed on.
func (w *walk) records(r *spec.Resource, f *frame, p page) map[string][]above {
	if len(w.children[r.Name]) == 0 {
		return nil
	}
	found := map[string][]above{}
	for _, child := range w.children[r.Name] {
		if p.page == nil {
			found[child.Name] = []above{{key: p.gone, deleted: true}}
			continue
		}
		needed := neededOf(child, r)
		for i := range p.rows {
			one := aboveOf(r, child, p.page.Record(p.selector, i), needed, f.with)
			if one.key != "" { // a record without its key is in quarantine
				found[child.Name] = append(found[child.Name], one)
			}
		}
	}
	return found
}

func aboveOf(r, child *spec.Resource, record records.Record, needed []string, with map[string]string) above {
	a := above{columns: map[string]string{}, wanted: true}
	for _, column := range needed {
		a.columns[column] = valueOf(r, record, column, with)
	}
	for i, key := range r.PrimaryKey {
		if i > 0 {
			a.key += "\x1f"
		}
		a.key += valueOf(r, record, key, with)
	}
	a.deleted = r.DeletedWhen != "" && record.True(r.DeletedWhen)
	parent := child.Parent
	hasEmbedded := false
	if n, ok := record.Len(parent.Embedded); parent.Embedded != "" && ok {
		hasEmbedded = true
		for i := range n {
			a.embedded = append(a.embedded, record.Record(parent.Embedded, i))
		}
	}
	switch {
	case a.deleted:
		a.wanted = false
	case parent.When != "":
		a.wanted = record.True(parent.When) || parent.Embedded != "" && !hasEmbedded
	case parent.Embedded != "":
		a.wanted = !hasEmbedded && child.Endpoint.Path != ""
	}
	return a
}

func valueOf(r *spec.Resource, record records.Record, column string, with map[string]string) string {
	if _, own := r.Columns[column]; !own {
		if value, ok := with[column]; ok {
			return value
		}
	}
	text, _ := record.Text(columnPath(r, column))
	return text
}

// neededOf names the columns of a parent that a child's requests and records need.
func neededOf(child, parent *spec.Resource) []string {
	needed := slices.Clone(parent.PrimaryKey)
	note := func(_, name string) (string, bool) {
		needed = append(needed, name)
		return "", false
	}
	spec.Fill(child.Endpoint.Path, note)
	spec.Fill(child.Endpoint.Body, note)
	for _, value := range child.Endpoint.Params {
		spec.Fill(value, note)
	}
	for _, column := range child.Parent.Include {
		needed = append(needed, column)
	}
	slices.Sort(needed)
	return slices.Compact(needed)
}

// included gives the columns that records below take from the one above.
func included(child *spec.Resource, a above) map[string]string {
	with := make(map[string]string, len(child.Parent.Include))
	for own, column := range child.Parent.Include {
		with[own] = a.columns[column]
	}
	return with
}
