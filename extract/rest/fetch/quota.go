package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// quota is what an API says of its own limit: how many requests are left, and until when nothing may be asked.
type quota struct {
	remainingHeader, resetHeader string

	remaining int64     // -1: unknown
	resets    time.Time // when remaining counts no more
	until     time.Time // nothing is asked before
	underWay  int64     // requests without an answer yet, which remaining does not know of
}

// noReset is how long a remaining of 0 holds when the API does not say.
const noReset = time.Second

func (q *quota) wait(now time.Time) time.Duration {
	wait := q.until.Sub(now)
	if q.left(now) == 0 {
		wait = max(wait, q.resets.Sub(now))
	}
	return wait
}

// left tells how many requests may still go; -1: unknown.
func (q *quota) left(now time.Time) int64 {
	if q.remaining < 0 || !q.resets.IsZero() && !now.Before(q.resets) {
		return -1
	}
	return q.remaining
}

func (q *quota) take() {
	if q.remaining > 0 {
		q.remaining--
	}
}

// hold lets nothing go before a moment.
func (q *quota) hold(until time.Time) {
	if until.After(q.until) {
		q.until = until
	}
}

// learn takes an answer's word for what is left. Requests that are under way may not be in it.
func (q *quota) learn(h http.Header, now time.Time) {
	if q.remainingHeader == "" || h == nil {
		return
	}
	remaining, err := strconv.ParseFloat(strings.TrimSpace(h.Get(q.remainingHeader)), 64)
	if err != nil {
		return
	}
	q.remaining = max(0, int64(remaining)-q.underWay)
	q.resets = now.Add(noReset)
	if reset, ok := moment(h.Get(q.resetHeader), now); ok {
		q.resets = reset
	} else if q.remaining > 0 {
		q.resets = time.Time{}
	}
}

// moment reads a header that says when: seconds from now, a Unix time in seconds or milliseconds, or an HTTP date.
func moment(written string, now time.Time) (time.Time, bool) {
	if written = strings.TrimSpace(written); written == "" {
		return time.Time{}, false
	}
	if seconds, err := strconv.ParseFloat(written, 64); err == nil {
		switch {
		case seconds < 0 || seconds != seconds || seconds > 1e15:
			return time.Time{}, false
		case seconds > 1e11:
			return time.UnixMilli(int64(seconds)), true
		case seconds > 1e8:
			return time.Unix(int64(seconds), 0), true
		}
		return now.Add(time.Duration(seconds * float64(time.Second))), true
	}
	at, err := http.ParseTime(written)
	return at, err == nil
}

// retryAfter tells how long an answer asks to be left alone; 0: it does not say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	at, ok := moment(h.Get("Retry-After"), now)
	if !ok {
		return 0
	}
	return max(0, at.Sub(now))
}
