package rest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"lastro/extract/rest/spec"
)

// Kinds of reading.
const (
	readFull     = "full"
	readSince    = "since"
	readBackfill = "backfill"
)

// mode is what a reading of a stream asks for.
type mode struct {
	Kind string `json:"kind"`
	// Since is where the last reading left the stream, or where a backfill begins; Until where a backfill ends.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Driver is the resource whose list is bounded: the stream's own, or one of its parents'.
	Driver string `json:"driver,omitempty"`

	why    string
	unable string // why a backfill leaves the stream out
}

// driver is the resource by whose changes a stream is read: itself, or the nearest of its parents; nil: none.
func (s *Source) driver(r *spec.Resource) *spec.Resource {
	for r.Incremental == nil {
		if r.Parent == nil {
			return nil
		}
		parent, ok := s.connector.Resource(r.Parent.Resource)
		if !ok {
			return nil
		}
		r = parent
	}
	return r
}

// root is the topmost of a resource's parents, itself when it has none.
func (s *Source) root(r *spec.Resource) *spec.Resource {
	for r.Parent != nil {
		r, _ = s.connector.Resource(r.Parent.Resource)
	}
	return r
}

// mode decides how a stream is read, and says why.
func (s *Source) mode(r *spec.Resource, c cursor) mode {
	driver := s.driver(r)
	have, known := c.Streams[r.Name]
	sign, _ := signature(r, s.masks(r))
	m := mode{Kind: readFull}
	if driver != nil {
		m.Driver = driver.Name
	}
	switch {
	case s.isBackfill() && (driver == nil || !canBound(driver)):
		m.unable = "its API cannot be asked for a span of time: --full-refresh reads it whole"
	case s.isBackfill():
		m.Kind, m.Since, m.Until, m.why = readBackfill, s.o.From, s.o.Until, "a span of time is asked for"
	case s.o.FullRefresh:
		m.why = "a full refresh is asked for"
	case !known:
		m.why = "it was never read"
	case have.Signature != sign:
		m.why = "its description in the connector or its masks have changed"
	case driver == nil:
		m.why = "its API does not say what has changed"
	default:
		m.Kind, m.Since, m.why = readSince, have.Cursor, "changes since "+have.Cursor.Format(time.RFC3339)
	}
	return m
}

// canBound tells whether a list can be asked for a span of time.
func canBound(r *spec.Resource) bool {
	return r.Incremental.Strategy == spec.BySearch || r.Incremental.StartParam != ""
}

// words say what a reading asked for.
func (m mode) words() string {
	switch m.Kind {
	case readSince:
		return "what has changed since " + m.Since.Format(time.RFC3339)
	case readBackfill:
		text := "a backfill"
		if !m.Since.IsZero() {
			text += " from " + m.Since.Format(time.RFC3339)
		}
		if !m.Until.IsZero() {
			text += " until " + m.Until.Format(time.RFC3339)
		}
		return text
	}
	return "everything"
}

// identity stands for all that decides what a reading would fetch: page groups of another one do not belong to it.
func (m mode) identity(sign string, settings map[string]string) (string, error) {
	said, err := json.Marshal(struct {
		Mode      mode
		Signature string
		Settings  map[string]string
	}{m, sign, settings})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:16]), nil
}

// identifying are the settings that say what is read. A new key or token reads the same.
func (s *Source) identifying() map[string]string {
	settings := map[string]string{"pipeline:start": s.o.Start} // no setting's name has a colon
	for name, setting := range s.connector.Settings {
		if !setting.Secret {
			settings[name] = s.o.Settings[name]
		}
	}
	return settings
}
