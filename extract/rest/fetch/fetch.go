// Package fetch asks an HTTP API: one interface, and around it what every request needs, each as a decorator of the
// same interface. From the outside in:
//
//	origin    asks no host but the API's, and never over plain http where base_url says https
//	retry     asks again what may succeed later, and waits in between
//	judge     finds the error that hides in an answer of status 200
//	redirect  follows a redirect within the same host
//	auth      says who asks; renews tokens
//	limit     keeps requests a second, requests a day, and what the API says of its own limit
//	count     counts what is sent and received
//	transport net/http: one request, one whole answer
//
// A retry passes the limit like any other request, and so do a redirect and a request for a token.
//
// Which broken connections are worth another try is decided by go-retryablehttp's policy. Its client is not used: it
// ends before the body is read, so that a body cut in the middle would not be asked for again, it sleeps by the
// system's clock, and its attempts would not pass the limit one by one.
package fetch

import (
	"context"
	"net/http"
	"time"
)

// Request is one question.
type Request struct {
	Method   string      // GET or POST; empty: GET
	URL      string      // absolute
	Header   http.Header // besides what every request has; may be nil
	Body     []byte      // of a POST
	Endpoint string      // the path before anything is put in, as /v1/invoices/{id}/lines: for limits and messages
	// PerSecond is a limit of this endpoint alone, 0: none.
	PerSecond float64

	sent func() // called when the request is on its way, each time that it is sent; may be nil
}

// Response is a whole answer of status 2xx.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fetcher asks and answers. An answer of another status than 2xx is a *StatusError, also after all retries; a budget
// that is used up is ErrBudget. It is safe for several goroutines.
type Fetcher interface {
	Fetch(ctx context.Context, r Request) (Response, error)
}

// Usage is what was asked so far.
type Usage struct {
	Requests  int64 // sent, retries among them
	Retries   int64
	Bytes     int64         // of bodies received
	Waited    time.Duration // for the limit and between retries
	Remaining int64         // of the day's budget or of what the API says; -1: unknown
}
