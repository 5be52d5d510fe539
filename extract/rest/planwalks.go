package rest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"lastro/extract/rest/spec"
)

// plan puts the members into walks: those of one root that ask for the same and stand at the same place go together, so
// that each page is asked for once. A member whose spool cannot be opened, or whose feed cannot be read, has failed.
func (r *run) plan(ctx context.Context, members []*member) ([]*walk, error) {
	feeds, err := r.readFeeds(ctx, members)
	if err != nil {
		return nil, err
	}
	walks := map[string]*walk{}
	var order []*walk
	for _, m := range members {
		if m.failed != nil {
			r.failed[m.resource.Name] = m.failed
			continue
		}
		if err := r.open(m); err != nil {
			m.failed = err
			r.failed[m.resource.Name] = err
			continue
		}
		root := r.source.root(m.resource)
		mode := rootMode(root, m.mode)
		key := fmt.Sprintf("%s %s %s", root.Name, mode.Kind, m.at.Reading)
		w := walks[key]
		if w == nil {
			w = &walk{
				run: r, root: root, mode: mode, since: map[string]time.Time{}, members: map[string]*member{},
				children: map[string][]*spec.Resource{}, asked: map[string]*answers{},
			}
			walks[key] = w
			order = append(order, w)
		}
		w.join(m, mode)
	}
	for _, w := range order {
		w.start(feeds)
	}
	return order, nil
}

// rootMode is how the root's list is asked for: bounded only when it is the root that drives.
func rootMode(root *spec.Resource, m mode) mode {
	if m.Driver == root.Name {
		return m
	}
	return mode{Kind: readFull}
}

// join takes a member into the walk, and what lies between it and the root. What the walk asks for begins at the
// earliest of its members' cursors.
func (w *walk) join(m *member, rootMode mode) {
	w.members[m.resource.Name] = m
	if rootMode.Since.Before(w.mode.Since) {
		w.mode.Since = rootMode.Since
	}
	if driver := m.mode.Driver; driver != "" && m.mode.Kind != readBackfill {
		since := m.mode.Since // zero: everything
		if have, ok := w.since[driver]; !ok || since.Before(have) {
			w.since[driver] = since
		}
	}
	for at := m.resource; at.Parent != nil; {
		above, _ := w.run.source.connector.Resource(at.Parent.Resource)
		if !slices.Contains(w.children[above.Name], at) {
			w.children[above.Name] = append(w.children[above.Name], at)
		}
		at = above
	}
}

// start puts the walk where its members stand. The one that stands farthest back decides: page groups that the others
// read beyond it are read again, and known by their keys.
func (w *walk) start(feeds map[string]*follower) {
	var at *position
	for _, m := range w.members {
		if m.at.Reading != "" && (at == nil || m.at.Seq < at.Seq) {
			at = &m.at
		}
	}
	if f := feeds[w.root.Name]; w.mode.Kind == readSince && f != nil {
		w.changes = f.changes
		w.theirs = f.changes.began
	}
	w.reading, w.began = uuid.NewString(), w.run.at
	if at != nil && at.Seq > 0 { // else no answer of the API has told its clock: the reading begins now
		w.reading, w.theirs, w.seq, w.resume, w.again = at.Reading, at.Began, at.Seq, at.Stack, at.Again
		w.resumed = at.Seq > 0
		if at.Since != nil {
			w.since = at.Since
		}
		if since, ok := w.since[w.root.Name]; ok && w.mode.Kind == readSince {
			w.mode.Since = since
		}
	}
	for _, m := range w.members {
		m.file = m.resource.Endpoint.Path
		if !m.isWhole(w) {
			m.file += "#" + w.reading
		}
	}
}

// readFeeds reads the feeds of events that members follow. Where a feed does not go back far enough, the stream is read
// as a whole.
func (r *run) readFeeds(ctx context.Context, members []*member) (map[string]*follower, error) {
	byDriver, byFeed := map[string]*follower{}, map[string][]*follower{}
	var feeds []string
	for _, m := range members {
		driver := r.source.driver(m.resource)
		if m.mode.Kind != readSince || driver == nil || driver.Incremental.Strategy != spec.ByEvents {
			continue
		}
		f := byDriver[driver.Name]
		if f == nil {
			f = &follower{resource: driver, since: m.mode.Since}
			byDriver[driver.Name] = f
			feed := driver.Incremental.Events.Resource
			if byFeed[feed] == nil {
				feeds = append(feeds, feed)
			}
			byFeed[feed] = append(byFeed[feed], f)
		}
		if m.mode.Since.Before(f.since) {
			f.since = m.mode.Since
		}
	}
	failed := map[string]error{}
	for _, name := range feeds {
		feed, ok := r.source.connector.Resource(name)
		if !ok {
			return nil, fmt.Errorf("there is no feed %s", name)
		}
		if err := r.readFeed(ctx, feed, byFeed[name]); err != nil {
			for _, f := range byFeed[name] {
				failed[f.resource.Name] = err
			}
		}
	}
	for _, m := range members {
		f := byDriver[m.mode.Driver]
		switch {
		case f == nil || m.mode.Kind != readSince:
		case failed[m.mode.Driver] != nil:
			m.failed = failed[m.mode.Driver]
		case f.tooOld != "":
			m.warnings = append(m.warnings, f.tooOld+": everything is read again")
			m.mode.Kind, m.mode.why = readFull, f.tooOld
			m.mode.Since = time.Time{}
		}
	}
	return byDriver, nil
}
