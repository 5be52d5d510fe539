package rest

import (
	"context"
	"errors"
	"slices"

	"lastro/extract/rest/spec"
)

// position is where the walk stands.
func (w *walk) position() position {
	began := w.theirs
	if began.IsZero() {
		began = w.run.asker.theirs(w.began)
	}
	return position{Reading: w.reading, Began: began, Seq: w.seq, Since: w.since, Stack: w.stack, Again: w.again}
}

// keep ends the page groups. It is done also when the run is being cancelled: what was read need not be read again. A
// member whose page group cannot be kept fails alone.
func (w *walk) keep(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	at := w.position()
	for _, m := range w.live() {
		if err := m.keep(ctx, w, at); err != nil {
			w.fail(m.resource.Name, err, false)
		}
	}
	w.group = w.run.source.o.Now()
	if len(w.live()) == 0 {
		return errNoMembers
	}
	return nil
}

// fail gives up a member; with below set, the resource is not asked for any longer, nor are those below it.
func (w *walk) fail(name string, err error, below bool) {
	if m := w.members[name]; m != nil && m.failed == nil {
		m.failed = errors.Join(err, m.discard())
		if isDeadEnd(err) && m.spool != nil { // the next run must not go on within what leads nowhere
			m.failed = errors.Join(m.failed, m.spool.Discard())
		}
	}
	if !below {
		return
	}
	for _, child := range w.children[name] {
		w.fail(child.Name, err, true)
	}
	for above, children := range w.children {
		w.children[above] = slices.DeleteFunc(slices.Clone(children), func(r *spec.Resource) bool { return r.Name == name })
	}
}

// pageDone ends the page groups when they are large or old enough.
func (w *walk) pageDone(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var rows, bytes int64
	for _, m := range w.live() {
		r, b := m.size()
		rows, bytes = rows+r, bytes+b
	}
	if rows < w.run.source.groupRows && bytes < groupBytes && w.run.source.o.Now().Sub(w.group) < groupTime {
		return nil
	}
	return w.keep(ctx)
}
