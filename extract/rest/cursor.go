package rest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"lastro/extract/lake"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// cursor says how far each stream of a source was read. It is kept in the lake, by the commit that keeps the records.
type cursor struct {
	Streams map[string]streamCursor `json:"streams"`
	Budget  *budget                 `json:"budget,omitempty"`
}

// streamCursor says how far a stream was read.
type streamCursor struct {
	// Cursor is the moment before the first request of the last reading, by the earlier of both clocks: what has
	// changed since is asked for next time, and what changed while it was read once more.
	Cursor time.Time `json:"cursor"`
	// FullAt is when the last reading of everything began.
	FullAt time.Time `json:"full_at"`
	// Fields are the paths that records had.
	Fields []string `json:"fields,omitempty"`
	// Reading is the id of the last reading.
	Reading string `json:"reading"`
	// Signature stands for what the records are made by: it changes with the connector's description and the masks.
	Signature string `json:"signature"`
	// Set aside are the readings since the last one of everything that put records into quarantine.
	SetAside []string `json:"set_aside,omitempty"`
}

// budget is what of the day's requests is used.
type budget struct {
	Used     int64     `json:"used"`
	DayBegan time.Time `json:"day_began"`
}

// cursorOf gives the source's cursor. One that cannot be understood is as good as none: everything is read again.
func cursorOf(known *lake.View, source string) cursor {
	c := cursor{Streams: map[string]streamCursor{}}
	if known == nil {
		return c
	}
	text, ok := known.Cursor(source)
	if !ok {
		return c
	}
	if json.Unmarshal(text, &c) != nil || c.Streams == nil {
		return cursor{Streams: map[string]streamCursor{}}
	}
	return c
}

// readerVersion changes when the same answers would give other records than with an earlier lastro.
const readerVersion = 1

// signature stands for all that decides what the records of a resource are.
func signature(r *spec.Resource, masks map[string]records.Mask) (string, error) {
	said, err := json.Marshal(struct {
		Version int
		Columns map[string]spec.Column
		Key     []string
		Path    string
		Params  map[string]string
		Body    string
		Select  string
		Also    []map[string]string
		Parent  *spec.Parent
		Deleted string
		Masks   map[string]records.Mask
	}{
		readerVersion, r.Columns, r.PrimaryKey, r.Endpoint.Path, r.Endpoint.Params, r.Endpoint.Body, r.Endpoint.DataSelector,
		r.Also, r.Parent, r.DeletedWhen, masks,
	})
	if err != nil {
		return "", fmt.Errorf("write the signature of %s: %w", r.Name, err)
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:16]), nil
}
