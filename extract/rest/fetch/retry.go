package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"syscall"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"lastro/extract/rest/spec"
)

// retry asks again what may succeed later.
type retry struct {
	next     Fetcher
	rules    rules
	clock    clock
	counters *counters
	log      *slog.Logger
	redact   *redactor
}

// rules say how often and how long.
type rules struct {
	attempts int
	statuses []int
	maxWait  time.Duration
}

const (
	defaultAttempts = 6
	defaultMaxWait  = 5 * time.Minute
	// firstWait doubles with each attempt. Half of a wait is by chance, so that many who failed at once do not come
	// back at once.
	firstWait = time.Second
	// nobodyAttempts is for an address where nobody has answered yet: more likely it is wrong than soon right.
	nobodyAttempts = 3
)

func rulesOf(r spec.Retry) rules {
	return rules{
		attempts: cmp.Or(r.Attempts, defaultAttempts),
		statuses: r.Statuses,
		maxWait:  cmp.Or(r.MaxWait.Std(), defaultMaxWait),
	}
}

func (f retry) Fetch(ctx context.Context, r Request) (Response, error) {
	for attempt := 1; ; attempt++ {
		answer, err := f.next.Fetch(ctx, r)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return Response{}, context.Cause(ctx)
		}
		rules := f.rules
		if isNobody(err) && f.counters.bytes.Load() == 0 {
			rules.attempts = min(rules.attempts, nobodyAttempts)
		}
		wait, again := rules.wait(ctx, err, attempt)
		if !again {
			return Response{}, tried(err, attempt)
		}
		f.log.Info("asking again", "endpoint", r.Endpoint, "attempt", attempt+1, "wait", wait, "because", f.redact.text(err.Error()))
		begun := f.clock.now()
		if err := f.clock.sleep(ctx, wait); err != nil {
			return Response{}, err
		}
		f.counters.waited.Add(int64(f.clock.now().Sub(begun)))
		f.counters.retries.Add(1)
	}
}

// wait tells whether to ask again after the attempt that gave err, and how long to wait before. An API that asks to be
// left alone for longer than the longest wait is not asked again.
func (r rules) wait(ctx context.Context, err error, attempt int) (time.Duration, bool) {
	if attempt >= r.attempts || !r.again(ctx, err) {
		return 0, false
	}
	var status *StatusError
	if errors.As(err, &status) && status.RetryAfter > 0 {
		return status.RetryAfter, status.RetryAfter <= r.maxWait
	}
	wait := min(r.maxWait, firstWait<<min(attempt-1, 20))
	return wait/2 + rand.N(wait/2+1), true
}

func (r rules) again(ctx context.Context, err error) bool {
	var status *StatusError
	switch {
	case errors.As(err, &status):
		return status.Status >= http.StatusInternalServerError || status.Status/100 == 2 ||
			status.Status == http.StatusTooManyRequests || status.Status == http.StatusRequestTimeout ||
			slices.Contains(r.statuses, status.Status)
	case errors.Is(err, ErrBudget), errors.Is(err, errTooLarge), errors.Is(err, errOrigin), errors.Is(err, errToken):
		return false
	}
	again, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, &url.Error{Op: "ask", Err: err})
	return again
}

// tried tells in an error how often it was asked.
func tried(err error, attempts int) error {
	var status *StatusError
	if errors.As(err, &status) {
		status.attempts = attempts
		return err
	}
	if attempts > 1 {
		err = fmt.Errorf("%w (asked %d times)", err, attempts)
	}
	if isNobody(err) {
		return fmt.Errorf("%w: see that the API is up and base_url right", err)
	}
	return err
}

// isNobody tells that there is no one at the address.
func isNobody(err error) bool {
	var name *net.DNSError
	return errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &name) && name.IsNotFound
}
