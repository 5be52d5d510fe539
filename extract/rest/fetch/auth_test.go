package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lastro/extract/rest/spec"
)

func TestKeys(t *testing.T) {
	for name, c := range map[string]struct {
		auth spec.Auth
		want func(*http.Request) string
		says string
	}{
		"bearer": {spec.Auth{Type: "bearer", Token: "t0ken"}, func(r *http.Request) string { return r.Header.Get("Authorization") }, "Bearer t0ken"},
		"basic":  {spec.Auth{Type: "basic", Username: "sk_1"}, func(r *http.Request) string { return r.Header.Get("Authorization") }, "Basic c2tfMTo="},
		"header": {spec.Auth{Type: "header", Name: "x-api-key", Value: "k"}, func(r *http.Request) string { return r.Header.Get("X-Api-Key") }, "k"},
		"query":  {spec.Auth{Type: "query", Name: "key", Value: "a b&c"}, func(r *http.Request) string { return fmt.Sprint(r.URL.Query()) }, "map[key:[a b&c] page:[2]]"},
		"none":   {spec.Auth{}, func(r *http.Request) string { return r.Header.Get("Authorization") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 200, "{}") })
			client := open(t, server.URL, nil, func(o *Options) {
				o.Auth, o.Headers = c.auth, map[string]string{"X-Version": "2026-01-01", "accept": "text/json"}
			})
			want(t, "answer", ask(client, server.URL+"?page=2"), "{}")
			asked := server.requests()[0]
			want(t, "key", c.want(asked), c.says)
			want(t, "headers", asked.Header.Get("X-Version")+asked.Header.Get("Accept")+asked.Header.Get("User-Agent"), "2026-01-01text/jsonlastro")
			c.auth.Token, c.auth.Username, c.auth.Value = "", "", ""
			if said := ask(open(t, server.URL, nil, func(o *Options) { o.Auth = c.auth }), server.URL); name != "none" {
				wantIn(t, said, "the key is empty: give it under config")
			}
		})
	}
}

// office gives tokens and answers those who have the latest.
type office struct {
	mu      sync.Mutex
	life    int // seconds, as expires_in
	given   int // tokens
	refresh string
	rotates bool
	fails   int // how many requests for a token it answers with 503
	refuses bool
	style   string // header or params: how it wants the client's secret
	forms   []string
}

func (o *office) answer(_ int, w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.URL.Path != "/token" {
		if r.Header.Get("Authorization") != fmt.Sprintf("Bearer access-%d", o.given) {
			say(w, 401, `{"error":{"message":"expired"}}`)
			return
		}
		say(w, 200, "data")
		return
	}
	_ = r.ParseForm()
	user, password, inHeader := r.BasicAuth()
	if !inHeader {
		user, password = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	switch {
	case (o.style == "header") != inHeader || user != "me" || password != "s3cret":
		say(w, 401, `{"error":"invalid_client"}`)
	case o.fails > 0:
		o.fails--
		say(w, 503, `{}`)
	case o.refuses || r.PostForm.Get("grant_type") == "refresh_token" && r.PostForm.Get("refresh_token") != o.refresh:
		say(w, 400, `{"error":"invalid_grant","error_description":"no such refresh token"}`)
	default:
		o.given++
		o.forms = append(o.forms, r.PostForm.Get("grant_type")+" "+r.PostForm.Get("refresh_token")+" "+r.PostForm.Get("scope"))
		said := map[string]any{"access_token": fmt.Sprintf("access-%d", o.given), "token_type": "bearer"}
		if o.life > 0 {
			said["expires_in"] = o.life
		}
		if o.rotates {
			o.refresh = fmt.Sprintf("refresh-%d", o.given)
			said["refresh_token"] = o.refresh
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said)
	}
}

func (o *office) revoke() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.given++
}

func oauth(kind string) spec.Auth {
	return spec.Auth{Type: kind, TokenURL: "/token", ClientID: "me", ClientSecret: "s3cret", RefreshToken: "refresh-0", Scopes: []string{"crm", "read"}}
}

func TestTokens(t *testing.T) {
	for _, style := range []string{"header", "params"} {
		for kind, form := range map[string]string{
			"oauth2_refresh":            "refresh_token refresh-0 ",
			"oauth2_client_credentials": "client_credentials  crm read",
		} {
			t.Run(kind+" "+style, func(t *testing.T) {
				o := &office{life: 1800, refresh: "refresh-0", style: style}
				server := serve(t, o.answer)
				h := newHands()
				c := open(t, server.URL, h, func(opt *Options) { opt.Auth = oauth(kind) })
				for range 3 {
					want(t, "answer", ask(c, server.URL+"/x"), "data")
				}
				want(t, "tokens", o.given, 1)
				want(t, "form", o.forms[0], form)
				want(t, "state", c.Token().Expires, h.now().Add(30*time.Minute))
				h.at = h.at.Add(29*time.Minute + time.Second) // renewed before it expires
				want(t, "answer", ask(c, server.URL+"/x"), "data")
				want(t, "tokens", o.given, 2)
				o.revoke() // renewed when it is refused
				want(t, "answer", ask(c, server.URL+"/x"), "data")
				want(t, "tokens", o.given, 4)
				want(t, "renewed", c.Token().Renewed, 3)
				want(t, "rotated", c.Token().Rotated, false)
			})
		}
	}
}

// However many wait for a token, one asks for it.
func TestOneAsksForAToken(t *testing.T) {
	o := &office{refresh: "refresh-0", rotates: true, style: "params"}
	server := serve(t, o.answer)
	c := open(t, server.URL, newHands(), func(opt *Options) { opt.Auth = oauth("oauth2_refresh") })
	for round := 1; round <= 5; round++ {
		var group errgroup.Group
		for range 20 {
			group.Go(func() error {
				if said := ask(c, server.URL+"/x"); said != "data" {
					return fmt.Errorf("%s", said)
				}
				return nil
			})
		}
		want(t, "error", group.Wait(), nil)
		want(t, "tokens", len(o.forms), round)
		o.revoke()
	}
	want(t, "rotated", c.Token().Rotated, true)
	want(t, "forms", strings.Join(o.forms, ","), "refresh_token refresh-0 ,refresh_token refresh-1 ,refresh_token refresh-3 ,refresh_token refresh-5 ,refresh_token refresh-7 ")
}

func TestTokenFails(t *testing.T) {
	start := func(o *office) (*Client, *hands, string, *api) {
		o.refresh, o.style = "refresh-0", "params"
		server, h := serve(t, o.answer), newHands()
		return open(t, server.URL, h, func(opt *Options) { opt.Auth = oauth("oauth2_refresh") }), h, server.URL + "/x", server
	}
	t.Run("later it works", func(t *testing.T) {
		c, h, at, _ := start(&office{fails: 3})
		want(t, "answer", ask(c, at), "data")
		if len(h.slept) == 0 {
			t.Error("asked again without a wait")
		}
	})
	t.Run("for good", func(t *testing.T) {
		c, h, at, _ := start(&office{refuses: true})
		wantIn(t, ask(c, at), "POST the token endpoint answered 400", "no such refresh token", "or authorise the application anew")
		want(t, "waits", h.slept, "[]")
	})
	t.Run("refused whatever the token", func(t *testing.T) {
		server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				w.Header().Set("Content-Type", "application/json")
				say(w, 200, `{"access_token":"a","expires_in":"3600"}`)
				return
			}
			say(w, 401, "{}")
		})
		c := open(t, server.URL, newHands(), func(opt *Options) { opt.Auth = oauth("oauth2_refresh") })
		wantIn(t, ask(c, server.URL+"/x"), "answered 401")
		want(t, "requests", len(server.requests()), 4) // token, 401, token, 401
	})
	t.Run("before its end", func(t *testing.T) {
		o := &office{life: 100}
		c, h, at, _ := start(o)
		want(t, "answer", ask(c, at), "data")
		o.refuses = true
		h.at = h.at.Add(60 * time.Second) // in its second half, and still good
		want(t, "answer", ask(c, at), "data")
		h.at = h.at.Add(41 * time.Second)
		wantIn(t, ask(c, at), "no such refresh token")
	})
	t.Run("no token in the answer", func(t *testing.T) {
		server := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 200, "{}") })
		c := open(t, server.URL, newHands(), func(opt *Options) { opt.Auth = oauth("oauth2_refresh") })
		wantIn(t, ask(c, server.URL+"/x"), "no access token")
	})
	t.Run("cancelled while another asks", func(t *testing.T) {
		stop := make(chan struct{})
		server := serve(t, func(_ int, _ http.ResponseWriter, _ *http.Request) { <-stop })
		c := open(t, server.URL, nil, func(opt *Options) { opt.Auth = oauth("oauth2_refresh") })
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		var group errgroup.Group
		begun := time.Now()
		for range 3 {
			group.Go(func() error { _, err := c.Fetch(ctx, Request{URL: server.URL}); return err })
		}
		if err := group.Wait(); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if time.Since(begun) > 2*time.Second {
			t.Errorf("after %v", time.Since(begun))
		}
		close(stop)
	})
}
