package records

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/extract/lake"
)

// DriftError is a stream whose records changed their form although they must not.
type DriftError struct {
	Stream lake.StreamID
	Drift  Drift
}

func (e *DriftError) Error() string {
	var parts []string
	if len(e.Drift.New) > 0 {
		parts = append(parts, "new fields "+strings.Join(e.Drift.New, ", "))
	}
	if len(e.Drift.Gone) > 0 {
		parts = append(parts, "missing fields "+strings.Join(e.Drift.Gone, ", "))
	}
	for _, column := range slices.Sorted(maps.Keys(e.Drift.Conflicts)) {
		parts = append(parts, fmt.Sprintf("%d values of another type in column %s", e.Drift.Conflicts[column], column))
	}
	return fmt.Sprintf("%s has changed its form, and drift is freeze: %s; set drift: evolve to take what comes",
		e.Stream, strings.Join(parts, "; "))
}

// drift compares what was seen with what was known. A field that is gone from one group may be in the next: whether it
// is gone for good is for the end of the reading to say.
func (w *Writer) drift(g *Group) {
	for name, f := range w.fields.members {
		if f.seen > 0 {
			g.Fields = append(g.Fields, name)
		}
	}
	slices.Sort(g.Fields)
	if w.known == nil {
		return
	}
	for _, name := range g.Fields {
		if f := w.fields.members[name]; !w.known[name] && f.plain {
			g.Drift.New = append(g.Drift.New, name)
		}
	}
	for _, name := range w.options.Known {
		if _, seen := slices.BinarySearch(g.Fields, name); !seen && g.Tally.Read > 0 {
			g.Drift.Gone = append(g.Drift.Gone, name)
		}
	}
	slices.Sort(g.Drift.Gone)
}
