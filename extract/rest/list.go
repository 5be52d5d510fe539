package rest

import (
	"context"
	"errors"
	"fmt"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// page is a page of a list, or one object that was asked for by its id.
type page struct {
	page     *records.Page
	selector string
	rows     int
	gone     string // the key of an object that there is no more; page is nil then
	state    pageState
	after    pageState // where the list goes on
	more     bool
	total    int64 // how many records the API says there are, -1 when it does not say
	err      error
}

// errEnd ends a list. It is no io.EOF: that may come from a connection that broke.
var errEnd = errors.New("the list has ended")

// errAsideEnded is an asking in the background that has ended before its list did.
var errAsideEnded = errors.New("the reading of the list was cancelled")

// pages gives the pages of a list, one after the other, and at the end errEnd.
type pages interface {
	next(ctx context.Context) (page, error)
	// stop ends what is under way and waits for it.
	stop()
}

// list asks for the pages of a list. From the second one on, the next is asked for while one is being written.
type list struct {
	asker    *asker
	resource *spec.Resource
	request  func(pageState) (fetch.Request, error)
	follow   func(state pageState, page *records.Page, answer fetch.Response, n int) (next pageState, more bool, err error)
	selector string
	endpoint string
	guard    *guard
	shifts   *shifts

	state   pageState
	started bool
	ended   bool
	ahead   chan page
	cancel  context.CancelFunc
}

// ahead is how many pages wait at most: they are held in memory.
const pagesAhead = 2

func newList(a *asker, how asking, from pageState, maxPages int64) *list {
	e := how.resource.Endpoint
	p := e.Paginator
	l := &list{
		asker: a, resource: how.resource, request: how.request, selector: e.DataSelector, endpoint: e.Path, state: from,
		guard: newGuard(e.Path, recordID(how.resource), maxPages),
	}
	l.follow = func(state pageState, page *records.Page, answer fetch.Response, n int) (pageState, bool, error) {
		return following(p, state, page, e.DataSelector, answer, n)
	}
	if p.Type == spec.Offset || p.Type == spec.PageNumber {
		l.shifts = &shifts{idPath: recordID(how.resource)}
	}
	return l
}

// recordID is the path of what tells records apart, as well as one path can.
func recordID(r *spec.Resource) string {
	if p := r.Endpoint.Paginator; p.IDPath != "" {
		return p.IDPath
	}
	if len(r.PrimaryKey) > 0 {
		return columnPath(r, r.PrimaryKey[0])
	}
	return "id"
}

func columnPath(r *spec.Resource, column string) string {
	if path := r.Columns[column].Path; path != "" {
		return path
	}
	return column
}

func (l *list) next(ctx context.Context) (page, error) {
	if l.ended {
		return page{}, errEnd
	}
	var p page
	if !l.started {
		if l.shifts != nil && l.state.Page > 0 {
			if err := l.lookBack(ctx); err != nil {
				return page{}, err
			}
		}
		p = l.ask(ctx, l.state)
		l.started = true
	} else {
		if l.ahead == nil {
			l.startAhead(ctx)
		}
		select {
		case next, ok := <-l.ahead:
			if !ok { // the asking was cancelled: that is no end of the list
				return page{}, errors.Join(errAsideEnded, context.Cause(ctx))
			}
			p = next
		case <-ctx.Done():
			return page{}, context.Cause(ctx)
		}
	}
	if p.err != nil {
		return page{}, p.err
	}
	l.state, l.ended = p.after, !p.more
	return p, nil
}

// lookBack asks for the page before once more, where an earlier run stopped in a list that can shift.
func (l *list) lookBack(ctx context.Context) error {
	request, err := l.request(l.state.back(l.resource.Endpoint.Paginator))
	if err != nil {
		return err
	}
	parsed, answer, err := l.asker.page(ctx, request)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	p := page{page: parsed, selector: l.selector, total: total(l.resource, parsed, answer.Header)}
	p.rows, _ = parsed.Len(l.selector)
	l.shifts.lookBack(p, l.state.Last)
	return nil
}

// startAhead asks for pages in the background until the list ends.
func (l *list) startAhead(ctx context.Context) {
	ctx, l.cancel = context.WithCancel(ctx)
	pages := make(chan page, pagesAhead-1)
	l.ahead = pages
	go func(state pageState) {
		defer close(pages)
		for {
			p := l.ask(ctx, state)
			select {
			case pages <- p:
			case <-ctx.Done():
				return
			}
			if p.err != nil || !p.more {
				return
			}
			state = p.after
		}
	}(l.state)
}

func (l *list) stop() {
	if l.cancel == nil {
		return
	}
	l.cancel()
	for range l.ahead { // closed when the asking has ended
	}
}

// ask gives one page, judged.
func (l *list) ask(ctx context.Context, state pageState) page {
	p, err := l.askFor(ctx, state)
	if p.err = err; err != nil && ctx.Err() != nil {
		p.err = context.Cause(ctx)
	}
	return p
}

func (l *list) askFor(ctx context.Context, state pageState) (page, error) {
	p := page{state: state, total: -1}
	request, err := l.request(state)
	if err != nil {
		return p, err
	}
	parsed, answer, err := l.asker.page(ctx, request)
	if err != nil {
		return p, err
	}
	n, ok := parsed.Len(l.selector)
	if !ok {
		return p, &NoListError{Endpoint: request.Endpoint, Selector: l.selector, Begins: beginning(answer.Body)}
	}
	p.page, p.selector, p.rows = parsed, l.selector, n
	if p.after, p.more, err = l.follow(state, parsed, answer, n); err != nil {
		return p, fmt.Errorf("%s: %w", request.Endpoint, err)
	}
	if p.more && p.after.URL != "" { // a wrong one is told before it is kept
		if p.after.URL, err = sameHost(request.URL, p.after.URL); err != nil {
			return p, fmt.Errorf("%s: %w", request.Endpoint, err)
		}
	}
	p.total = total(l.resource, parsed, answer.Header)
	// An empty page ends a list by offset or page number: one that came too early must not delete the rest.
	if n == 0 && !p.more && l.resource.Deletes != "" && p.total > state.Rows {
		return p, fmt.Errorf("%s ends with an empty page after %d records, but says that there are %d", request.Endpoint, state.Rows, p.total)
	}
	if err := l.guard.look(answer.Body, parsed, l.selector, n, state, p.after, p.more, p.total); err != nil {
		return p, err
	}
	if l.shifts != nil && l.shifts.look(&p) {
		l.guard = newGuard(l.guard.endpoint, l.guard.idPath, l.guard.maxPages)
	}
	return p, nil
}
