package lake

import (
	"encoding/json"
	"slices"
	"time"
)

// manifestFormat is the version of the manifest's form. It rises when an older
// lastro would misread what a newer one wrote.
const manifestFormat = 1

const manifestName = "manifest.json"

// manifest is the one commit point: what it names exists, the rest does not.
type manifest struct {
	Format int `json:"format"`
	// KnownSince is the earliest moment that can be asked for, set by a vacuum.
	KnownSince time.Time `json:"known_since,omitzero"`
	// Vacuums counts vacuums: it tells their files apart.
	Vacuums int `json:"vacuums,omitempty"`
	// VersionsGone changes when a vacuum removes versions of records.
	VersionsGone string                 `json:"versions_gone,omitempty"`
	Commits      []commit               `json:"commits"`
	Schemas      [][]Column             `json:"schemas"`
	Batches      []batchEntry           `json:"batches"`
	Reads        []readEntry            `json:"reads"`
	Cursors      map[string]cursorEntry `json:"cursors"`
}

// commit is one run that changed the lake, in the order of time.
type commit struct {
	RunID  string       `json:"run_id"`
	At     time.Time    `json:"at"`
	Counts []countEntry `json:"counts,omitempty"`
	// Fingerprint stands for everything visible after this commit.
	Fingerprint string `json:"fingerprint"`
	// Visible is false when only cursors changed.
	Visible bool        `json:"visible"`
	Notes   []noteEntry `json:"notes,omitempty"`
	// Spools are the readings that this commit took: what is left of them on disk counts no more.
	Spools []string `json:"spools,omitempty"`
}

type countEntry struct {
	Source      string `json:"source"`
	Stream      string `json:"stream"`
	Read        int64  `json:"read"`
	Accepted    int64  `json:"accepted"`
	Dropped     int64  `json:"dropped"`
	Quarantined int64  `json:"quarantined"`
}

// batchEntry is one file of records. Without a path it has no rows: it keeps
// the columns of an empty stream, or says that a file's earlier rows are gone.
type batchEntry struct {
	Source string   `json:"source"`
	Stream string   `json:"stream"`
	RunID  string   `json:"run_id"`
	Path   string   `json:"path,omitempty"`
	Rows   int64    `json:"rows"`
	Bytes  int64    `json:"bytes"`
	Key    []string `json:"key,omitempty"`
	Schema int      `json:"schema"`
	File   string   `json:"replaces_file,omitempty"`
}

func (b batchEntry) id() StreamID { return StreamID{b.Source, b.Stream} }

// readEntry is one reading of files of a stream and what it put into quarantine.
type readEntry struct {
	Source string   `json:"source"`
	Stream string   `json:"stream"`
	RunID  string   `json:"run_id"`
	Files  []string `json:"files"`
	// Path is the quarantine's file, empty when nothing was quarantined.
	Path string `json:"path,omitempty"`
	// Rows counts the quarantined records of the files that have any.
	Rows map[string]int64 `json:"rows,omitempty"`
}

func (r readEntry) id() StreamID { return StreamID{r.Source, r.Stream} }

type cursorEntry struct {
	RunID string          `json:"run_id"`
	Value json.RawMessage `json:"value"`
}

// commitOrder gives each run's place in time.
func (m *manifest) commitOrder() map[string]int {
	order := make(map[string]int, len(m.Commits))
	for i, c := range m.Commits {
		order[c.RunID] = i
	}
	return order
}

// paths gives every file the manifest names.
func (m *manifest) paths() map[string]bool {
	named := make(map[string]bool, len(m.Batches))
	for _, b := range m.Batches {
		named[b.Path] = true
	}
	for _, r := range m.Reads {
		named[r.Path] = true
	}
	delete(named, "")
	return named
}

// clone copies what a commit changes; entries themselves are never changed.
func (m *manifest) clone() *manifest {
	next := *m
	next.Commits = slices.Clone(m.Commits)
	next.Schemas = slices.Clone(m.Schemas)
	next.Batches = slices.Clone(m.Batches)
	next.Reads = slices.Clone(m.Reads)
	next.Cursors = make(map[string]cursorEntry, len(m.Cursors))
	for source, c := range m.Cursors {
		next.Cursors[source] = c
	}
	return &next
}

// schema gives the number of a list of columns, adding it when it is new.
func (m *manifest) schema(columns []Column) int {
	for i, have := range m.Schemas {
		if slices.Equal(have, columns) {
			return i
		}
	}
	m.Schemas = append(m.Schemas, columns)
	return len(m.Schemas) - 1
}

// sameAs tells whether both stand at the same commit and vacuum.
func (m *manifest) sameAs(other *manifest) bool {
	if m.Vacuums != other.Vacuums || len(m.Commits) != len(other.Commits) {
		return false
	}
	n := len(m.Commits)
	return n == 0 || m.Commits[n-1].RunID == other.Commits[n-1].RunID
}
