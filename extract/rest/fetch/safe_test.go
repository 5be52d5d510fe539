package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lastro/extract/rest/spec"
)

const secret = `sk_live_"4/7+é`

// A secret is in no error and no log, whatever goes wrong: echoed by the API, in a link, in an address.
func TestSecretsAreHidden(t *testing.T) {
	escaped := url.QueryEscape(secret)
	for name, auth := range map[string]spec.Auth{
		"bearer":       {Type: "bearer", Token: secret},
		"basic":        {Type: "basic", Username: secret},
		"password":     {Type: "basic", Username: "ann", Password: secret},
		"header":       {Type: "header", Name: "X-Key", Value: secret},
		"query":        {Type: "query", Name: "api_key", Value: secret},
		"refresh":      {Type: "oauth2_refresh", TokenURL: "/token", ClientID: "me", ClientSecret: secret, RefreshToken: "r"},
		"a setting":    {},
		"own redirect": {Type: "query", Name: "api_key", Value: secret},
	} {
		t.Run(name, func(t *testing.T) {
			for fault, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
				"echo": func(w http.ResponseWriter, r *http.Request) {
					say(w, 500, fmt.Sprintf(`{"error":{"message":%q}}`, secret+" "+escaped+" "+r.URL.String()+r.Header.Get("Authorization")))
				},
				"text": func(w http.ResponseWriter, r *http.Request) {
					say(w, 401, secret+r.URL.RawQuery+r.Header.Get("Authorization"))
				},
				"no http": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
				"redirect": func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "https://elsewhere.example/?k="+escaped, http.StatusFound)
				},
			} {
				server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { answer(w, r) })
				var logged strings.Builder
				c := open(t, server.URL, newHands(), func(o *Options) { o.Auth, o.Secrets, o.Log = auth, []string{secret}, logTo(&logged) })
				_, err := c.Fetch(context.Background(), Request{URL: server.URL + "/a?api_key=" + escaped, Endpoint: "/a"})
				if err == nil {
					t.Fatal("no error")
				}
				text := err.Error() + logged.String() + statusOf(err).Message
				for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
					text += cause.Error()
				}
				basic := basicOf(auth)
				for _, form := range []string{secret, escaped, strings.ReplaceAll(secret, `"`, `\"`), basic, "sk_live_"} {
					if form != "" && strings.Contains(text, form) {
						t.Errorf("%s: %q is in %s", fault, form, text)
					}
				}
			}
		})
	}
}

func basicOf(a spec.Auth) string {
	if a.Type != "basic" {
		return ""
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth(a.Username, a.Password)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")
}

// A next link that holds the key is given on without it, and works all the same.
func TestKeyInNextLink(t *testing.T) {
	server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		link := "http://" + r.Host + "/p2?api_key=" + url.QueryEscape(r.URL.Query().Get("api_key")) + "&page=2"
		w.Header().Set("Link", "<"+link+`>; rel="next"`)
		say(w, 200, fmt.Sprintf(`{"next":%q}`, link))
	})
	c := open(t, server.URL, newHands(), func(o *Options) { o.Auth = spec.Auth{Type: "query", Name: "api_key", Value: "k1234567"} })
	answer, err := c.Fetch(context.Background(), Request{URL: server.URL + "/p1"})
	if err != nil {
		t.Fatal(err)
	}
	next := server.URL + "/p2?api_key=&page=2"
	want(t, "body", string(answer.Body), fmt.Sprintf(`{"next":%q}`, next))
	want(t, "link", answer.Header.Get("Link"), "<"+next+`>; rel="next"`)
	_, err = c.Fetch(context.Background(), Request{URL: next})
	want(t, "error", err, nil)
	want(t, "key", server.requests()[1].URL.Query().Get("api_key"), "k1234567")
}

func TestOrigin(t *testing.T) {
	for _, c := range []struct{ base, to, says string }{
		{"https://api.example.com", "https://api.example.com/x", ""},
		{"https://api.example.com/v3", "https://api.example.com:443/x", ""},
		{"http://api.example.com", "https://api.example.com/x", ""},
		{"http://localhost:8080", "http://localhost:8080/x", ""},
		{"https://api.example.com", "http://api.example.com/x", "plain http where base_url says https"},
		{"https://api.example.com", "https://evil.example/x", "leads to evil.example"},
		{"https://api.example.com", "https://api.example.com.evil.example/x", "leads to api.example.com.evil.example"},
		{"https://api.example.com", "https://api.example.com@evil.example/x", "holds a user"},
		{"https://api.example.com", "https://api.example.com:8443/x", "leads to port 8443"},
		{"https://api.example.com", "file:///etc/passwd", "its scheme"},
		{"https://api.example.com", "/v1/x", "its scheme"},
		{"https://api.example.com", "https://api example.com/%", "cannot be read"},
	} {
		base, _ := url.Parse(c.base)
		_, err := origin{base: base, next: fetcher(func(Request) (Response, error) { return Response{}, nil })}.Fetch(context.Background(), Request{URL: c.to})
		switch {
		case c.says == "":
			want(t, c.to, err, nil)
		case err == nil || !errors.Is(err, errOrigin):
			t.Errorf("%s is asked with base %s: %v", c.to, c.base, err)
		default:
			wantIn(t, err.Error(), c.says)
		}
	}
}

type fetcher func(Request) (Response, error)

func (f fetcher) Fetch(_ context.Context, r Request) (Response, error) { return f(r) }

func TestRedirects(t *testing.T) {
	other := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { say(w, 200, "elsewhere") })
	server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, other.URL+"/x", http.StatusFound)
		case "/moved":
			http.Redirect(w, r, "/here?q=1", http.StatusMovedPermanently)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusTemporaryRedirect)
		case "/post":
			http.Redirect(w, r, "/here", http.StatusPermanentRedirect)
		case "/lost":
			http.Redirect(w, r, "/here", http.StatusSeeOther)
		case "/nowhere":
			say(w, 302, "")
		default:
			say(w, 200, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization"))
		}
	})
	c := open(t, server.URL, newHands(), func(o *Options) { o.Auth = spec.Auth{Type: "bearer", Token: "t1"} })
	want(t, "moved", ask(c, server.URL+"/moved"), "GET /here?q=1 Bearer t1")
	wantIn(t, ask(c, server.URL+"/elsewhere"), "a redirect (status 302) is not followed: the address is not the API's own: it leads to port")
	wantIn(t, ask(c, server.URL+"/round"), "more than 5 redirects")
	wantIn(t, ask(c, server.URL+"/nowhere"), "answered 302")
	want(t, "asked elsewhere", len(other.requests()), 0)
	answer, err := c.Fetch(context.Background(), Request{Method: "POST", URL: server.URL + "/post", Body: []byte("{}")})
	want(t, "post", string(answer.Body), "POST /here Bearer t1")
	want(t, "error", err, nil)
	_, err = c.Fetch(context.Background(), Request{Method: "POST", URL: server.URL + "/lost", Body: []byte("{}")})
	wantIn(t, err.Error(), "redirects a POST, whose body would be lost")
}

func TestAddresses(t *testing.T) {
	for _, base := range []string{"", "api.example.com", "ftp://x", "https://", "https://u:p@api.example.com"} {
		if _, err := New(Options{BaseURL: base}); err == nil {
			t.Errorf("base_url %q is taken", base)
		}
	}
	for token, ok := range map[string]bool{
		"": false, "http://auth.example.com/t": false, "https://auth.example.com/t": true,
		"http://127.0.0.1:1/t": true, "/t": true, "http://[::1]/t": true,
	} {
		_, err := New(Options{BaseURL: "https://api.example.com", Auth: spec.Auth{Type: "oauth2_refresh", TokenURL: token}})
		if (err == nil) != ok {
			t.Errorf("token_url %q: %v", token, err)
		}
	}
	var logged strings.Builder
	_, err := New(Options{BaseURL: "http://api.internal", Log: logTo(&logged)})
	want(t, "error", err, nil)
	wantIn(t, logged.String(), "base_url is plain http")
	if _, err := New(Options{BaseURL: "https://api.example.com", Auth: spec.Auth{Type: "digest"}}); err == nil {
		t.Error("an unknown auth type is taken")
	}
}

func TestGzip(t *testing.T) {
	server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			say(w, 400, "")
			return
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write([]byte(strings.Repeat(`{"a":1}`, 1000)))
		_ = z.Close()
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	want(t, "answer", ask(open(t, server.URL, nil, nil), server.URL), strings.Repeat(`{"a":1}`, 1000))
	// A small answer that unpacks to a large one.
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 4<<20))
	_ = z.Close()
	server = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	wantIn(t, ask(open(t, server.URL, nil, func(o *Options) { o.MaxBody = 3 << 20 }), server.URL), "more than 3 MB")
	want(t, "the limit when nothing is said", open(t, server.URL, nil, nil).transport.maxBody, 64<<20)
}

func TestMessages(t *testing.T) {
	for body, text := range map[string]string{
		`{"error":{"message":"no"}}`:            "no",
		`{"message":"no\nreally"}`:              "no really",
		`{"error":"invalid"}`:                   "invalid",
		`{"errors":[{"message":"first"}]}`:      "first",
		`{"code":7}`:                            `{"code":7}`,
		`<html><body>Bad gateway</body></html>`: "",
		`plain words`:                           "plain words",
		``:                                      "",
		`{"message":"` + strings.Repeat("é", 400) + `"}`: strings.Repeat("é", 300) + "…",
	} {
		want(t, body, messageOf([]byte(body), ""), text)
	}
	want(t, "path", messageOf([]byte(`{"a.b":[{"c":"found"}],"message":"other"}`), `["a.b"][0].c`), "found")
	want(t, "error() of a bare StatusError", (&StatusError{Status: 404, Endpoint: "/x"}).Error(),
		"/x answered 404 (Not Found): check base_url and the resource's path, and that the account has this feature")
}

func TestErrorInBody(t *testing.T) {
	for body, isError := range map[string]bool{
		`{"error":{"message":"no"},"data":[]}`:  true,
		`{"error":"no"}`:                        true,
		`{"error":null,"data":[]}`:              false,
		`{"error":false}`:                       false,
		`{"error":{}}`:                          false,
		`{"data":[{"error":"a record's own"}]}`: false,
		`{"data":[],"note":"\"error\""}`:        false,
		`[{"error":1}]`:                         false,
		`{"error":`:                             false, // whoever parses the page will see
	} {
		want(t, body, newMark("error").in([]byte(body)), isError)
	}
	want(t, "deep", newMark("status.errors[0]").in([]byte(`{"status":{"errors":["x"]}}`)), true)
	want(t, "none", newMark("").in([]byte(`{"error":1}`)), false)
}
