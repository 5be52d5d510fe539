package rest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/extract"
	"lastro/extract/rest/records"
)

// notes gives what all page groups of a reading had to say.
func (m *member) notes() note {
	all := note{Conflicts: map[string]int64{}}
	for _, text := range m.spool.Notes() {
		var one note
		if len(text) == 0 || json.Unmarshal(text, &one) != nil {
			continue
		}
		all.Fields = append(all.Fields, one.Fields...)
		all.New = append(all.New, one.New...)
		all.Childless = append(all.Childless, one.Childless...)
		for column, n := range one.Conflicts {
			all.Conflicts[column] += n
		}
	}
	for _, list := range []*[]string{&all.Fields, &all.New} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return all
}

// fields are those that records are known to have, after this reading.
func (m *member) fields() []string {
	fields := append(slices.Clone(m.known), m.notes().Fields...)
	slices.Sort(fields)
	return slices.Compact(fields)
}

// goneFields are fields that were known and that no record of a whole reading has.
func (m *member) goneFields(whole bool) []string {
	seen := m.notes().Fields
	if !whole || len(seen) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.known), func(field string) bool { return slices.Contains(seen, field) })
}

// checkDrift refuses, with drift: freeze, a reading that lacks a field there was.
func (r *run) checkDrift(m *member, whole bool) error {
	gone := m.goneFields(whole)
	if r.source.o.Drift != "freeze" || len(gone) == 0 {
		return nil
	}
	return &records.DriftError{Stream: m.id, Drift: records.Drift{Gone: gone}}
}

// report says how the stream was read.
func (m *member) report(w *walk) extract.StreamReport {
	all := m.notes()
	one := extract.StreamReport{
		Parts: []string{m.resource.Endpoint.Path},
		Drift: extract.Drift{New: all.New, Gone: m.goneFields(m.isWhole(w)), Conflicts: all.Conflicts},
		API: &extract.APIReport{
			Mode: m.mode.words(), IsFull: m.isWhole(w), Resumed: m.at.Seq > 0, Received: m.tally.Rows, Pages: m.tally.Pages,
		},
	}
	if m.tally.Reported >= 0 {
		reported := m.tally.Reported
		one.Reported, one.API.Received = &reported, m.tally.Received
	}
	if m.mode.Kind != readFull {
		one.API.Since = m.mode.Since
	}
	return one
}

// warn says what a person should look at.
func (m *member) warn(one extract.StreamReport) []string {
	warnings := slices.Clone(m.warnings)
	if len(one.Drift.New) > 0 {
		warnings = append(warnings, "the API gives fields that it did not before, kept in _extra: "+strings.Join(one.Drift.New, ", "))
	}
	if len(one.Drift.Gone) > 0 {
		warnings = append(warnings, "no record has these fields any longer: "+strings.Join(one.Drift.Gone, ", "))
	}
	for _, column := range slices.Sorted(maps.Keys(one.Drift.Conflicts)) {
		warnings = append(warnings, fmt.Sprintf("%d records have a value of another type in %s and are in quarantine", one.Drift.Conflicts[column], column))
	}
	if one.Reported != nil && *one.Reported != one.API.Received {
		warnings = append(warnings, fmt.Sprintf("the API says that there are %d records and gave %d", *one.Reported, one.API.Received))
	}
	return warnings
}
