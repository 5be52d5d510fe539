package rest

import (
	"context"
	"fmt"

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

// takeChildless gives the parents that may have no records now, since the last page group: what the lake has of them is
// gone where the reading has it not. The reading itself knows the parents of its records only.
func (m *member) takeChildless(w *walk) []string {
	keys := m.childless
	m.childless = nil
	if m.resource.Parent == nil || !m.resource.Parent.Replaces || m.deletesMissing(w) {
		return nil
	}
	known, ok := lake.StreamView{}, false
	if w.run.session.Known != nil {
		known, ok = w.run.session.Known.Stream(m.id)
	}
	if !ok || len(known.Batches) == 0 {
		return nil
	}
	return keys
}

// isWhole tells whether the reading asked for every record there is.
func (m *member) isWhole(w *walk) bool {
	if w.mode.Kind != readFull || m.mode.Kind == readBackfill || w.again {
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

// mayDelete looks at a whole reading before what it has not is deleted. One that the API itself says is not whole deletes
// nothing; an empty one, where there were many, fails its stream: more likely it is the API that forgot them.
func (r *run) mayDelete(ctx context.Context, m *member) (bool, error) {
	counts := m.spool.Counts()
	distinct := counts.Accepted + counts.Quarantined
	if m.tally.Reported > distinct {
		m.warnings = append(m.warnings, fmt.Sprintf("%d different records came of the %d that the API says there are: none of the others is deleted", distinct, m.tally.Reported))
		return false, nil
	}
	if distinct > 0 || r.source.o.FullRefresh || r.session.Known == nil {
		return true, nil
	}
	known, ok := r.session.Known.Stream(m.id)
	if !ok || len(known.Batches) == 0 {
		return true, nil
	}
	var alive int64
	r.conn.Lock()
	defer r.conn.Unlock()
	if err := r.session.Conn.QueryRowContext(ctx, "select count(*) from (\n"+known.CurrentSQL()+"\n) where _deleted is distinct from true").Scan(&alive); err != nil {
		return false, fmt.Errorf("count the records that are known: %w", err)
	}
	if alive >= manyGone {
		return false, fmt.Errorf("%s is empty, and the lake has %d records of it: nothing is deleted; where they are gone indeed, --full-refresh deletes them", m.resource.Endpoint.Path, alive)
	}
	return true, nil
}
