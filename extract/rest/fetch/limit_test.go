package fetch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lastro/extract/rest/spec"
)

// most tells the largest number of moments within a window.
func most(at []time.Time, window time.Duration) int {
	at = slices.SortedFunc(slices.Values(at), time.Time.Compare)
	found, from := 0, 0
	for to := range at {
		for at[to].Sub(at[from]) >= window {
			from++
		}
		found = max(found, to-from+1)
	}
	return found
}

// Requests that take their time on the way, and answers that take it back: in no window do more arrive than the limit,
// and 95% of it is used.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		perSecond float64
		burst     int
		late      time.Duration // how long a request is on its way at most
	}{
		{0.1, 0, 40 * time.Millisecond}, {0.5, 0, 0}, {1, 0, 40 * time.Millisecond}, {2, 0, 40 * time.Millisecond},
		{2.5, 0, 40 * time.Millisecond}, {4, 4, 40 * time.Millisecond}, {5, 0, 40 * time.Millisecond},
		{25, 10, 40 * time.Millisecond}, {100, 0, 40 * time.Millisecond}, {100, 100, 40 * time.Millisecond}, {1000, 5, 40 * time.Millisecond},
	} {
		for _, answers := range []time.Duration{0, 10 * time.Millisecond, 3 * time.Second} {
			t.Run(fmt.Sprint(c, answers), func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, uint64(c.perSecond*10)))
				upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d) + 1)) }
				p := newPace(c.perSecond, c.burst)
				begun := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
				now, seconds := begun, max(20, int(20/c.perSecond))
				var arrived []time.Time
				for now.Sub(begun) < time.Duration(seconds)*time.Second {
					if wait, unsent := p.wait(now); unsent != nil {
						t.Fatal("waits for a request that was sent")
					} else if wait > 0 {
						now = now.Add(wait)
						continue
					}
					one := newTicket()
					p.take(now, one)
					sent := now.Add(upTo(time.Millisecond))
					there := sent.Add(upTo(c.late))
					one.note(&one.sent, sent)
					one.note(&one.done, there.Add(upTo(answers)))
					arrived = append(arrived, there)
				}
				size, window := windowOf(c.perSecond)
				if got := most(arrived, window); got > size {
					t.Errorf("%d arrive within %v, the limit is %d", got, window, size)
				}
				if used := float64(len(arrived)) / float64(seconds) / c.perSecond; used < 0.95 {
					t.Errorf("%.1f%% of the limit is used", used*100)
				}
			})
		}
	}
}

// The same on a real server, by its own clock.
func TestLimitAsTheServerSeesIt(t *testing.T) {
	for _, c := range []struct {
		perSecond float64
		burst     int
	}{{200, 0}, {40, 10}} {
		var used float64
		for range 3 { // a busy machine may be too slow to use a limit, but never so fast as to pass it
			server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 200, "{}") })
			cl := open(t, server.URL, nil, func(o *Options) { o.Limits = spec.Limits{PerSecond: c.perSecond, Burst: c.burst} })
			n := int(c.perSecond * 3)
			asking(t, cl, 6, n, func(int) Request { return Request{URL: server.URL} })
			if got := most(server.at, time.Second); float64(got) > c.perSecond {
				t.Fatalf("%d requests in a second, the limit is %v", got, c.perSecond)
			}
			if got := most(server.at, 4*time.Millisecond); got > max(c.burst, 1)+5 {
				t.Errorf("%d requests at once", got)
			}
			slices.SortFunc(server.at, time.Time.Compare)
			took := server.at[n-1].Sub(server.at[n/3-1]) // of the second and third window
			if used = max(used, float64(n*2/3)/took.Seconds()/c.perSecond); used >= 0.95 {
				break
			}
		}
		t.Logf("limit %v: %.1f%% used", c.perSecond, used*100)
		if used < 0.95 {
			t.Errorf("limit %v: %.1f%% used", c.perSecond, used*100)
		}
	}
}

func asking(t *testing.T, c *Client, workers, n int, request func(i int) Request) {
	t.Helper()
	var group errgroup.Group
	group.SetLimit(workers)
	for i := range n {
		group.Go(func() error {
			_, err := c.Fetch(context.Background(), request(i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// An endpoint's own limit holds for it alone, the lower one of two, and all together keep the limit of all.
func TestEndpointLimit(t *testing.T) {
	server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 200, "{}") })
	h := newHands()
	c := open(t, server.URL, h, func(o *Options) { o.Limits = spec.Limits{PerSecond: 20, PerEndpoint: 10} })
	took := func(n int, endpoint string, perSecond float64) float64 {
		begun := h.now()
		asking(t, c, 1, n, func(int) Request { return Request{URL: server.URL, Endpoint: endpoint, PerSecond: perSecond} })
		return h.now().Sub(begun).Seconds()
	}
	for what, c := range map[string]struct{ took, from, to float64 }{
		"100 of one endpoint":        {took(100, "/a", 0), 9, 10.5},
		"20 of one with a lower one": {took(20, "/b", 2), 9, 10.5},
		"a higher one does not help": {took(50, "/c", 500), 4, 5.3},
	} {
		if c.took < c.from || c.took > c.to {
			t.Errorf("%s took %.2f s", what, c.took)
		}
	}
	begun := h.now()
	asking(t, c, 1, 200, func(i int) Request { return Request{URL: server.URL, Endpoint: fmt.Sprint(i % 10)} })
	if took := h.now().Sub(begun).Seconds(); took < 9 || took > 10.6 {
		t.Errorf("200 of ten endpoints took %.2f s", took)
	}
}

// A budget of a day is kept over runs, retries among it.
func TestDayBudget(t *testing.T) {
	server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n%2 == 0 {
			say(w, 500, "{}")
			return
		}
		say(w, 200, "{}")
	})
	h := newHands()
	var used int64
	var began time.Time
	run := func() (*Client, string) {
		c := open(t, server.URL, h, func(o *Options) { o.Limits.PerDay, o.UsedToday, o.DayBegan = 6, used, began })
		said := ask(c, server.URL)
		used, began = c.Budget()
		return c, said
	}
	first := h.now()
	c, said := run()
	want(t, "first run", said, "{}")
	want(t, "remaining", c.Usage().Remaining, 4)
	want(t, "used", used, 2)
	want(t, "day began", began, first)
	_, _ = run()
	h.at = h.at.Add(23 * time.Hour)
	c, said = run()
	want(t, "third run", said, "{}")
	_, err := c.Fetch(context.Background(), Request{URL: server.URL})
	if !errors.Is(err, ErrBudget) {
		t.Errorf("no ErrBudget: %v", err)
	}
	wantIn(t, err.Error(), "6 of 6 since 2026-03-01T02:00:00Z: run again after 2026-03-02T02:00:00Z")
	want(t, "requests", len(server.requests()), 6)
	want(t, "remaining", c.Usage().Remaining, 0)
	h.at = first.Add(24 * time.Hour)
	want(t, "remaining of a new day", c.Usage().Remaining, 6)
	_, said = run()
	want(t, "next day", said, "{}")
	want(t, "used", used, 2)
	want(t, "day began", began, first.Add(24*time.Hour))
	// A clock that was put back by a year does not close the API for a year.
	h.at = h.at.Add(-365 * 24 * time.Hour)
	used = 6
	c, _ = run()
	_, began = c.Budget()
	want(t, "day began", began, h.now())
}

// When the API says that nothing is left nothing is asked until it says so, whoever asks.
func TestWhatTheAPISays(t *testing.T) {
	for name, reset := range map[string]func(h *hands) string{
		"seconds":      func(*hands) string { return "30" },
		"Unix time":    func(h *hands) string { return fmt.Sprint(h.at.Add(30 * time.Second).Unix()) },
		"milliseconds": func(h *hands) string { return fmt.Sprint(h.at.Add(30 * time.Second).UnixMilli()) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHands()
			at := reset(h)
			server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Remaining", fmt.Sprint(max(0, 2-n)))
				w.Header().Set("X-Reset", at)
				if n > 3 {
					w.Header().Del("X-Remaining")
				}
				say(w, 200, "{}")
			})
			c := open(t, server.URL, h, func(o *Options) { o.Limits.RemainingHeader, o.Limits.ResetHeader = "X-Remaining", "X-Reset" })
			for left := 2; left >= 0; left-- {
				want(t, "answer", ask(c, server.URL), "{}")
				want(t, "remaining", c.Usage().Remaining, left)
			}
			want(t, "waits", h.slept, "[]")
			want(t, "answer", ask(c, server.URL), "{}")
			want(t, "waits", h.slept, "[30s]")
			want(t, "waited", c.Usage().Waited, 30*time.Second)
		})
	}
	t.Run("until tomorrow", func(t *testing.T) {
		server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Remaining", "0")
			w.Header().Set("X-Reset", "36000")
			say(w, 200, "{}")
		})
		h := newHands()
		c := open(t, server.URL, h, func(o *Options) { o.Limits.RemainingHeader, o.Limits.ResetHeader = "X-Remaining", "X-Reset" })
		ask(c, server.URL)
		_, err := c.Fetch(context.Background(), Request{URL: server.URL})
		if !errors.Is(err, ErrBudget) || len(h.slept) > 0 {
			t.Errorf("%v after waits of %v", err, h.slept)
		}
		wantIn(t, err.Error(), "nothing is left until 2026-03-01T12:00:00Z")
	})
	t.Run("one is told, all wait", func(t *testing.T) {
		var mu sync.Mutex
		refused := false
		server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if n == 0 {
				refused = true
				w.Header().Set("Retry-After", "20")
				say(w, 429, "{}")
				return
			}
			say(w, 200, "{}")
		})
		h := newHands()
		c := open(t, server.URL, h, func(o *Options) { o.Retry.Attempts = 1 })
		wantIn(t, ask(c, server.URL), "429")
		want(t, "refused", refused, true)
		want(t, "the other", ask(c, server.URL), "{}")
		want(t, "waits", h.slept, "[20s]")
	})
}

// net/http sends a request again when a connection that it kept turns out to be closed: that counts.
func TestSilentResend(t *testing.T) {
	server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_ = connection.Close()
			return
		}
		say(w, 200, "{}")
	})
	c := open(t, server.URL, newHands(), func(o *Options) { o.Limits.PerDay = 100 })
	want(t, "first", ask(c, server.URL), "{}")
	want(t, "second", ask(c, server.URL), "{}")
	want(t, "seen by the server", len(server.requests()), 3)
	u := c.Usage()
	want(t, "requests", u.Requests, 3)
	want(t, "remaining", u.Remaining, 97)
}
