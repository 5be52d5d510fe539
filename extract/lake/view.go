package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// View is what the lake knew at one commit. It does not change when later runs
// commit; a vacuum may remove files under a view of before it.
type View struct {
	dir     string
	m       *manifest
	last    int // the last commit seen, -1 for none
	streams []StreamView
}

// Batch is a Parquet file of records.
type Batch struct {
	Path        string // absolute
	RunID       string
	FirstSeen   time.Time
	Rows, Bytes int64
	// File, in a stream without key, is the source file whose rows these are.
	File string

	entry   batchEntry
	columns []Column
}

// StreamView is a stream as a view knows it.
type StreamView struct {
	ID StreamID
	// Key is that of the latest batch, empty for a stream without key.
	Key []string
	// Columns in order, those of the system last; types hold every batch.
	Columns []Column
	// Batches from the oldest to the newest; in a stream without key only those
	// whose rows are current. A stream can have columns and no batch.
	Batches []Batch
	// LastRead is the last run that read the stream, whatever it found.
	LastRead time.Time
}

// StreamCount is what became of a stream's records in one committed run.
type StreamCount struct {
	RunID string
	StreamID
	Counts
	CommittedAt time.Time
}

// Now gives everything that is committed.
func (l *Lake) Now() (*View, error) {
	m, _, err := l.load()
	if err != nil {
		return nil, err
	}
	return newView(l.dir, m, len(m.Commits)-1)
}

func newView(dir string, m *manifest, last int) (*View, error) {
	streams, err := newStreams(dir, m, last, func(StreamID) bool { return true })
	if err != nil {
		return nil, fmt.Errorf("read the lake: %w", err)
	}
	return &View{dir: dir, m: m, last: last, streams: streams}, nil
}

// Streams gives every stream of the view, by source and name.
func (v *View) Streams() []StreamView { return slices.Clone(v.streams) }

// Stream gives one stream; ok is false when the view does not know it.
func (v *View) Stream(id StreamID) (StreamView, bool) {
	i, ok := slices.BinarySearchFunc(v.streams, id, func(s StreamView, id StreamID) int { return compareIDs(s.ID, id) })
	if !ok {
		return StreamView{}, false
	}
	return v.streams[i], true
}

// Cursor says where reading of a source goes on. Only the latest cursor is
// kept: a view of a time before it has none.
func (v *View) Cursor(source string) (json.RawMessage, bool) {
	c, ok := v.m.Cursors[source]
	if !ok || !slices.ContainsFunc(v.m.Commits[:v.last+1], func(have commit) bool { return have.RunID == c.RunID }) {
		return nil, false
	}
	return slices.Clone(c.Value), true
}

// LastCommit gives the last run that changed records, quarantine or counts of
// the view, and its time; ok is false when there is none. A run that only moved
// a cursor does not count, so that equal fingerprints have equal last commits.
func (v *View) LastCommit() (runID string, at time.Time, ok bool) {
	for _, c := range slices.Backward(v.m.Commits[:v.last+1]) {
		if c.Visible {
			return c.RunID, c.At, true
		}
	}
	return "", time.Time{}, false
}

// Counts gives the counts of every run and stream, by time, source and stream.
func (v *View) Counts() []StreamCount {
	var counts []StreamCount
	for _, c := range v.m.Commits[:v.last+1] {
		for _, n := range c.Counts {
			counts = append(counts, StreamCount{
				RunID: c.RunID, StreamID: StreamID{n.Source, n.Stream},
				Counts:      Counts{n.Read, n.Accepted, n.Dropped, n.Quarantined},
				CommittedAt: c.At,
			})
		}
	}
	return counts
}

// Fingerprint changes when and only when the records, the quarantine or the
// counts that the view shows do. Views of equal fingerprint of one lake give
// equal tables.
func (v *View) Fingerprint() string {
	var last string
	if v.last >= 0 {
		last = v.m.Commits[v.last].Fingerprint
	}
	sum := sha256.Sum256([]byte(last + "\n" + v.m.VersionsGone))
	return hex.EncodeToString(sum[:])
}
