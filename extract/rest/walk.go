package rest

import (
	"context"
	"errors"
	"slices"
	"time"

	"lastro/extract"
	"lastro/extract/rest/fetch"
	"lastro/extract/rest/spec"
)

// A page group ends at whichever comes first.
const (
	groupRows  = 100_000
	groupBytes = 24 << 20 // in memory, where one fills while the one before it is written
	groupTime  = 30 * time.Second
)

// walk reads a resource without a parent and, along with its pages, the resources below it. Members are the streams that
// take records; what lies above a member is asked for, too. The members' page groups end together, so that one position
// holds for all.
type walk struct {
	run      *run
	root     *spec.Resource
	mode     mode                        // of the root's list
	since    map[string]time.Time        // where a driver's list begins, before its lookback; none: everything
	members  map[string]*member          // by resource
	children map[string][]*spec.Resource // that are asked for
	changes  *changes                    // of a reading by events

	reading string
	began   time.Time // by our clock; zero when an earlier run began it
	theirs  time.Time // by the API's, of an earlier run
	seq     int64
	stack   []*frame
	resume  []*frame // what of an earlier run's position was not reached yet
	again   bool
	resumed bool      // an earlier run began the reading
	group   time.Time // when the page group began
	asked   map[string]*answers
}

// frame is a list under way.
type frame struct {
	Resource string              `json:"resource"`
	Parents  []string            `json:"parents,omitempty"` // the keys of those it is asked for
	Part     int                 `json:"part,omitempty"`    // of the lists that make it up
	Page     pageState           `json:"page,omitzero"`     // to ask for
	Total    int64               `json:"total,omitempty"`   // that the API says this part has, and one more; 0: it does not
	Got      int64               `json:"got,omitempty"`     // records of this part
	Done     map[string][]string `json:"done,omitempty"`    // by child, the records of the page under way that were seen to

	with map[string]string
}

// live gives the members that have not failed, parents before children.
func (w *walk) live() []*member {
	var live []*member
	for _, r := range w.run.source.streams {
		if m := w.members[r.Name]; m != nil && m.failed == nil {
			live = append(live, m)
		}
	}
	return live
}

// read walks from where the earlier run left off, or from the beginning, to the end. What then is in the spools of the
// members that did not fail is complete.
func (w *walk) read(ctx context.Context) {
	w.group = w.run.source.o.Now()
	err := w.readList(ctx, w.root, parents{}, nil)
	if errors.Is(err, errNoMembers) {
		return
	}
	if isDeadEnd(err) {
		for _, m := range w.live() {
			w.fail(m.resource.Name, err, false)
		}
		return
	}
	if keepErr := w.keep(ctx); err == nil {
		err = keepErr
	}
	for _, m := range w.live() {
		if keepErr := m.settled(); keepErr != nil {
			w.fail(m.resource.Name, keepErr, false)
			continue
		}
		m.failed = err
	}
}

// errNoMembers ends a walk of which all members have failed.
var errNoMembers = errors.New("all streams of the walk have failed")

// readList reads all parts of a list and what lies below.
func (w *walk) readList(ctx context.Context, r *spec.Resource, of parents, with map[string]string) error {
	f := &frame{Resource: r.Name, Parents: of.keys}
	resumed := len(w.resume) > 0 && w.resume[0].Resource == r.Name && slices.Equal(w.resume[0].Parents, of.keys)
	if resumed {
		f, w.resume = w.resume[0], w.resume[1:]
	}
	f.with = with
	w.stack = append(w.stack, f)
	parts := w.parts(r, of)
	if w.catchesUp(r) && resumed && f.Part >= len(parts)-1 {
		// what changed meanwhile is asked for anew, also where an earlier run has caught up and was not committed
		f.Part, f.Page, f.Done, f.Total, f.Got, w.resume = len(parts)-1, pageState{}, nil, 0, 0, nil
	}
	for f.Part < len(parts) {
		if err := w.readPart(ctx, r, f, parts[f.Part], resumed); err != nil {
			return err
		}
		w.endPart(f)
		f.Part, f.Page, f.Done, f.Total, f.Got = f.Part+1, pageState{}, nil, 0, 0
		resumed = false
	}
	if r != w.root { // whose position says that the walk has ended
		w.stack = w.stack[:len(w.stack)-1]
	}
	return nil
}

func (w *walk) endPart(f *frame) {
	m := w.members[f.Resource]
	if m == nil || f.Total == 0 {
		return
	}
	m.tally.Reported = max(m.tally.Reported, 0) + f.Total - 1
	m.tally.Received += f.Got
}

// readPart reads the pages of one list.
func (w *walk) readPart(ctx context.Context, r *spec.Resource, f *frame, open func(pageState) pages, resumed bool) error {
	source := open(f.Page)
	defer func() { source.stop() }()
	for first := true; ; first = false {
		p, err := source.next(ctx)
		if errors.Is(err, errEnd) {
			return nil
		}
		if err != nil && first && resumed && f.Page.Page > 0 && isStatus(err, 400, 404, 410, 422) {
			// cursors grow old: the list is read from its beginning, and what was read of it is known by its keys
			w.run.session.Log.Warn("the API has forgotten where reading stopped: this list is read from its beginning",
				"stream", w.run.source.id(r.Name).String(), "error", err.Error())
			source.stop()
			f.Page, f.Done, f.Total, f.Got, w.resume, w.again = pageState{}, nil, 0, 0, nil, true
			source, resumed = open(f.Page), false
			continue
		}
		if err != nil {
			return err
		}
		if err := w.take(ctx, r, f, p); err != nil {
			return err
		}
		if p.page != nil { // nothing of it is kept: what is below it was read
			p.page.Free()
		}
		f.Page, f.Done, w.resume = p.after, nil, nil
		if !p.more {
			return nil
		}
		if err := w.pageDone(ctx); err != nil {
			return err
		}
	}
}

// take takes a page: its records into the member, then what lies below them.
func (w *walk) take(ctx context.Context, r *spec.Resource, f *frame, p page) error {
	if p.state.Page == 0 {
		f.Total, f.Got = p.total+1, 0
	}
	below := w.records(r, f, p)
	if m := w.members[r.Name]; m != nil && m.failed == nil {
		m.tally.Pages++
		m.tally.Rows += int64(p.rows)
		if err := m.add(w, p, f.with); err != nil {
			w.fail(r.Name, err, false)
			if len(w.live()) == 0 {
				return errNoMembers
			}
		}
		w.progress(m, f)
	}
	f.Got += int64(p.rows)
	w.seq++
	for _, child := range slices.Clone(w.children[r.Name]) {
		if err := w.readBelow(ctx, f, child, below[child.Name]); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) progress(m *member, f *frame) {
	if w.run.session.Progress == nil {
		return
	}
	usage := w.run.asker.usage()
	told := extract.Progress{Stream: m.id, Done: m.tally.Rows, Total: max(f.Total-1, 0), Records: true, Requests: usage.Requests}
	if usage.Remaining >= 0 {
		told.Quota = &usage.Remaining
	}
	w.run.session.Progress(told)
}

// isFatal tells errors after which nothing else of the source can be asked either.
func isFatal(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, fetch.ErrBudget) || isStatus(err, 401) || errors.Is(err, errNoMembers)
}
