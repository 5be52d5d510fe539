package rest

import (
	"context"
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
		l.objects = newObjects(l.walk.run.asker, l.resource, f.changes, pageState{})
	}
	return l.objects.next(ctx)
}

func (l *lateObjects) stop() {
	if l.objects != nil {
		l.objects.stop()
	}
}

// nextCursor is where a stream's next reading begins: where this one did, or where it caught up to.
func (w *walk) nextCursor(m *member, at position) time.Time {
	if m.mode.Driver == w.root.Name && w.catchesUp(w.root) {
		return w.run.asker.theirs(w.run.at)
	}
	return at.Began
}
