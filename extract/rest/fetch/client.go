package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lastro/extract/rest/spec"
)

// Options say what is asked, by whom and how much.
type Options struct {
	BaseURL string            // absolute; all requests go to its host
	Headers map[string]string // of every request
	Auth    spec.Auth         // with its placeholders filled in
	Limits  spec.Limits
	Retry   spec.Retry
	// ErrorPath finds the message of an error in a body; a body of status 200 that has ErrorWhen is an error too.
	ErrorPath, ErrorWhen string
	// UsedToday is how many requests of the day's budget were used since DayBegan, as an earlier Budget gave them.
	UsedToday int64
	DayBegan  time.Time
	// Secrets never appear in an error or a log; those of Auth need not be named.
	Secrets []string
	// Transport sends the requests; nil: net/http with its proxies from the environment and TLS 1.2 at least.
	Transport http.RoundTripper
	Now       func() time.Time                           // nil: time.Now
	Sleep     func(context.Context, time.Duration) error // nil: by the system's clock; gives the context's error
	Log       *slog.Logger                               // nil: none
	MaxBody   int64                                      // bytes of one answer, unpacked; 0: 64 MB
	Silence   time.Duration                              // how long a server may send nothing; 0: 60 s
}

const (
	defaultMaxBody = 64 << 20
	defaultSilence = time.Minute
)

// Client asks one API.
type Client struct {
	chain     Fetcher
	counters  *counters
	limit     *limit
	tokens    *tokens // nil unless the API wants OAuth2
	redact    *redactor
	transport *transport
}

var _ Fetcher = (*Client)(nil)

// New makes a client. It asks nothing yet.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("base_url is no address: write it as https://api.example.com")
	}
	if base.User != nil {
		return nil, errors.New("base_url holds a user or a password: give them under auth")
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if base.Scheme == "http" && !isLoopback(base.Hostname()) {
		o.Log.Warn("base_url is plain http: what is sent, credentials too, can be read on the way", "host", base.Host)
	}
	clock := clock{now: o.Now, sleep: o.Sleep}.orSystem()
	c := &Client{counters: &counters{}, redact: newRedactor(o.Secrets, o.Auth)}
	c.transport = newTransport(o)
	c.limit = newLimit(counting{c.transport, c.counters}, o, clock, c.counters)
	signed, err := c.signed(o, base, clock)
	if err != nil {
		return nil, err
	}
	c.chain = origin{base: base, next: retry{
		next:  judge{next: redirect{next: signed, base: base}, when: newMark(o.ErrorWhen), path: o.ErrorPath},
		rules: rulesOf(o.Retry), clock: clock, counters: c.counters, log: o.Log, redact: c.redact,
	}}
	return c, nil
}

// signed puts the authentication around the limit.
func (c *Client) signed(o Options, base *url.URL, clock clock) (Fetcher, error) {
	switch o.Auth.Type {
	case "oauth2_refresh", "oauth2_client_credentials":
		var err error
		if c.tokens, err = newTokens(o.Auth, base, c.limit, clock, c.redact, o.Log); err != nil {
			return nil, err
		}
		return bearer{next: c.limit, tokens: c.tokens}, nil
	}
	sign, err := signer(o.Auth)
	if err != nil {
		return nil, err
	}
	return signing{next: c.limit, sign: sign, redact: queryRedactor(o.Auth)}, nil
}

// Fetch asks.
func (c *Client) Fetch(ctx context.Context, r Request) (Response, error) {
	r.Method = cmp.Or(r.Method, http.MethodGet)
	r.Endpoint = cmp.Or(r.Endpoint, pathOf(r.URL), "/")
	answer, err := c.chain.Fetch(ctx, r)
	if err == nil {
		return answer, nil
	}
	var status *StatusError
	if !errors.As(err, &status) { // which says itself what was asked
		err = fmt.Errorf("%s %s: %w", r.Method, r.Endpoint, err)
	}
	return Response{}, c.redact.err(err)
}

// Usage tells what was asked so far.
func (c *Client) Usage() Usage {
	u := c.counters.usage()
	u.Remaining = c.limit.remaining()
	return u
}

// Budget tells how much of the day's budget is used, and when the day began: UsedToday and DayBegan of the next run.
func (c *Client) Budget() (used int64, dayBegan time.Time) { return c.limit.budget() }

// Token tells how the access token stands; it is empty unless the API wants OAuth2.
func (c *Client) Token() TokenState {
	if c.tokens == nil {
		return TokenState{}
	}
	return c.tokens.state()
}

// Close lets go of the connections. The client must not be used after it.
func (c *Client) Close() error {
	c.transport.close()
	return nil
}

func pathOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Path
	}
	path, _, _ := strings.Cut(address, "?")
	return path
}
