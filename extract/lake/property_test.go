package lake

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// swiftDisk waits for no disk: the property is about what is selected.
type swiftDisk struct{ disk }

func (swiftDisk) Sync(string) error { return nil }

// model is what a lake must show, kept in the plainest way.
type model struct {
	keyed      map[string]string   // value by key
	versions   []string            // key|value|run of every version
	files      map[string][]string // values by file of the stream without key
	quarantine map[string][]string // run|file|line by file
	counts     int
}

func (m model) clone() model {
	return model{maps.Clone(m.keyed), slices.Clone(m.versions), maps.Clone(m.files), maps.Clone(m.quarantine), m.counts}
}

func (m model) current() (lines []string) {
	for id, value := range m.keyed {
		lines = append(lines, "items "+id+" "+value)
	}
	for file, values := range m.files {
		for _, value := range values {
			lines = append(lines, "events "+file+" "+value)
		}
	}
	for _, rows := range m.quarantine {
		lines = append(lines, rows...)
	}
	slices.Sort(lines)
	return append(lines, fmt.Sprint("counts ", m.counts))
}

func TestVersionSelectionAgainstModel(t *testing.T) {
	t.Parallel()
	conn := newConn(t)
	rapid.Check(t, func(rt *rapid.T) {
		l, err := open(filepath.Join(t.TempDir(), "lake"), nil, swiftDisk{})
		if err != nil {
			rt.Fatal(err)
		}
		w := &world{t: rt, l: l, conn: conn}
		w.now = model{map[string]string{}, nil, map[string][]string{}, map[string][]string{}, 0}
		for range rapid.IntRange(1, 7).Draw(rt, "runs") {
			w.run()
		}
		w.check(0)
		if len(w.history) == 0 {
			return
		}
		// The vacuum keeps every view from its commit on.
		base := rapid.IntRange(0, len(w.history)-1).Draw(rt, "vacuum")
		keep := rapid.Bool().Draw(rt, "keep versions")
		o := VacuumOptions{Before: w.history[base].at, KeepVersions: func(StreamID) bool { return keep }}
		report, err := w.l.Vacuum(t.Context(), o)
		if err != nil {
			rt.Fatal(err)
		}
		if report.KnownSince.IsZero() {
			base = 0
		}
		w.check(base)
		w.run()
		w.check(base)
		if keep {
			w.checkVersions()
		}
	})
}
