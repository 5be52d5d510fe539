package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"lastro/extract/rest/spec"
)

// cut sends a part of a body and breaks the connection.
func cut(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)+100))
	_, _ = w.Write([]byte(body))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestAsksAgain(t *testing.T) {
	faults := map[string]func(w http.ResponseWriter){
		"429":               func(w http.ResponseWriter) { say(w, 429, `{}`) },
		"500":               func(w http.ResponseWriter) { say(w, 500, `{}`) },
		"502 of a proxy":    func(w http.ResponseWriter) { say(w, 502, `<html>`) },
		"listed":            func(w http.ResponseWriter) { say(w, 403, `{"error":{"message":"quota"}}`) },
		"broken off":        func(w http.ResponseWriter) { cut(w, `{"data":[`) },
		"no answer":         func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"200 with an error": func(w http.ResponseWriter) { say(w, 200, `{"error":{"message":"try later"}}`) },
		"broken compression": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			say(w, 200, "\x1f\x8b\x08\x00")
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n < 3 {
					fault(w)
					return
				}
				say(w, 200, `{"data":[]}`)
			})
			h := newHands()
			c := open(t, server.URL, h, func(o *Options) { o.ErrorWhen, o.Retry.Statuses = "error", []int{403} })
			want(t, "answer", ask(c, server.URL), `{"data":[]}`)
			u := c.Usage()
			want(t, "requests", u.Requests, 4)
			want(t, "retries", u.Retries, 3)
			for i, base := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
				if i >= len(h.slept) || h.slept[i] < base/2 || h.slept[i] > base {
					t.Fatalf("waits of %v, the %d. should be from %v to %v", h.slept, i+1, base/2, base)
				}
			}
			want(t, "waited", u.Waited, h.slept[0]+h.slept[1]+h.slept[2])
		})
	}
}

func TestNotAskedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		says   string
	}{
		"400": {400, `GET /v1/things answered 400 (Bad Request): no such limit`},
		"401": {401, `check the key or token`},
		"403": {403, `give the key or token the permission to read this, or leave the stream out`},
		"404": {404, `check base_url and the resource's path`},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				say(w, c.status, `{"error":{"message":"no such limit"}}`)
			})
			wantIn(t, ask(open(t, server.URL, newHands(), nil), server.URL), c.says)
			want(t, "requests", len(server.requests()), 1)
		})
	}
}

func TestGivesUp(t *testing.T) {
	server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 503, `{"error":{"message":"down"}}`) })
	c := open(t, server.URL, newHands(), func(o *Options) { o.Retry.Attempts = 3 })
	wantIn(t, ask(c, server.URL), "answered 503 (Service Unavailable), 3 times: down: the fault is the API's")
	want(t, "requests", len(server.requests()), 3)
	server.Close()
	wantIn(t, ask(c, server.URL), "GET /v1/things: ", "refused (asked 3 times)")
}

// However a connection ends, it must not look like the end of a list.
func TestHungUp(t *testing.T) {
	server := serve(t, func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := open(t, server.URL, newHands(), nil).Fetch(t.Context(), Request{URL: server.URL, Endpoint: "/v1/things"})
	if err == nil || errors.Is(err, io.EOF) {
		t.Fatalf("%v", err)
	}
	want(t, "error", err, "GET /v1/things: the server closed the connection without an answer (asked 6 times)")
}

func TestRetryAfter(t *testing.T) {
	h := newHands()
	for name, header := range map[string]string{
		"seconds":   "7",
		"HTTP date": h.at.Add(7 * time.Second).Format(http.TimeFormat),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHands()
			server := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n == 0 {
					w.Header().Set("Retry-After", header)
					say(w, 429, `{}`)
					return
				}
				say(w, 200, `{}`)
			})
			want(t, "answer", ask(open(t, server.URL, h, nil), server.URL), `{}`)
			want(t, "waits", h.slept, "[7s]")
		})
	}
	t.Run("too long", func(t *testing.T) {
		h := newHands()
		server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			say(w, 429, `{}`)
		})
		c := open(t, server.URL, h, func(o *Options) { o.Retry.MaxWait = spec.Duration(time.Minute) })
		_, err := c.Fetch(context.Background(), Request{URL: server.URL, Endpoint: "/v1/things"})
		want(t, "Retry-After", statusOf(err).RetryAfter, time.Hour)
		wantIn(t, err.Error(), "wants to be left alone for 1h0m0s")
		want(t, "waits", h.slept, "[]")
	})
	t.Run("in the past or no time", func(t *testing.T) {
		for _, header := range []string{"-5", "soon", "NaN", "Mon, 01 Jan 2001 00:00:00 GMT", "1e300"} {
			got := retryAfter(http.Header{"Retry-After": {header}}, h.at)
			want(t, header, got, time.Duration(0))
		}
	})
}

// The wait grows no longer than the longest.
func TestLongestWait(t *testing.T) {
	r := rules{attempts: 100, maxWait: 10 * time.Second}
	for attempt := 1; attempt < 100; attempt++ {
		wait, again := r.wait(context.Background(), &StatusError{Status: 500}, attempt)
		if !again || wait > 10*time.Second || wait < 500*time.Millisecond {
			t.Fatalf("attempt %d: %v, %v", attempt, wait, again)
		}
	}
	if _, again := r.wait(context.Background(), &StatusError{Status: 500}, 100); again {
		t.Error("asks for ever")
	}
}

// A context that ends is obeyed at once: in a wait, in an answer that does not come, and in one that does not end.
func TestCancel(t *testing.T) {
	stop := make(chan struct{})
	for name, answer := range map[string]func(w http.ResponseWriter){
		"wait":      func(w http.ResponseWriter) { w.Header().Set("Retry-After", "200"); say(w, 429, `{}`) },
		"no answer": func(http.ResponseWriter) { <-stop },
		"half": func(w http.ResponseWriter) {
			say(w, 200, `{"data":[`)
			_ = http.NewResponseController(w).Flush()
			<-stop
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { answer(w) })
			c := open(t, server.URL, nil, nil)
			ctx, cancel := context.WithCancelCause(context.Background())
			reason := errors.New("the user went home")
			time.AfterFunc(100*time.Millisecond, func() { cancel(reason) })
			begun := time.Now()
			_, err := c.Fetch(ctx, Request{URL: server.URL})
			if !errors.Is(err, reason) || time.Since(begun) > 2*time.Second {
				t.Errorf("%v after %v", err, time.Since(begun))
			}
			if name != "wait" {
				stop <- struct{}{}
			}
		})
	}
}

func TestSilentServer(t *testing.T) {
	stop := make(chan struct{})
	server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `[`)
		_ = http.NewResponseController(w).Flush()
		<-stop
	})
	defer close(stop)
	c := open(t, server.URL, newHands(), func(o *Options) { o.Silence, o.Retry.Attempts = 50*time.Millisecond, 2 })
	wantIn(t, ask(c, server.URL), "the server sent nothing for too long (50ms) (asked 2 times)")
}

// A slow server that keeps sending is waited for.
func TestSlowServer(t *testing.T) {
	server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		for range 10 {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(30 * time.Millisecond)
		}
	})
	c := open(t, server.URL, newHands(), func(o *Options) { o.Silence, o.Retry.Attempts = 200*time.Millisecond, 1 })
	want(t, "answer", ask(c, server.URL), strings.Repeat(" ", 10))
}

func TestBodyLimit(t *testing.T) {
	for _, known := range []bool{true, false} {
		server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			if !known {
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = w.Write([]byte(strings.Repeat("x", 3<<20)))
		})
		c := open(t, server.URL, newHands(), func(o *Options) { o.MaxBody = 2 << 20 })
		wantIn(t, ask(c, server.URL), "more than 2 MB: ask for fewer records at a time")
		want(t, "requests", len(server.requests()), 1)
		c = open(t, server.URL, newHands(), func(o *Options) { o.MaxBody = 3 << 20 })
		want(t, "bytes", len(ask(c, server.URL)), 3<<20)
	}
}
