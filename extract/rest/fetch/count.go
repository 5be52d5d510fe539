package fetch

import (
	"context"
	"sync/atomic"
	"time"
)

// counters are what Usage tells, kept by those who do it.
type counters struct {
	requests, retries, bytes, waited atomic.Int64
}

func (c *counters) usage() Usage {
	return Usage{
		Requests: c.requests.Load(), Retries: c.retries.Load(), Bytes: c.bytes.Load(),
		Waited: time.Duration(c.waited.Load()), Remaining: -1,
	}
}

// counting counts what is really sent: net/http sends a request again by itself when a connection that it kept open
// turns out to be closed.
type counting struct {
	next     Fetcher
	counters *counters
}

func (f counting) Fetch(ctx context.Context, r Request) (Response, error) {
	sent := r.sent
	r.sent = func() {
		f.counters.requests.Add(1)
		if sent != nil {
			sent()
		}
	}
	answer, err := f.next.Fetch(ctx, r)
	f.counters.bytes.Add(int64(len(answer.Body)))
	return answer, err
}
