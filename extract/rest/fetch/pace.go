package fetch

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// pace keeps one limit of requests a second, as a server sees it: in no window of one second do more arrive.
//
// Two rules together. A token bucket spaces the requests, so that no more than the burst come at once; what a busy
// machine was late is made up for at twice the pace, up to credit. And a request is let go only when the one that is a
// whole window's number before it has arrived a window ago, so that what is delayed on its way cannot pile up. When a
// request arrived lies between its being written and its answer; slow answers are not waited for, but taken to have
// been under way for at most onTheWay. That, and margin for what both sides do not see, cost at most 4.5% of the limit.
type pace struct {
	bucket *rate.Limiter
	gap    time.Duration // between two requests at least
	begins int           // tokens that the bucket has less when it begins
	latest time.Time     // when the last request was let go
	size   int           // requests in a window
	window time.Duration // with its margin
	last   []*ticket     // of the last size requests, the oldest first
}

// ticket is one request that was let go.
type ticket struct {
	sent, done time.Time     // zero: not yet
	gone       chan struct{} // closed with the first of them
}

func newTicket() *ticket { return &ticket{gone: make(chan struct{})} }

// note keeps the first moment of its kind.
func (t *ticket) note(which *time.Time, now time.Time) {
	if t.sent.IsZero() && t.done.IsZero() {
		close(t.gone)
	}
	if which.IsZero() {
		*which = now
	}
}

const (
	margin   = 25 * time.Millisecond
	onTheWay = 20 * time.Millisecond
	credit   = 50 * time.Millisecond
	// spread is how much faster than the limit the bucket runs: the window is what holds.
	spread = 1.05
)

// newPace makes the pace of a limit in requests a second.
func newPace(perSecond float64, burst int) *pace {
	size, window := windowOf(perSecond)
	burst = max(1, min(burst, size))
	p := &pace{size: size, window: window + margin}
	if late := 1 + int(perSecond*credit.Seconds()); late > burst {
		p.gap = time.Duration(float64(time.Second) / perSecond / 2)
		p.begins, burst = late-burst, late
	}
	p.bucket = rate.NewLimiter(rate.Limit(perSecond*spread), burst)
	return p
}

// windowOf gives the shortest window of whole seconds, up to ten, that holds a whole number of requests.
func windowOf(perSecond float64) (size int, window time.Duration) {
	if perSecond < 1 {
		return 1, time.Duration(float64(time.Second) / perSecond)
	}
	for seconds := 1; seconds <= 10; seconds++ {
		if n := perSecond * float64(seconds); math.Abs(n-math.Round(n)) < 1e-9 {
			return int(math.Round(n)), time.Duration(seconds) * time.Second
		}
	}
	return int(perSecond * 10), 10 * time.Second
}

// wait tells how long nothing may be sent, or which request must be on its way before that is known. Neither: take may
// be called.
func (p *pace) wait(now time.Time) (wait time.Duration, unsent *ticket) {
	if p.begins > 0 {
		p.bucket.AllowN(now, p.begins)
		p.begins = 0
	}
	wait = max(0, p.latest.Add(p.gap).Sub(now))
	if missing := 1 - p.bucket.TokensAt(now); missing > 0 {
		wait = max(wait, time.Duration(math.Ceil(missing/float64(p.bucket.Limit())*float64(time.Second))))
	}
	if len(p.last) < p.size {
		return wait, nil
	}
	arrived := p.last[0].arrived()
	if arrived.IsZero() {
		return wait, p.last[0]
	}
	return max(wait, arrived.Add(p.window).Sub(now)), nil
}

// arrived gives the latest moment at which the request is taken to have reached the server.
func (t *ticket) arrived() time.Time {
	switch late := t.sent.Add(onTheWay); {
	case t.sent.IsZero():
		return t.done
	case t.done.IsZero() || t.done.After(late):
		return late
	}
	return t.done
}

// take counts a request.
func (p *pace) take(now time.Time, t *ticket) {
	p.bucket.AllowN(now, 1)
	p.latest = now
	if p.last = append(p.last, t); len(p.last) > p.size {
		p.last = p.last[1:]
	}
}
