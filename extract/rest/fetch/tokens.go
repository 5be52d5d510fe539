package fetch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"lastro/extract/rest/spec"
)

// tokens has the access token of OAuth2: asked for at first need, renewed before it expires or when it is refused, by
// one request however many wait for it. A refresh token that the API puts in the place of the old one is kept for the
// run: nothing of it is written anywhere.
type tokens struct {
	ask    func(ctx context.Context, refresh string) (*oauth2.Token, error)
	clock  clock
	redact *redactor
	log    *slog.Logger

	turn    chan struct{} // held by the one who looks at or renews what follows
	access  string
	refresh string
	expires time.Time // zero: unknown
	renewAt time.Time // zero: when it is refused
	renewed int
	rotated bool
}

// TokenState is how an access token stands.
type TokenState struct {
	Expires time.Time // zero: unknown
	Renewed int       // how often one was asked for
	// Rotated says that the API has put another refresh token in the place of the one in the pipeline's file.
	Rotated bool
}

// errToken is an access token that could not be had, for a reason that another try does not change.
var errToken = errors.New("no access token")

const (
	tokenEndpoint = "the token endpoint"
	// early is how long before its end a token is renewed.
	early = time.Minute
)

func newTokens(a spec.Auth, base *url.URL, next Fetcher, clock clock, redact *redactor, log *slog.Logger) (*tokens, error) {
	at, err := base.Parse(a.TokenURL)
	if err != nil || a.TokenURL == "" {
		return nil, errors.New("auth.token_url is no address: write it as https://api.example.com/oauth/token")
	}
	if at.Scheme != "https" && !isLoopback(at.Hostname()) && sameOrigin(base, at) != nil {
		return nil, errors.New("auth.token_url is plain http: the client's secret could be read on the way; use https")
	}
	t := &tokens{clock: clock, redact: redact, log: log, turn: make(chan struct{}, 1), refresh: a.RefreshToken}
	through := &http.Client{
		Transport:     tripper{next},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	code := oauth2.Config{ClientID: a.ClientID, ClientSecret: a.ClientSecret, Endpoint: oauth2.Endpoint{TokenURL: at.String()}}
	credentials := clientcredentials.Config{ClientID: a.ClientID, ClientSecret: a.ClientSecret, TokenURL: at.String(), Scopes: a.Scopes}
	t.ask = func(ctx context.Context, refresh string) (*oauth2.Token, error) {
		ctx = context.WithValue(ctx, oauth2.HTTPClient, through)
		if a.Type == "oauth2_client_credentials" {
			return credentials.Token(ctx)
		}
		return code.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
	}
	return t, nil
}

// get gives a token that is good for some time. refused is one that the API did not take, empty for none.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	now := t.clock.now()
	usable := t.access != "" && t.access != refused && (t.expires.IsZero() || now.Before(t.expires))
	if usable && (t.renewAt.IsZero() || now.Before(t.renewAt)) {
		return t.access, nil
	}
	err := t.renew(ctx)
	if err != nil && usable && ctx.Err() == nil {
		t.log.Warn("the access token could not be renewed before its end", "because", t.redact.text(err.Error()))
		return t.access, nil
	}
	return t.access, err
}

func (t *tokens) renew(ctx context.Context) error {
	begun := t.clock.now()
	token, err := t.ask(ctx, t.refresh)
	if err != nil {
		return t.failure(ctx, err)
	}
	t.redact.add(token.AccessToken, token.RefreshToken)
	t.access, t.expires, t.renewAt = token.AccessToken, time.Time{}, time.Time{}
	t.renewed++
	if life := lifeOf(token); life > 0 {
		t.expires = begun.Add(life)
		t.renewAt = t.expires.Add(-min(early, life/2))
	}
	if token.RefreshToken != "" && token.RefreshToken != t.refresh {
		t.refresh, t.rotated = token.RefreshToken, true
		t.log.Warn("the API gave a new refresh token in place of the old one, for this run: the pipeline's file needs one that lasts")
	}
	return nil
}

// lifeOf gives for how long a token was given, 0 when that was not said. The package's own Expiry is by the system's
// clock, and its ExpiresIn is missing from what client credentials give.
func lifeOf(token *oauth2.Token) time.Duration {
	seconds, err := strconv.ParseFloat(fmt.Sprint(cmp.Or[any](token.Extra("expires_in"), token.ExpiresIn)), 64)
	if err != nil || seconds != seconds || seconds < 0 || seconds > 1e9 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

func (t *tokens) state() TokenState {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
	return TokenState{Expires: t.expires, Renewed: t.renewed, Rotated: t.rotated}
}

// failure gives what an API says when it gives no token as a *StatusError, and what lies below others.
func (t *tokens) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		status := &StatusError{
			Status: refused.Response.StatusCode, Endpoint: tokenEndpoint, method: http.MethodPost,
			Message: cmp.Or(readable(refused.ErrorDescription), readable(refused.ErrorCode), messageOf(refused.Body, "")),
		}
		status.RetryAfter = retryAfter(refused.Response.Header, t.clock.now())
		return status
	}
	var at *url.Error
	if errors.As(err, &at) {
		return fmt.Errorf("ask for an access token: %w", at.Err)
	}
	return fmt.Errorf("%w: %w", errToken, err)
}

// tripper lets the oauth2 package ask through a Fetcher.
type tripper struct{ next Fetcher }

func (f tripper) RoundTrip(asked *http.Request) (*http.Response, error) {
	var body []byte
	if asked.Body != nil {
		var err error
		if body, err = io.ReadAll(asked.Body); err != nil {
			return nil, err
		}
		_ = asked.Body.Close()
	}
	answer, err := f.next.Fetch(asked.Context(), Request{
		Method: asked.Method, URL: asked.URL.String(), Header: asked.Header, Body: body, Endpoint: tokenEndpoint,
	})
	var status *StatusError
	if errors.As(err, &status) {
		answer = Response{Status: status.Status, Header: status.header, Body: status.body}
	} else if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: answer.Status, Status: fmt.Sprint(answer.Status, " ", http.StatusText(answer.Status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: answer.Header, Request: asked,
		Body: io.NopCloser(bytes.NewReader(answer.Body)), ContentLength: int64(len(answer.Body)),
	}, nil
}
