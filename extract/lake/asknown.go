package lake

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// ErrNotKnown is what AsKnown and AsKnownByRun wrap when the lake cannot tell
// what was known then.
var ErrNotKnown = errors.New("the lake cannot tell what was known")

// AsKnown gives what was known at a moment: everything that runs of that moment
// or before committed. A moment before the first commit, or one that a vacuum
// has made unanswerable, is an error (ErrNotKnown) that names the earliest.
func (l *Lake) AsKnown(moment time.Time) (*View, error) {
	m, _, err := l.load()
	if err != nil {
		return nil, err
	}
	last, err := m.commitAt(moment)
	if err != nil {
		return nil, err
	}
	return newView(l.dir, m, last)
}

func (m *manifest) commitAt(moment time.Time) (int, error) {
	if len(m.Commits) == 0 {
		return 0, fmt.Errorf("%w at %s: no run has committed yet", ErrNotKnown, stamp(moment))
	}
	last := sort.Search(len(m.Commits), func(i int) bool { return m.Commits[i].At.After(moment) }) - 1
	if last < 0 {
		return 0, fmt.Errorf("%w at %s: the first run, %s, committed at %s", ErrNotKnown, stamp(moment), m.Commits[0].RunID, stamp(m.Commits[0].At))
	}
	if m.Commits[last].At.Before(m.KnownSince) {
		return 0, m.gone(stamp(moment))
	}
	return last, nil
}

func (m *manifest) gone(when string) error {
	return fmt.Errorf("%w at %s: a vacuum has removed what was superseded before %s, the earliest moment to ask for", ErrNotKnown, when, stamp(m.KnownSince))
}

// AsKnownByRun gives what was known when a run had committed. A run that the
// lake does not know (one that committed nothing is not known either) is an
// error (ErrNotKnown) that lists the nearest ones.
func (l *Lake) AsKnownByRun(runID string) (*View, error) {
	m, _, err := l.load()
	if err != nil {
		return nil, err
	}
	last := slices.IndexFunc(m.Commits, func(c commit) bool { return c.RunID == runID })
	if last < 0 {
		return nil, m.unknownRun(runID)
	}
	if m.Commits[last].At.Before(m.KnownSince) {
		return nil, m.gone("run " + runID)
	}
	return newView(l.dir, m, last)
}

// unknownRun lists the runs next to where the id would stand: ids sort by time.
func (m *manifest) unknownRun(runID string) error {
	const each = 3
	var known []string
	for _, c := range m.Commits {
		if !c.At.Before(m.KnownSince) {
			known = append(known, c.RunID)
		}
	}
	if len(known) == 0 {
		return fmt.Errorf("%w by run %q: no run has committed yet", ErrNotKnown, runID)
	}
	slices.Sort(known)
	at, _ := slices.BinarySearch(known, runID)
	near := known[max(0, at-each):min(len(known), at+each)]
	return fmt.Errorf("%w by run %q: no run of this id has committed records; near it are %s", ErrNotKnown, runID, strings.Join(near, ", "))
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
