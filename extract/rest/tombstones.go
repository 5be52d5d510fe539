package rest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

// tombstones deletes what the lake has of parents that have no records now: a page group knows the parents of its
// records only.
func (m *member) tombstones(ctx context.Context, w *walk) error {
	keys := m.childless
	m.childless = nil
	if len(keys) == 0 || m.resource.Parent == nil || !m.resource.Parent.Replaces || m.deletesMissing(w) {
		return nil
	}
	parent, _ := w.run.source.connector.Resource(m.resource.Parent.Resource)
	column := m.resource.ParentColumn(parent)
	known, ok := lake.StreamView{}, false
	if w.run.session.Known != nil {
		known, ok = w.run.session.Known.Stream(m.id)
	}
	if !ok || len(known.Batches) == 0 || !hasColumn(known, column) {
		return nil
	}
	for chunk := range slices.Chunk(keys, 1000) {
		gone, err := w.run.keysWithin(ctx, known, m.resource, column, chunk)
		if err != nil {
			return fmt.Errorf("find the records of parents that have none now: %w", err)
		}
		for _, key := range gone {
			if err := m.open(w); err != nil {
				return err
			}
			if err := m.writer.Delete(key); err != nil {
				return err
			}
		}
	}
	return nil
}

func hasColumn(v lake.StreamView, name string) bool {
	return slices.ContainsFunc(v.Columns, func(c lake.Column) bool { return strings.EqualFold(c.Name, name) })
}

// keysWithin gives the keys of the lake's current records whose column has one of the values.
func (r *run) keysWithin(ctx context.Context, known lake.StreamView, of *spec.Resource, column string, values []string) ([][]string, error) {
	columns := make([]string, len(of.PrimaryKey))
	for i, key := range of.PrimaryKey {
		columns[i] = "cast(" + quoteName(key) + " as VARCHAR)"
	}
	literals := make([]string, len(values))
	for i, value := range values {
		literals[i] = "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	where := "cast(" + quoteName(column) + " as VARCHAR) in (" + strings.Join(literals, ", ") + ")"
	if hasColumn(known, "_deleted") {
		where += " and _deleted is distinct from true"
	}
	r.conn.Lock()
	defer r.conn.Unlock()
	rows, err := r.session.Conn.QueryContext(ctx, "select "+strings.Join(columns, ", ")+" from (\n"+known.CurrentSQL()+"\n) as known where "+where)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys [][]string
	for rows.Next() {
		key, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range key {
			into[i] = &key[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// isWhole tells whether the reading asked for every record there is.
func (m *member) isWhole(w *walk) bool {
	if w.mode.Kind != readFull || w.again {
		return false
	}
	for r := m.resource; ; {
		if r.Incremental != nil && (!w.since[r.Name].IsZero() || !w.run.source.from(r, mode{Kind: readFull}).IsZero()) {
			return false
		}
		if r.Parent == nil {
			return true
		}
		r, _ = w.run.source.connector.Resource(r.Parent.Resource)
	}
}

// deletesMissing tells whether records that the reading has not are gone.
func (m *member) deletesMissing(w *walk) bool {
	if !m.isWhole(w) {
		return false
	}
	for r := m.resource; r.Deletes != spec.DeletesMissing; {
		if r.Parent == nil || !r.Parent.Replaces { // what replaces the records of a parent goes with the parent
			return false
		}
		r, _ = w.run.source.connector.Resource(r.Parent.Resource)
	}
	return true
}
