package rest

import (
	"context"
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
