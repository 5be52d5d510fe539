package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"lastro/extract/rest/spec"
)

// limit lets requests go one by one, as fast as the limits allow: those of the connector, those of the endpoint, the
// day's budget, and what the API says of its own.
type limit struct {
	next     Fetcher
	limits   spec.Limits
	maxWait  time.Duration
	clock    clock
	counters *counters

	mu        sync.Mutex
	all       *pace            // nil: no limit
	endpoints map[string]*pace // by endpoint
	day       day
	api       quota
}

func newLimit(next Fetcher, o Options, clock clock, n *counters) *limit {
	l := &limit{
		next: next, limits: o.Limits, maxWait: rulesOf(o.Retry).maxWait, clock: clock, counters: n, endpoints: map[string]*pace{},
		day: day{size: o.Limits.PerDay, used: o.UsedToday, began: o.DayBegan},
		api: quota{remaining: -1, remainingHeader: o.Limits.RemainingHeader, resetHeader: o.Limits.ResetHeader},
	}
	if o.Limits.PerSecond > 0 {
		l.all = newPace(o.Limits.PerSecond, o.Limits.Burst)
	}
	return l
}

func (l *limit) Fetch(ctx context.Context, r Request) (Response, error) {
	t, err := l.acquire(ctx, r)
	if err != nil {
		return Response{}, err
	}
	sent := r.sent
	r.sent = func() {
		if l.sent(r, t); sent != nil {
			sent()
		}
	}
	answer, err := l.next.Fetch(ctx, r)
	l.finish(t, answer, err)
	return answer, err
}

// acquire waits until a request may go.
func (l *limit) acquire(ctx context.Context, r Request) (*ticket, error) {
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		own, wait, unsent, err := l.try(r)
		if own != nil || err != nil {
			return own, err
		}
		begun := l.clock.now()
		if unsent != nil {
			select {
			case <-unsent.gone:
			case <-ctx.Done():
			}
		} else if err := l.clock.sleep(ctx, wait); err != nil {
			return nil, err
		}
		l.counters.waited.Add(int64(l.clock.now().Sub(begun)))
	}
}

// try lets the request go, or tells what to wait for.
func (l *limit) try(r Request) (own *ticket, wait time.Duration, unsent *ticket, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.now()
	if err := l.day.check(now); err != nil {
		return nil, 0, nil, err
	}
	if wait = l.api.wait(now); wait > l.maxWait {
		return nil, 0, nil, fmt.Errorf("%w: the API says that nothing is left until %s: run again after that",
			ErrBudget, now.Add(wait).UTC().Format(time.RFC3339))
	}
	paces := l.paces(r)
	for _, p := range paces {
		more, which := p.wait(now)
		if wait = max(wait, more); which != nil {
			unsent = which
		}
	}
	if wait > 0 || unsent != nil {
		return nil, wait, unsent, nil
	}
	own = newTicket()
	l.count(now, paces, own)
	l.api.underWay++
	return own, 0, nil, nil
}

func (l *limit) count(now time.Time, paces []*pace, t *ticket) {
	for _, p := range paces {
		p.take(now, t)
	}
	l.day.used++
	l.api.take()
}

// paces gives the paces that a request must keep.
func (l *limit) paces(r Request) []*pace {
	var paces []*pace
	if l.all != nil {
		paces = append(paces, l.all)
	}
	own := l.limits.PerEndpoint
	if r.PerSecond > 0 && (own == 0 || r.PerSecond < own) {
		own = r.PerSecond
	}
	if own > 0 {
		if l.endpoints[r.Endpoint] == nil {
			l.endpoints[r.Endpoint] = newPace(own, l.limits.Burst)
		}
		paces = append(paces, l.endpoints[r.Endpoint])
	}
	return paces
}

// sent notes that a request is on its way. One that net/http sends again by itself counts again.
func (l *limit) sent(r Request, t *ticket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.now()
	if !t.sent.IsZero() {
		again := newTicket()
		again.note(&again.sent, now)
		l.count(now, l.paces(r), again)
		return
	}
	t.note(&t.sent, now)
}

func (l *limit) finish(t *ticket, answer Response, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.now()
	t.note(&t.done, now)
	header := answer.Header
	var status *StatusError
	if errors.As(err, &status) {
		header = status.header
		status.RetryAfter = retryAfter(header, now)
		if status.Status == http.StatusTooManyRequests && status.RetryAfter <= l.maxWait {
			l.api.hold(now.Add(status.RetryAfter))
		}
	}
	l.api.underWay--
	l.api.learn(header, now)
}

func (l *limit) budget() (int64, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.day.used, l.day.began
}

// remaining tells how many requests are left, of the day's budget or of what the API says; -1: unknown.
func (l *limit) remaining() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.day.left(l.clock.now())
	if api := l.api.left(l.clock.now()); left < 0 || api >= 0 && api < left {
		return api
	}
	return left
}
