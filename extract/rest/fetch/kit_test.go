package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// api is a server and what it was asked.
type api struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
	at    []time.Time
}

// serve answers the nth request, from 0 on.
func serve(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *api {
	t.Helper()
	a := &api{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		n := len(a.asked)
		a.asked, a.at = append(a.asked, r.Clone(context.Background())), append(a.at, time.Now())
		a.mu.Unlock()
		answer(n, w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *api) requests() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// hands is a clock that tests turn: whoever sleeps turns it too.
type hands struct {
	mu    sync.Mutex
	at    time.Time
	slept []time.Duration
}

func newHands() *hands { return &hands{at: time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)} }

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) sleep(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	h.at, h.slept = h.at.Add(d), append(h.slept, d)
	return nil
}

func open(t *testing.T, base string, h *hands, change func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: base, ErrorPath: "error.message"}
	if h != nil {
		o.Now, o.Sleep = h.now, h.sleep
	}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask gives the answer's body, or the error's text.
func ask(c *Client, address string) string {
	answer, err := c.Fetch(context.Background(), Request{URL: address, Endpoint: "/v1/things"})
	if err != nil {
		return "error: " + err.Error()
	}
	return string(answer.Body)
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v\nwant %v", what, got, want)
	}
}

func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
}

func say(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// logTo keeps what is logged.
func logTo(b *strings.Builder) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func statusOf(err error) *StatusError {
	var status *StatusError
	if errors.As(err, &status) {
		return status
	}
	return &StatusError{}
}
