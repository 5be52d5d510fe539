package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// changes are the objects of one stream that a feed of events names.
type changes struct {
	objects map[string]change
	began   time.Time // before the feed was asked, by the API's clock
}

// change is what a feed says of one object.
type change struct {
	at        int64 // of the latest event
	isDeleted bool  // by the latest event
}

// note takes an event. Of two at the same second one that deletes does not decide: the object is asked for.
func (c *changes) note(id string, at int64, isDeleted bool) {
	have, known := c.objects[id]
	switch {
	case !known || at > have.at:
		c.objects[id] = change{at, isDeleted}
	case at == have.at:
		c.objects[id] = change{at, have.isDeleted && isDeleted}
	}
}

// follower is a stream whose changes a feed tells of.
type follower struct {
	resource *spec.Resource
	since    time.Time // where its last reading left it
	changes  *changes
	tooOld   string // why the feed cannot tell all that has changed
}

// readFeed reads a feed of events once for all streams that follow it: from the earliest of their cursors, less their
// lookback, since events come late.
func (r *run) readFeed(ctx context.Context, feed *spec.Resource, followers []*follower) error {
	began := r.source.o.Now()
	var from time.Time
	for _, f := range followers {
		start := f.since.Add(-f.resource.Incremental.Lookback.Std())
		if from.IsZero() || start.Before(from) {
			from = start
		}
		f.changes = &changes{objects: map[string]change{}}
	}
	first := followers[0].resource.Incremental
	how := asking{base: r.asker.base, resource: feed, bounds: map[string]string{first.Events.StartParam: moment(from, "epoch")}}
	source := newList(r.asker, how, pageState{}, r.source.o.MaxPages)
	defer source.stop()
	for {
		p, err := source.next(ctx)
		if errors.Is(err, errEnd) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the events of %s: %w", feed.Name, err)
		}
		for i := range p.rows {
			event := p.page.Record(p.selector, i)
			for _, f := range followers {
				if err := f.note(event); err != nil {
					return fmt.Errorf("read the events of %s: %w", feed.Name, err)
				}
			}
		}
	}
	theirs := r.asker.theirs(r.source.o.Now())
	for _, f := range followers {
		f.changes.began = r.asker.theirs(began)
		if gap := theirs.Sub(f.since.Add(-f.resource.Incremental.Lookback.Std())); gap > f.resource.Incremental.Events.Retention.Std() {
			f.tooOld = fmt.Sprintf("its last reading is %d days old, and the events of so long ago are no longer kept", int(theirs.Sub(f.since).Hours()/24))
		}
	}
	return nil
}

// note takes an event that is about the stream.
func (f *follower) note(event records.Record) error {
	e := f.resource.Incremental.Events
	kind, _ := event.Text(e.TypePath)
	if !slices.ContainsFunc(e.Types, func(prefix string) bool { return strings.HasPrefix(kind, prefix) }) {
		return nil
	}
	id, ok := event.Text(e.ObjectID)
	if !ok || id == "" {
		return fmt.Errorf("an event %s has no %s", kind, e.ObjectID)
	}
	text, _ := event.Text(e.TimePath)
	at, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("an event %s has no time at %s: %q", kind, e.TimePath, text)
	}
	f.changes.note(id, at, slices.Contains(e.Deleted, kind))
	return nil
}
