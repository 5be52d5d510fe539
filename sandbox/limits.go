package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits are how much may be asked, as the vendors have it: Stripe 25 a second in a sandbox and 25 to an endpoint,
// HubSpot 190 in 10 seconds and 5 searches a second, Typeform 2 a second.
type limits struct {
	off   bool
	clock func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimits(o Options) *limits {
	return &limits{off: o.Unlimited, clock: o.Clock, buckets: map[string]*rate.Limiter{}}
}

// take takes one request out of a bucket that holds burst and fills at so many a second.
func (l *limits) take(name string, perSecond float64, burst int) (ok bool, left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[name]
	if b == nil {
		b = rate.NewLimiter(rate.Limit(perSecond), burst)
		l.buckets[name] = b
	}
	now := l.clock()
	ok = b.AllowN(now, 1)
	return ok, max(0, int(b.TokensAt(now)))
}

// refused answers a request that comes too soon, nil one that may pass. It sets headers of answers that pass.
func (l *limits) refused(api, path string) (*answer, http.Header) {
	header := http.Header{}
	if l.off {
		return nil, header
	}
	switch api {
	case "stripe":
		word, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
		for name, reason := range map[string]string{"stripe": "global-rate", "stripe " + word: "endpoint-rate"} {
			if ok, _ := l.take(name, 25, 25); !ok {
				return stripeLimited(reason), header
			}
		}
	case "hubspot":
		if strings.HasSuffix(path, "/search") {
			if ok, _ := l.take("search", 5, 5); !ok {
				return hubspotLimited(false), header
			}
			return nil, header // searches have a limit of their own, and no headers
		}
		ok, left := l.take("hubspot", 19, 190)
		header.Set("X-HubSpot-RateLimit-Max", "190")
		header.Set("X-HubSpot-RateLimit-Remaining", fmt.Sprint(left))
		header.Set("X-HubSpot-RateLimit-Interval-Milliseconds", "10000")
		if !ok {
			return hubspotLimited(true), header
		}
	case "typeform":
		if ok, _ := l.take("typeform", 2, 2); !ok {
			return typeformLimited(), header
		}
	}
	return nil, header
}

func stripeLimited(reason string) *answer {
	a := stripeError(429, "rate_limit", "", "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.").
		with("Stripe-Rate-Limited-Reason", reason)
	return &a
}

func hubspotLimited(saysWhen bool) *answer {
	a := reply(429, object{"status": "error", "message": "You have reached your secondly limit.", "errorType": "RATE_LIMIT",
		"correlationId": "7d9b1e6a-0c5f-4d0e-9f0a-5a1d0b0c0003", "policyName": "SECONDLY", "groupName": "publicapi:private-apps:api-calls:1"})
	if saysWhen {
		a = a.with("Retry-After", "1")
	}
	return &a
}

func typeformLimited() *answer {
	a := typeformError(429, "TOO_MANY_REQUESTS", "Too many requests")
	return &a
}
