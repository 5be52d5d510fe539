package fetch

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"lastro/extract/rest/spec"
)

// signing puts a key that stays the same on each request.
type signing struct {
	next   Fetcher
	sign   func(Request) (Request, error)
	redact func(Response) Response
}

func (f signing) Fetch(ctx context.Context, r Request) (Response, error) {
	signed, err := f.sign(r)
	if err != nil {
		return Response{}, err
	}
	answer, err := f.next.Fetch(ctx, signed)
	return f.redact(answer), err
}

// signer gives what puts the key on a request.
func signer(a spec.Auth) (func(Request) (Request, error), error) {
	switch a.Type {
	case "":
		return func(r Request) (Request, error) { return r, nil }, nil
	case "bearer":
		return headerSigner("Authorization", "Bearer "+a.Token, a.Token), nil
	case "basic":
		pair := base64.StdEncoding.EncodeToString([]byte(a.Username + ":" + a.Password))
		return headerSigner("Authorization", "Basic "+pair, a.Username+a.Password), nil
	case "header":
		return headerSigner(a.Name, a.Value, a.Value), nil
	case "query":
		return func(r Request) (Request, error) {
			to, err := url.Parse(r.URL)
			if err != nil || a.Value == "" {
				return r, errNoKey
			}
			query := to.Query()
			query.Set(a.Name, a.Value)
			to.RawQuery = query.Encode()
			r.URL = to.String()
			return r, nil
		}, nil
	}
	return nil, fmt.Errorf("auth type %q is unknown: use bearer, basic, header, query, oauth2_refresh or oauth2_client_credentials", a.Type)
}

// errNoKey is a connector whose key was not given: an API would answer 401 to each request.
var errNoKey = fmt.Errorf("%w: the key is empty: give it under config", errToken)

func headerSigner(name, value, key string) func(Request) (Request, error) {
	return func(r Request) (Request, error) {
		if key == "" {
			return r, errNoKey
		}
		return r.with(name, value), nil
	}
}

// with gives the request with a header more.
func (r Request) with(name, value string) Request {
	r.Header = r.Header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
	return r
}

// queryRedactor takes the key out of the links that an API which takes it in the query writes into its pages: they are
// kept where a reading goes on. The next request puts the key in again.
func queryRedactor(a spec.Auth) func(Response) Response {
	if a.Type != "query" || a.Value == "" {
		return func(answer Response) Response { return answer }
	}
	pair := a.Name + "=" + url.QueryEscape(a.Value)
	return func(answer Response) Response {
		answer.Body = bytes.ReplaceAll(answer.Body, []byte(pair), []byte(a.Name+"="))
		for name, values := range answer.Header {
			for i, value := range values {
				answer.Header[name][i] = string(bytes.ReplaceAll([]byte(value), []byte(pair), []byte(a.Name+"=")))
			}
		}
		return answer
	}
}

// bearer puts the token on each request, and asks once more with a new one when it is refused.
type bearer struct {
	next   Fetcher
	tokens *tokens
}

func (f bearer) Fetch(ctx context.Context, r Request) (Response, error) {
	token, err := f.tokens.get(ctx, "")
	if err != nil {
		return Response{}, err
	}
	answer, err := f.next.Fetch(ctx, r.with("Authorization", "Bearer "+token))
	var status *StatusError
	if !errors.As(err, &status) || status.Status != http.StatusUnauthorized {
		return answer, err
	}
	if token, err = f.tokens.get(ctx, token); err != nil {
		return Response{}, err
	}
	return f.next.Fetch(ctx, r.with("Authorization", "Bearer "+token))
}
