package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"lastro/extract/lake"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// member is a stream that a walk reads.
type member struct {
	resource *spec.Resource
	id       lake.StreamID
	mode     mode
	sign     string
	known    []string // fields that earlier readings saw
	file     string   // what _file says

	spool     *lake.Spool
	at        position // that an earlier run left; Reading is empty when there is none
	writer    *records.Writer
	keeping   chan error // the page group that is on its way to the spool, nil when none is; the spool is its own then
	counted   bool       // whether before says
	before    int64      // records of the reading before the next page group
	childless []string   // parents that were seen to and may have no records, by key, since the last page group
	tally     apiTally
	failed    error
	warnings  []string
	began     time.Time
}

// apiTally counts what the API says and gives, over all runs of a reading.
type apiTally struct {
	Reported int64 `json:"reported"` // -1: no list has said
	Received int64 `json:"received"`
	Pages    int64 `json:"pages"`
	Rows     int64 `json:"rows"` // all, also of lists that say no total
}

// position is where a reading goes on.
type position struct {
	Reading string               `json:"reading"` // its id
	Began   time.Time            `json:"began"`   // by the API's clock
	Seq     int64                `json:"seq"`     // pages before it, of all lists of the walk
	Since   map[string]time.Time `json:"since,omitempty"`
	Stack   []*frame             `json:"stack"`
	Tally   apiTally             `json:"tally"`
	Again   bool                 `json:"again,omitempty"` // it was begun again from the first page, since the API had forgotten where it was
}

// note is what a page group has to say besides its records.
type note struct {
	Fields    []string         `json:"fields,omitempty"`
	New       []string         `json:"new,omitempty"`
	Gone      []string         `json:"gone,omitempty"`
	Conflicts map[string]int64 `json:"conflicts,omitempty"`
	Childless []string         `json:"childless,omitempty"` // parents that may have no records
}

// open makes a writer for the next page group.
func (m *member) open(w *walk) error {
	if m.writer != nil {
		return nil
	}
	o := w.run.source.recordOptions(m.resource, m.known, m.file)
	o.Dir, o.RunID, o.FirstSeen = w.run.session.Txn.TempDir(), w.run.session.Txn.RunID(), w.run.session.Txn.FirstSeen()
	if !m.counted {
		m.counted, m.before = true, m.spool.Counts().Read
	}
	o.Before = m.before
	var err error
	m.writer, err = records.New(o)
	return err
}

// add takes the records of a page.
func (m *member) add(w *walk, p page, with map[string]string) error {
	if err := m.open(w); err != nil {
		return err
	}
	if p.page == nil {
		return m.writer.Delete([]string{p.gone})
	}
	_, err := m.writer.Add(p.page, p.selector, with)
	return err
}

// large is how many rows a page group has that is kept in the background, while the next one is read.
const large = 10_000

// keep ends the page group and puts it into the spool, with the position to go on from. A large one is put there in the
// background: what goes wrong then is told by the next keep, or by settled.
func (m *member) keep(ctx context.Context, w *walk, at position) error {
	childless := m.takeChildless(w)
	at.Tally = m.tally
	resume, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("write where to go on: %w", err)
	}
	if err := m.settled(); err != nil {
		return err
	}
	rows, _ := m.size()
	writer := m.writer
	if m.writer = nil; writer != nil {
		m.before = writer.Last()
	}
	kept := make(chan error, 1)
	m.keeping = kept
	go func() { kept <- m.put(ctx, writer, childless, resume) }()
	if rows < large {
		return m.settled()
	}
	return nil
}

// settled waits until the spool has the last page group that was kept.
func (m *member) settled() error {
	if m.keeping == nil {
		return nil
	}
	err := <-m.keeping
	m.keeping = nil
	return err
}

// put ends the writer, nil when there is none, and puts its page group into the spool.
func (m *member) put(ctx context.Context, writer *records.Writer, childless []string, resume json.RawMessage) error {
	group := lake.SpoolGroup{}
	said := note{Childless: childless}
	if writer != nil {
		written, err := writer.Close()
		if err != nil {
			return err
		}
		group.File, group.Rows, group.Quarantined = written.File, written.Rows, written.Quarantined
		group.Aside = written.Aside
		t := written.Tally
		group.Counts = lake.Counts{Read: t.Read, Accepted: t.Accepted, Dropped: t.Dropped, Quarantined: t.Quarantined}
		said.Fields, said.New, said.Gone, said.Conflicts = written.Fields, written.Drift.New, written.Drift.Gone, written.Drift.Conflicts
	}
	if writer != nil || len(childless) > 0 {
		var err error
		if group.Notes, err = json.Marshal(said); err != nil {
			return errors.Join(fmt.Errorf("write the page group's notes: %w", err), remove(group.File))
		}
	}
	return m.spool.Add(ctx, group, resume)
}

func remove(file string) error {
	if file == "" {
		return nil
	}
	return os.Remove(file)
}

// discard gives up what is not in the spool yet.
func (m *member) discard() error {
	err := m.settled()
	if m.writer == nil {
		return err
	}
	err = errors.Join(err, m.writer.Abort())
	m.writer = nil
	return err
}

// size is how much waits for the next page group.
func (m *member) size() (rows, bytes int64) {
	if m.writer == nil {
		return 0, 0
	}
	return m.writer.Size()
}
