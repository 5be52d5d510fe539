package lake

import (
	"fmt"
	"slices"
	"time"
)

// streamFile is a source file of a stream.
type streamFile struct {
	id   StreamID
	file string
}

// newStreams gives the wanted streams as known at commit number last.
func newStreams(dir string, m *manifest, last int, want func(StreamID) bool) ([]StreamView, error) {
	order := m.commitOrder()
	entries := map[StreamID][]batchEntry{}
	for _, b := range currentBatches(m, last, order) {
		if id := b.id(); want(id) {
			entries[id] = append(entries[id], b)
		}
	}
	lastRead := lastReads(m, last, order)
	streams := make([]StreamView, 0, len(entries))
	for _, id := range sortedIDs(entries) {
		s, err := newStream(dir, m, order, id, entries[id])
		if err != nil {
			return nil, err
		}
		s.LastRead = lastRead[id]
		streams = append(streams, s)
	}
	return streams, nil
}

// currentBatches gives the batches known at commit number last, in order of
// time, without those whose file a later run read again.
func currentBatches(m *manifest, last int, order map[string]int) []batchEntry {
	latest := map[streamFile]int{}
	var known []batchEntry
	for _, b := range m.Batches {
		at := order[b.RunID]
		if at > last {
			continue
		}
		known = append(known, b)
		if b.File != "" {
			file := streamFile{b.id(), b.File}
			latest[file] = max(latest[file], at)
		}
	}
	known = slices.DeleteFunc(known, func(b batchEntry) bool {
		return b.File != "" && order[b.RunID] < latest[streamFile{b.id(), b.File}]
	})
	slices.SortStableFunc(known, func(a, b batchEntry) int { return order[a.RunID] - order[b.RunID] })
	return known
}

func newStream(dir string, m *manifest, order map[string]int, id StreamID, entries []batchEntry) (StreamView, error) {
	l := Lake{dir: dir}
	s := StreamView{ID: id}
	var schemas [][]Column
	seen := map[int]bool{}
	for _, b := range slices.Backward(entries) {
		if !seen[b.Schema] {
			seen[b.Schema] = true
			schemas = append(schemas, m.Schemas[b.Schema])
		}
	}
	columns, err := mergeColumns(schemas)
	if err != nil {
		return StreamView{}, fmt.Errorf("stream %s: %w", id, err)
	}
	s.Columns = columns
	s.Key = slices.Clone(entries[len(entries)-1].Key)
	for _, b := range entries {
		if b.Path == "" {
			continue
		}
		s.Batches = append(s.Batches, Batch{
			Path: l.at(b.Path), RunID: b.RunID, FirstSeen: m.Commits[order[b.RunID]].At,
			Rows: b.Rows, Bytes: b.Bytes, File: b.File,
			entry: b, columns: m.Schemas[b.Schema],
		})
	}
	return s, nil
}

// lastReads gives the time each stream was last read.
func lastReads(m *manifest, last int, order map[string]int) map[StreamID]time.Time {
	reads := map[StreamID]time.Time{}
	for _, c := range m.Commits[:last+1] {
		for _, n := range c.Counts {
			reads[StreamID{n.Source, n.Stream}] = c.At
		}
	}
	note := func(id StreamID, runID string) {
		if at := order[runID]; at <= last && m.Commits[at].At.After(reads[id]) {
			reads[id] = m.Commits[at].At
		}
	}
	for _, b := range m.Batches {
		note(b.id(), b.RunID)
	}
	for _, r := range m.Reads {
		note(r.id(), r.RunID)
	}
	return reads
}
