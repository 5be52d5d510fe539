package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
)

// asker asks the API, looks at its clock, and reads pages.
type asker struct {
	next fetch.Fetcher
	now  func() time.Time
	base string

	mu      sync.Mutex
	behind  time.Duration // how far the API's clock stands behind ours, at least 0
	latest  time.Time     // of the API's clock
	checked bool
}

var _ fetch.Fetcher = (*asker)(nil)

// Fetch asks, and looks at the Date of the answer: cursors are moments by the API's clock, and one taken from a clock
// ahead of it would leave out what changes meanwhile.
func (a *asker) Fetch(ctx context.Context, r fetch.Request) (fetch.Response, error) {
	answer, err := a.next.Fetch(ctx, r)
	if err != nil {
		return answer, err
	}
	if date, dateErr := http.ParseTime(answer.Header.Get("Date")); dateErr == nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.checked = true
		a.behind = max(a.behind, a.now().Sub(date))
		if date.After(a.latest) {
			a.latest = date
		}
	}
	return answer, nil
}

// theirs gives a moment of our clock as the API's clock had it, or ours where that is earlier.
func (a *asker) theirs(at time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return at.Add(-a.behind).UTC().Truncate(time.Second)
}

// skew is how far the API's clock stands behind ours, negative when it is ahead; ok is false when it says nothing.
func (a *asker) skew() (behind time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now().Sub(a.latest), a.checked
}

// usage tells what was asked so far; of another fetcher than lastro's own nothing is known.
func (a *asker) usage() fetch.Usage {
	if counted, ok := a.next.(interface{ Usage() fetch.Usage }); ok {
		return counted.Usage()
	}
	return fetch.Usage{Remaining: -1}
}

// budget gives what of the day's budget is used, nil where there is none.
func (a *asker) budget() *budget {
	client, ok := a.next.(interface{ Budget() (int64, time.Time) })
	if !ok {
		return nil
	}
	used, began := client.Budget()
	if began.IsZero() {
		return nil
	}
	return &budget{Used: used, DayBegan: began}
}

// page asks for a page and parses it. A body that is no JSON, as one that was cut, is asked for again.
func (a *asker) page(ctx context.Context, r fetch.Request) (*records.Page, fetch.Response, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		answer, err := a.Fetch(ctx, r)
		if err != nil {
			return nil, answer, err
		}
		page, err := records.Parse(answer.Body)
		if err == nil {
			return page, answer, nil
		}
		if attempt == attempts {
			return nil, answer, fmt.Errorf("%s answered %d times with a body that cannot be read: %w", r.Endpoint, attempts, err)
		}
	}
}

// isStatus tells whether an error is an answer of one of the statuses.
func isStatus(err error, statuses ...int) bool {
	var status *fetch.StatusError
	if !errors.As(err, &status) {
		return false
	}
	for _, one := range statuses {
		if status.Status == one {
			return true
		}
	}
	return false
}
