package rest

import (
	"time"

	"lastro/extract/rest/spec"
)

// parts are the lists that make up a resource, one after the other.
func (w *walk) parts(r *spec.Resource, of parents) (parts []func(pageState) pages) {
	s := w.run.source
	asking := func(also, bounds map[string]string) func(pageState) pages {
		how := asking{base: w.run.asker.base, resource: r, parents: of, also: also, bounds: bounds}
		return func(from pageState) pages { return newList(w.run.asker, how, from, s.o.MaxPages) }
	}
	mode := w.mode
	if r != w.root {
		mode = w.modeBelow(r)
	}
	defer func() {
		if w.catchesUp(r) {
			parts = append(parts, w.catchUp(r))
		}
	}()
	switch {
	case w.changes != nil && r == w.root:
		return append(parts, func(from pageState) pages { return newObjects(w.run.asker, r, w.changes, from) })
	case mode.Kind != readFull && r.Incremental != nil && r.Incremental.Strategy == spec.BySearch:
		parts = append(parts, w.search(r, mode))
	default:
		parts = append(parts, asking(nil, w.bounds(r, mode)))
	}
	if mode.Kind == readBackfill {
		return parts
	}
	for _, also := range r.Also {
		parts = append(parts, asking(also, nil))
	}
	return parts
}

// modeBelow is how the list of a resource with a parent is asked for: only one with changes of its own is bounded.
func (w *walk) modeBelow(r *spec.Resource) mode {
	switch since := w.since[r.Name]; {
	case r.Incremental == nil:
		return mode{Kind: readFull}
	case w.run.source.isBackfill():
		return mode{Kind: readBackfill, Since: w.run.source.o.From, Until: w.run.source.o.Until}
	case !since.IsZero():
		return mode{Kind: readSince, Since: since}
	}
	return mode{Kind: readFull}
}

// bounds are the parameters that bound a list by time.
func (w *walk) bounds(r *spec.Resource, m mode) map[string]string {
	in := r.Incremental
	if in == nil || in.StartParam == "" {
		return nil
	}
	bounds := map[string]string{}
	if from := w.run.source.from(r, m); !from.IsZero() {
		bounds[in.StartParam] = moment(from, in.CursorFormat)
	}
	if !m.Until.IsZero() && in.EndParam != "" {
		bounds[in.EndParam] = moment(m.Until, in.CursorFormat)
	}
	return bounds
}

// from is the moment from which a list is asked for; zero: all of it.
func (s *Source) from(r *spec.Resource, m mode) time.Time {
	switch m.Kind {
	case readSince:
		if r.Incremental.Strategy == spec.ByParam {
			return m.Since.Add(-r.Incremental.Lookback.Std())
		}
	case readBackfill:
		return m.Since
	case readFull:
		if r.Incremental.StartParam == "" {
			return time.Time{}
		}
		if !s.start.IsZero() {
			return s.start
		}
		if at, err := parseMoment(r.Incremental.InitialValue); err == nil {
			return at
		}
	}
	return time.Time{}
}
