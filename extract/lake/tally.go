package lake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Counts is what became of the records read from a stream in one run:
// Read = Accepted + Dropped + Quarantined. Dropped are exact copies of records
// the lake has or the same read gave.
type Counts struct{ Read, Accepted, Dropped, Quarantined int64 }

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Read + d.Read, c.Accepted + d.Accepted, c.Dropped + d.Dropped, c.Quarantined + d.Quarantined}
}

// Count adds to the run's counts of a stream.
func (t *Txn) Count(id StreamID, c Counts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[id] = t.counts[id].plus(c)
}

// verifyCounts proves that no record of the run was lost on the way.
func (t *Txn) verifyCounts() error {
	written := map[StreamID]Counts{}
	for id := range t.counts {
		written[id] = Counts{}
	}
	for _, b := range t.batches {
		written[b.id] = written[b.id].plus(Counts{Accepted: b.rows})
	}
	for _, r := range t.reads {
		written[r.id] = written[r.id].plus(Counts{Quarantined: r.total})
	}
	var errs []error
	for _, id := range sortedIDs(written) {
		errs = append(errs, id.check(), verifyCount(id, t.counts[id], written[id]))
	}
	return errors.Join(errs...)
}

func verifyCount(id StreamID, c, written Counts) error {
	switch {
	case c.Read < 0 || c.Accepted < 0 || c.Dropped < 0 || c.Quarantined < 0:
		return fmt.Errorf("stream %s has negative counts %+v", id, c)
	case c.Read != c.Accepted+c.Dropped+c.Quarantined:
		return fmt.Errorf("stream %s: %d records read are not %d accepted + %d dropped + %d quarantined", id, c.Read, c.Accepted, c.Dropped, c.Quarantined)
	case c.Accepted != written.Accepted:
		return fmt.Errorf("stream %s: %d records accepted but %d written", id, c.Accepted, written.Accepted)
	case c.Quarantined != written.Quarantined:
		return fmt.Errorf("stream %s: %d records quarantined but %d written", id, c.Quarantined, written.Quarantined)
	}
	return nil
}

// sortedIDs gives the keys of a map by source and stream.
func sortedIDs[V any](m map[StreamID]V) []StreamID {
	return slices.SortedFunc(maps.Keys(m), compareIDs)
}

func compareIDs(a, b StreamID) int {
	if c := strings.Compare(a.Source, b.Source); c != 0 {
		return c
	}
	return strings.Compare(a.Stream, b.Stream)
}
