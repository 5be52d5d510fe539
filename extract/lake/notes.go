package lake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// StreamNote is what a run noted of a stream beside its records and counts, as that it could not be read.
type StreamNote struct {
	RunID string
	StreamID
	CommittedAt time.Time
	Note        json.RawMessage
}

// noteEntry is a note in the manifest.
type noteEntry struct {
	Source string          `json:"source"`
	Stream string          `json:"stream"`
	Note   json.RawMessage `json:"note"`
}

// Note keeps what a run has to say of a stream, any JSON, with the commit. It is visible: a view's fingerprint changes
// with it, so that only news should be noted. The last call for a stream counts.
func (t *Txn) Note(id StreamID, note json.RawMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes[id] = bytes.Clone(note)
}

// keepNotes puts the run's notes into its commit.
func (t *Txn) keepNotes(c *commit) error {
	for _, id := range sortedIDs(t.notes) {
		if err := id.check(); err != nil {
			return err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, t.notes[id]); err != nil {
			return fmt.Errorf("note of %s: %w", id, err)
		}
		c.Notes = append(c.Notes, noteEntry{Source: id.Source, Stream: id.Stream, Note: compact.Bytes()})
		c.Visible = true
	}
	return nil
}

// Notes gives the notes of every run, by time, source and stream.
func (v *View) Notes() []StreamNote {
	var notes []StreamNote
	for _, c := range v.m.Commits[:v.last+1] {
		for _, n := range c.Notes {
			notes = append(notes, StreamNote{
				RunID: c.RunID, StreamID: StreamID{n.Source, n.Stream}, CommittedAt: c.At, Note: bytes.Clone(n.Note),
			})
		}
	}
	return notes
}
