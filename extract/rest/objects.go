package rest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/spec"
)

// objectsAhead is how many objects are asked for at once: at some hundred milliseconds an answer, one after the other
// would use a small part of what the limit allows.
const objectsAhead = 8

// manyGone is how many changed objects, none of which the API knows, say that the path is wrong, and not the objects gone.
const manyGone = 5

// allGoneError is a set of changed objects that all answered 404. Nothing is deleted because of it.
type allGoneError struct {
	path  string
	asked int
}

func (e *allGoneError) Error() string {
	return fmt.Sprintf("none of %d changed objects is found at %s: see that the path is right; where they are gone indeed, --full-refresh reads what is left", e.asked, e.path)
}

// objects asks for changed objects one by one, in the order of their ids. Its pages are one object each.
type objects struct {
	asker   *asker
	events  *spec.Events
	changes *changes
	ids     []string
	at      int // of the next to give
	asked   int // of the next to ask for
	state   pageState
	answers map[int]chan page
	found   int // objects that were answered
	missing int // objects that the API does not know, though no event says that they were deleted
	ctx     context.Context
	cancel  context.CancelFunc
}

func newObjects(a *asker, r *spec.Resource, c *changes, from pageState) *objects {
	ids := slices.Sorted(maps.Keys(c.objects))
	o := &objects{asker: a, events: r.Incremental.Events, changes: c, ids: ids, state: from, answers: map[int]chan page{}}
	for o.at < len(ids) && from.Value != "" && ids[o.at] <= from.Value {
		o.at++
	}
	o.asked = o.at
	return o
}

func (o *objects) next(ctx context.Context) (page, error) {
	if o.at == len(o.ids) {
		return page{}, errEnd
	}
	if o.ctx == nil {
		o.ctx, o.cancel = context.WithCancel(ctx)
	}
	for ; o.asked < min(o.at+objectsAhead, len(o.ids)); o.asked++ {
		answer := make(chan page, 1)
		o.answers[o.asked] = answer
		go func(id string) { answer <- o.ask(o.ctx, id) }(o.ids[o.asked])
	}
	p := <-o.answers[o.at]
	delete(o.answers, o.at)
	if p.err != nil {
		if ctx.Err() != nil {
			return page{}, context.Cause(ctx)
		}
		return page{}, p.err
	}
	switch {
	case p.page != nil:
		o.found++
	case !o.changes.objects[p.gone].isDeleted:
		o.missing++
	}
	if o.at == len(o.ids)-1 && o.found == 0 && o.missing >= manyGone {
		return page{}, &allGoneError{o.events.Path, o.missing}
	}
	p.state, p.total = o.state, -1
	p.after = pageState{Value: o.ids[o.at], Page: o.state.Page + 1}
	o.state = p.after
	o.at++
	p.more = o.at < len(o.ids)
	return p, nil
}

func (o *objects) stop() {
	if o.cancel == nil {
		return
	}
	o.cancel()
	for _, answer := range o.answers {
		<-answer
	}
	clear(o.answers)
}

// ask gives an object as it is now, or says that it is gone.
func (o *objects) ask(ctx context.Context, id string) page {
	if o.changes.objects[id].isDeleted {
		return page{gone: id}
	}
	path := strings.ReplaceAll(o.events.Path, "{id}", url.PathEscape(id))
	whole, err := address(o.asker.base, path, nil)
	if err != nil {
		return page{err: err}
	}
	parsed, _, err := o.asker.page(ctx, fetch.Request{Method: http.MethodGet, URL: whole, Endpoint: endpointName(o.events.Path)})
	if isStatus(err, http.StatusNotFound, http.StatusGone) {
		return page{gone: id}
	}
	return page{page: parsed, selector: "$", rows: 1, err: err}
}
