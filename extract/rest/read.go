package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// run is one Read.
type run struct {
	source  *Source
	session extract.Session
	asker   *asker
	old     cursor
	at      time.Time // when it began, by our clock

	conn sync.Mutex // the session's connection takes one query at a time

	mu      sync.Mutex
	next    cursor
	reports map[string]extract.StreamReport
	failed  map[string]error
}

// Read reads what is new into the lake's spool and, stream by stream, from there into the session's transaction. A stream
// that fails keeps its old records and its cursor, and its spool keeps what was read of it for the next run.
func (s *Source) Read(ctx context.Context, session extract.Session) (report extract.Report, err error) {
	old := cursorOf(session.Known, s.name)
	asker, err := s.open(old)
	if err != nil {
		return extract.Report{}, err
	}
	defer func() { err = errors.Join(err, asker.close()) }()
	defer records.Release()
	r := &run{
		source: s, session: session, asker: asker, old: old, at: s.o.Now(),
		next: cursorOf(session.Known, s.name), reports: map[string]extract.StreamReport{}, failed: map[string]error{},
	}
	var members []*member
	for _, stream := range s.streams {
		m, err := r.member(stream)
		if err != nil {
			return report, err
		}
		if m.mode.unable != "" {
			report.Notes = append(report.Notes, fmt.Sprintf("%s is left out: %s", m.id, m.mode.unable))
			continue
		}
		members = append(members, m)
	}
	walks, err := r.plan(ctx, members)
	if err != nil {
		return report, fmt.Errorf("source %s: %w", s.name, err)
	}
	var group errgroup.Group
	group.SetLimit(s.o.Parallel)
	for _, w := range walks {
		group.Go(func() error {
			w.read(ctx)
			for _, m := range w.inOrder() {
				r.settle(ctx, w, m)
			}
			return nil
		})
	}
	_ = group.Wait() // each walk's errors are its members'
	return r.report(ctx, report, members)
}

// member makes a stream ready to be read; nothing is opened yet.
func (r *run) member(stream *spec.Resource) (*member, error) {
	s := r.source
	m := &member{resource: stream, id: s.id(stream.Name), mode: s.mode(stream, r.old), began: s.o.Now(), tally: apiTally{Reported: -1}}
	var err error
	if m.sign, err = signature(stream, s.masks(stream)); err != nil {
		return nil, err
	}
	if have, ok := r.old.Streams[stream.Name]; ok {
		m.known = have.Fields
	}
	return m, nil
}

// open opens the spool of a member, with what an earlier run left there.
func (r *run) open(m *member) error {
	identity, err := m.mode.identity(m.sign, r.source.identifying())
	if err != nil {
		return err
	}
	if m.spool, err = r.session.Txn.OpenSpool(m.id, identity); err != nil {
		return err
	}
	if resume := m.spool.Resume(); resume != nil {
		if err := json.Unmarshal(resume, &m.at); err != nil {
			return fmt.Errorf("the spool's position cannot be read: %w", err)
		}
		m.tally = m.at.Tally
	}
	return nil
}

// inOrder gives all members in the order of the streams.
func (w *walk) inOrder() []*member {
	var members []*member
	for _, stream := range w.run.source.streams {
		if m := w.members[stream.Name]; m != nil {
			members = append(members, m)
		}
	}
	return members
}

// settle takes a member's reading into the transaction, or notes why it failed.
func (r *run) settle(ctx context.Context, w *walk, m *member) {
	var one extract.StreamReport
	err := m.failed
	if err == nil {
		one, err = r.take(ctx, w, m)
	}
	one.ID = m.id
	one.Took = r.source.o.Now().Sub(m.began)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reports[m.resource.Name] = one
	if err != nil {
		r.failed[m.resource.Name] = err
	}
}

// report tells what was done, and sets the cursor.
func (r *run) report(ctx context.Context, report extract.Report, members []*member) (extract.Report, error) {
	failed := &extract.ReadError{Source: r.source.name, Kept: true}
	for _, m := range members {
		name := m.resource.Name
		one := r.reports[name]
		one.ID = m.id
		report.Streams = append(report.Streams, one)
		if err := r.failed[name]; err != nil {
			failed.Failed = append(failed.Failed, &extract.StreamError{ID: m.id, Err: err})
		}
	}
	if err := context.Cause(ctx); err != nil {
		return report, fmt.Errorf("read source %s: %w", r.source.name, err)
	}
	if b := r.asker.budget(); b != nil && r.source.connector.Client.Limits.PerDay > 0 {
		r.next.Budget = b
	}
	next, err := json.Marshal(r.next)
	if err != nil {
		return report, fmt.Errorf("source %s: write its cursor: %w", r.source.name, err)
	}
	r.session.Txn.SetCursor(r.source.name, next)
	if len(failed.Failed) > 0 {
		return report, failed
	}
	return report, nil
}

// take moves a complete reading from the spool into the transaction.
func (r *run) take(ctx context.Context, w *walk, m *member) (extract.StreamReport, error) {
	at := w.position()
	whole := m.isWhole(w)
	options := lake.TakeOptions{Key: m.resource.PrimaryKey, DeleteMissing: m.deletesMissing(w)}
	if p := m.resource.Parent; p != nil && p.Replaces && !options.DeleteMissing {
		parent, _ := r.source.connector.Resource(p.Resource)
		options.DeleteMissingWithin, options.Within = m.resource.ParentColumn(parent), m.notes().Childless
	}
	have := r.old.Streams[m.resource.Name]
	if whole {
		options.Covers = append([]string{m.resource.Endpoint.Path}, have.SetAside...)
	} else {
		options.Covers = []string{m.file}
	}
	if err := r.checkDrift(m, whole); err != nil { // the next run asks anew: the field may be back
		return extract.StreamReport{}, errors.Join(err, m.spool.Discard())
	}
	if options.DeleteMissing {
		var err error
		if options.DeleteMissing, err = r.mayDelete(ctx, m); err != nil {
			return extract.StreamReport{}, errors.Join(err, m.spool.Discard())
		}
	}
	r.conn.Lock()
	counts, err := r.session.Txn.TakeSpool(ctx, r.session.Conn, m.spool, options)
	r.conn.Unlock()
	if err != nil {
		return extract.StreamReport{}, err
	}
	next := streamCursor{
		Cursor: w.nextCursor(m, at), FullAt: have.FullAt, Fields: m.fields(), Reading: at.Reading, Signature: m.sign, SetAside: have.SetAside,
	}
	switch {
	case whole || m.mode.Kind == readFull:
		next.FullAt, next.SetAside = at.Began, nil
		if !whole && counts.Quarantined > 0 {
			next.SetAside = append(slices.Clone(have.SetAside), m.file)
		}
	case counts.Quarantined > 0:
		next.SetAside = append(slices.Clone(have.SetAside), m.file)
	}
	one := m.report(w)
	if m.mode.Kind != readBackfill {
		r.mu.Lock()
		r.next.Streams[m.resource.Name] = next
		r.mu.Unlock()
		one.API.Cursor = next.Cursor
	}
	one.Counts, one.Warnings = counts, m.warn(one)
	return one, nil
}
