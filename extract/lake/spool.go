package lake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Spool is the reading of a stream that may outlast a run: its page groups are durable, and so is where to go on, but no
// view shows any of it before TakeSpool and Commit. It is for one goroutine.
type Spool struct {
	txn    *Txn
	id     StreamID
	dir    string // absolute
	state  spoolState
	groups []spoolGroup
	taken  bool
}

// SpoolGroup is a page group to be kept.
type SpoolGroup struct {
	// File is a Parquet file under the transaction's TempDir, whole and closed, with what CopyRecords asks of a select.
	// Empty when there are no rows.
	File string
	Rows int64
	// Counts tie: Accepted is Rows, Quarantined is what stands in Quarantined.
	Counts      Counts
	Quarantined []QuarantinedRecord
	// Aside are the keys of those, as text, as far as they can be read: what is in quarantine is not missing.
	Aside [][]string
	// Notes are the caller's own, any JSON; may be nil.
	Notes json.RawMessage
}

// OpenSpool opens the spool of a stream: with what a dead run left there, if that is of this identity, whole and not yet
// committed, or else empty. identity is any text that says what reading it is: the same text means that reading can go
// on where the dead run stood.
func (t *Txn) OpenSpool(id StreamID, identity string) (*Spool, error) {
	s, err := t.openSpool(id, identity)
	if err != nil {
		return nil, fmt.Errorf("open the spool of %s: %w", id, err)
	}
	return s, nil
}

func (t *Txn) openSpool(id StreamID, identity string) (*Spool, error) {
	if err := id.check(); err != nil {
		return nil, err
	}
	if err := t.reserveSpool(id); err != nil {
		return nil, err
	}
	s := &Spool{txn: t, id: id, dir: t.lake.spoolDir(id)}
	for _, dir := range []string{t.lake.at(spoolFolder), filepath.Dir(s.dir), s.dir} {
		if err := t.lake.ownFolder(dir); err != nil {
			return nil, err
		}
	}
	state, groups, err := t.lake.readSpool(s.dir)
	switch {
	case err == nil && state.Identity == identity && !t.base.hasSpool(state.ID):
		s.state, s.groups = state, groups
		return s, t.lake.removeStrays(s.dir, state)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		t.lake.log.Warn("what a dead run has read cannot be used: it is read again", "stream", id.String(), "error", err)
	}
	s.state = spoolState{Format: spoolFormat, ID: t.runID + "/" + id.String(), Identity: identity}
	return s, t.lake.emptySpool(s.dir)
}

// reserveSpool lets each spool be opened once in a transaction.
func (t *Txn) reserveSpool(id StreamID) error {
	return t.add(func() error {
		if slices.Contains(t.spools, id) {
			return errors.New("it is open already in this run")
		}
		t.spools = append(t.spools, id)
		return nil
	})
}

// Resume is where to go on, as the last Add said; nil: from the beginning.
func (s *Spool) Resume() json.RawMessage { return slices.Clone(s.state.Resume) }

// Counts are those of all groups there are.
func (s *Spool) Counts() Counts {
	var all Counts
	for _, g := range s.groups {
		all = all.plus(g.Counts)
	}
	return all
}

// Notes are those of all groups, in their order; nil where a group has none.
func (s *Spool) Notes() []json.RawMessage {
	notes := make([]json.RawMessage, len(s.groups))
	for i, g := range s.groups {
		notes[i] = g.Notes
	}
	return notes
}

// Discard gives up what was read, so that the next run begins anew. The spool must not be used after it.
func (s *Spool) Discard() error {
	s.taken, s.groups = true, nil
	if err := s.txn.lake.emptySpool(s.dir); err != nil {
		return fmt.Errorf("discard the spool of %s: %w", s.id, err)
	}
	return nil
}

// Add keeps a group and where to go on after it. When it returns nil, both outlast a crash; after an error neither
// counts.
func (s *Spool) Add(ctx context.Context, g SpoolGroup, resume json.RawMessage) error {
	if err := s.add(ctx, g, resume); err != nil {
		return fmt.Errorf("keep a page group of %s: %w", s.id, err)
	}
	return nil
}

func (s *Spool) add(ctx context.Context, g SpoolGroup, resume json.RawMessage) error {
	if err := s.checkGroup(g); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	kept := spoolGroup{
		RunID: s.txn.runID, FirstSeen: s.txn.firstSeen, Rows: g.Rows, Counts: g.Counts,
		Quarantined: g.Quarantined, Aside: g.Aside, Notes: g.Notes,
	}
	number := s.state.Groups + 1
	fs := s.txn.lake.fs
	if g.File != "" {
		info, err := os.Lstat(g.File)
		if err != nil {
			return err
		}
		kept.Bytes = info.Size()
		if err := os.Chmod(g.File, filePerm); err != nil {
			return err
		}
		if err := fs.Sync(g.File); err != nil {
			return err
		}
		if err := fs.Rename(g.File, filepath.Join(s.dir, spoolFile(number))); err != nil {
			return err
		}
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, spoolGroupFile(number))
	if err := fs.WriteFile(file, data); err != nil {
		return err
	}
	if err := fs.Sync(file); err != nil {
		return err
	}
	next := s.state
	next.Groups = number
	next.Resume = slices.Clone(resume)
	if err := s.txn.lake.writeSpool(s.dir, next); err != nil {
		return err
	}
	s.state = next
	kept.Quarantined, kept.Aside = nil, nil
	s.groups = append(s.groups, kept)
	return nil
}

func (s *Spool) checkGroup(g SpoolGroup) error {
	c := g.Counts
	switch {
	case s.taken:
		return errors.New("the spool was taken already")
	case c.Accepted != g.Rows || c.Quarantined != int64(len(g.Quarantined)) || c.Read != c.Accepted+c.Dropped+c.Quarantined:
		return fmt.Errorf("%d rows and %d quarantined records do not tie with the counts %+v", g.Rows, len(g.Quarantined), c)
	case (g.File == "") != (g.Rows == 0):
		return fmt.Errorf("a group of %d rows has file %q", g.Rows, g.File)
	case g.File == "":
		return nil
	}
	inside, err := filepath.Rel(s.txn.temp, g.File)
	if err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("%s lies outside the run's temporary folder", g.File)
	}
	return nil
}
