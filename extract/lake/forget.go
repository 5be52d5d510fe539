package lake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Subject names the columns of a stream that say whose record it is. All may be empty.
type Subject struct {
	// Account is the account's id in the stream's source.
	Account string
	// Emails are addresses of people, People what else is about them, as a name, a phone or what they wrote.
	Emails, People []string
}

// ForgetOptions say who is to be forgotten: an account, or a person by an address.
type ForgetOptions struct {
	// Accounts are the account's ids, by source.
	Accounts map[string][]string
	// Emails are the person's address and what masks made of it.
	Emails []string
	// Subject gives whose a stream's records are.
	Subject func(StreamID) Subject
	// Mark stands where an id or address stood in a key, so that records stay apart: letters, digits and -, the same for
	// the same subject.
	Mark string
	// DryRun only reports.
	DryRun bool
	// MemoryLimit is as Vacuum's.
	MemoryLimit string
	// Ready is called when all is written and nothing counts yet, and once more when it counts, with done true. An error
	// before that leaves the lake as it was. It may be nil.
	Ready func(report ForgetReport, done bool) error
}

// ForgetReport says what a Forget removed, or would remove.
type ForgetReport struct {
	// Streams that held something, by source and name.
	Streams []StreamForget `json:"streams"`
	// Spools are the readings under way that were discarded: the next run reads these streams from where the last
	// committed run stood.
	Spools []string `json:"spools"`
	// StillNamed says what of the lake's own notes names the subject still, as the cursor of a source.
	StillNamed []string `json:"still_named"`
}

// Changes tells whether anything of the records or the quarantine goes.
func (r ForgetReport) Changes() bool { return len(r.Streams) > 0 }

// StreamForget is what a stream loses, in all versions of its records.
type StreamForget struct {
	Source string `json:"source"`
	Stream string `json:"stream"`
	// Removed counts rows that are gone, Emptied rows in which Columns were emptied or lost the id or address.
	Removed int64    `json:"rows_removed"`
	Emptied int64    `json:"rows_emptied"`
	Columns []string `json:"columns_emptied,omitempty"`
	// Quarantined counts records in quarantine that are gone.
	Quarantined int64 `json:"quarantined_removed"`
	// Files are how many were written anew or removed.
	Files int `json:"files"`
}

// Forget removes an account, or a person, from every version of every record, from the quarantine and from readings under
// way. The rows of an account go; so do records about a person that are of no account. In others what is about the person
// is emptied, so that a company keeps its revenue. An id or address that stands elsewhere, in a text or in _extra, is taken
// out; an id of fewer than eight characters is looked for in the account's own column and in the quarantine alone.
//
// The change is atomic as a commit is: one that dies leaves the lake as it was but for the readings under way, or is
// finished by the next Begin. Every view, of any moment, answers without the subject afterwards; fingerprints of all
// change. A view taken before must not be read after it. The caller holds the lock of the state.
func (l *Lake) Forget(ctx context.Context, o ForgetOptions) (ForgetReport, error) {
	if err := l.occupy("a forget"); err != nil {
		return ForgetReport{}, err
	}
	defer l.release()
	report, err := l.forget(ctx, o)
	if err != nil {
		return report, fmt.Errorf("forget in the lake: %w", err)
	}
	return report, nil
}

// forgetting is a Forget under way.
type forgetting struct {
	lake    *Lake
	m       *manifest
	options ForgetOptions
	name    string
	temp    string

	publication publication
	taken       map[string]bool
	found       map[StreamID]*StreamForget
	gone        map[StreamID]string // by stream, SQL for whether a row is a version of a record of which the latest goes
	report      ForgetReport
}

func (l *Lake) forget(ctx context.Context, o ForgetOptions) (ForgetReport, error) {
	m, err := l.prepare()
	if err != nil {
		return ForgetReport{}, err
	}
	if o.Ready == nil {
		o.Ready = func(ForgetReport, bool) error { return nil }
	}
	f := &forgetting{
		lake: l, m: m, options: o, name: "forget-" + strconv.Itoa(m.Vacuums+1), taken: m.paths(), found: map[StreamID]*StreamForget{}, gone: map[StreamID]string{},
	}
	f.report = ForgetReport{Streams: []StreamForget{}, Spools: []string{}, StillNamed: []string{}}
	f.temp = l.at(filepath.Join(tempFolder, f.name))
	if err := l.ownFolder(f.temp); err != nil {
		return ForgetReport{}, err
	}
	published, err := f.run(ctx)
	if err != nil && !published {
		return f.report, errors.Join(err, f.undo())
	}
	if undoErr := f.undo(); undoErr != nil {
		return f.report, errors.Join(err, fmt.Errorf("it is forgotten, but old files are left: the next run removes them: %w", undoErr))
	}
	return f.report, err
}

func (f *forgetting) run(ctx context.Context) (published bool, err error) {
	f.publication = publication{name: f.name, next: f.m.clone()}
	if err := onEngine(ctx, f.temp, f.options.MemoryLimit, f.rewriteAll); err != nil {
		return false, err
	}
	for _, id := range sortedIDs(f.found) {
		f.report.Streams = append(f.report.Streams, *f.found[id])
	}
	spools, err := f.lake.spoolIDs()
	if err != nil {
		return false, err
	}
	for _, id := range spools {
		f.report.Spools = append(f.report.Spools, id.String())
	}
	f.stillNamed()
	if f.options.DryRun || !f.report.Changes() && len(spools) == 0 {
		return false, nil
	}
	if err := f.options.Ready(f.report, false); err != nil {
		return false, err
	}
	// What waits in a spool is read again; that it goes first costs no record.
	for _, id := range spools {
		if err := f.lake.dropSpool(f.lake.spoolDir(id)); err != nil {
			return false, fmt.Errorf("discard what was read of %s: %w", id, err)
		}
	}
	if f.report.Changes() {
		next := f.publication.next
		next.Vacuums++
		sum := sha256.Sum256([]byte(next.VersionsGone + "\n" + f.name))
		next.VersionsGone = hex.EncodeToString(sum[:])
		if err := f.lake.publish(ctx, f.publication); err != nil {
			return false, err
		}
	}
	return true, f.options.Ready(f.report, true)
}

// undo removes the files that the manifest on disk does not name, as a vacuum does.
func (f *forgetting) undo() error {
	m, _, err := f.lake.load()
	if err != nil {
		return err
	}
	return f.lake.sweepRun(f.name, m)
}

// of gives what a stream loses.
func (f *forgetting) of(id StreamID) *StreamForget {
	if f.found[id] == nil {
		f.found[id] = &StreamForget{Source: id.Source, Stream: id.Stream}
	}
	return f.found[id]
}

// rewriteAll writes every file anew that holds something of the subject.
func (f *forgetting) rewriteAll(ctx context.Context, conn *sql.Conn) error {
	next := f.publication.next
	for i, b := range next.Batches {
		if b.Path == "" {
			continue
		}
		entry, err := f.batch(ctx, conn, b)
		if err != nil {
			return fmt.Errorf("look through stream %s: %w", b.id(), err)
		}
		next.Batches[i] = entry
	}
	for i, r := range next.Reads {
		if r.Path == "" {
			continue
		}
		entry, err := f.quarantine(ctx, conn, r)
		if err != nil {
			return fmt.Errorf("look through the quarantine of %s: %w", r.id(), err)
		}
		next.Reads[i] = entry
	}
	return nil
}

// stillNamed looks through what the manifest keeps besides records, which only its owner can change.
func (f *forgetting) stillNamed() {
	names := f.needles("")
	for source := range f.options.Accounts {
		names = append(names, f.needles(source)...)
	}
	mentions := func(what string, text string) {
		for _, needle := range names {
			if needle.everywhere && strings.Contains(strings.ToLower(text), strings.ToLower(needle.text)) {
				f.report.StillNamed = append(f.report.StillNamed, what)
				return
			}
		}
	}
	for source, cursor := range f.m.Cursors {
		mentions("the cursor of source "+source, string(cursor.Value))
	}
	for _, r := range f.m.Reads {
		for _, file := range r.Files {
			mentions("the name of a file of "+r.id().String(), file)
		}
	}
	for _, c := range f.m.Commits {
		for _, n := range c.Notes {
			mentions("a note of run "+c.RunID, string(n.Note))
		}
	}
}
