package rest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lastro/extract/rest/spec"
)

// catchesUp tells whether a reading that an earlier run began ends with what has changed since then: pages that were
// read before the earlier run died are as old as they are. Below the root lists are short, and the next run's start
// covers them.
func (w *walk) catchesUp(r *spec.Resource) bool {
	return w.resumed && r == w.root && r.Incremental != nil && w.mode.Kind != readBackfill
}

// catchUp is the list of what has changed since the reading began.
func (w *walk) catchUp(r *spec.Resource) func(pageState) pages {
	m := mode{Kind: readSince, Since: w.theirs}
	switch r.Incremental.Strategy {
	case spec.BySearch:
		return w.search(r, m)
	case spec.ByEvents:
		return func(pageState) pages { return &lateObjects{walk: w, resource: r} }
	}
	how := asking{base: w.run.asker.base, resource: r, bounds: w.bounds(r, m)}
	return func(from pageState) pages { return newList(w.run.asker, how, from, w.run.source.o.MaxPages) }
}

// forgottenError is a reading that began so long ago that the feed cannot tell all that has changed since.
type forgottenError struct {
	feed  string
	began time.Time
}

func (e *forgottenError) Error() string {
	return fmt.Sprintf("its reading began at %s, and %s no longer tells all that has changed since: the next run reads it from the beginning",
		e.began.Format(time.RFC3339), e.feed)
}

// isDeadEnd tells errors after which the next run must not go on with what was read.
func isDeadEnd(err error) bool {
	var endless *EndlessError
	var forgotten *forgottenError
	var gone *allGoneError
	return errors.As(err, &endless) || errors.As(err, &forgotten) || errors.As(err, &gone)
}

// lateObjects are the objects that changed since the reading began, by the feed as it is when they are asked for.
type lateObjects struct {
	walk     *walk
	resource *spec.Resource
	objects  *objects
}

func (l *lateObjects) next(ctx context.Context) (page, error) {
	if l.objects == nil {
		feed, ok := l.walk.run.source.connector.Resource(l.resource.Incremental.Events.Resource)
		if !ok {
			return page{}, errEnd
		}
		f := &follower{resource: l.resource, since: l.walk.theirs}
		if err := l.walk.run.readFeed(ctx, feed, []*follower{f}); err != nil {
			return page{}, err
		}
		if f.tooOld != "" {
			return page{}, &forgottenError{feed.Name, l.walk.theirs}
		}
		l.objects = newObjects(l.walk.run.asker, l.resource, f.changes, pageState{})
	}
	return l.objects.next(ctx)
}

func (l *lateObjects) stop() {
	if l.objects != nil {
		l.objects.stop()
	}
}

// nextCursor is where a stream's next reading begins: where this one did, or where it caught up to. What replaces the
// records of a parent begins where this one did all the same: the reading may hold records that the parent had before it
// was caught up with, and has no longer.
func (w *walk) nextCursor(m *member, at position) time.Time {
	for r := m.resource; r.Parent != nil; {
		if r.Parent.Replaces {
			return at.Began
		}
		r, _ = w.run.source.connector.Resource(r.Parent.Resource)
	}
	if m.mode.Driver == w.root.Name && w.catchesUp(w.root) {
		return w.run.asker.theirs(w.run.at)
	}
	return at.Began
}
