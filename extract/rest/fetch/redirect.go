package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// redirect follows a redirect within the API's host, as a request like any other.
type redirect struct {
	next Fetcher
	base *url.URL
}

const maxRedirects = 5

func (f redirect) Fetch(ctx context.Context, r Request) (Response, error) {
	for range maxRedirects {
		answer, err := f.next.Fetch(ctx, r)
		var status *StatusError
		if !errors.As(err, &status) || !leadsOn(status) {
			return answer, err
		}
		if r, err = f.follow(r, status); err != nil {
			return Response{}, err
		}
	}
	return Response{}, fmt.Errorf("%w: more than %d redirects", errOrigin, maxRedirects)
}

func leadsOn(e *StatusError) bool {
	switch e.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return e.header.Get("Location") != ""
	}
	return false
}

func (f redirect) follow(r Request, status *StatusError) (Request, error) {
	from, err := url.Parse(r.URL)
	if err != nil {
		return r, err
	}
	to, err := from.Parse(status.header.Get("Location"))
	if err != nil {
		return r, fmt.Errorf("%w: the redirect's address cannot be read", errOrigin)
	}
	if err := sameOrigin(f.base, to); err != nil {
		return r, fmt.Errorf("a redirect (status %d) is not followed: %w", status.Status, err)
	}
	if r.Method != http.MethodGet && status.Status < http.StatusTemporaryRedirect {
		return r, fmt.Errorf("%w: status %d redirects a %s, whose body would be lost", errOrigin, status.Status, r.Method)
	}
	r.URL = to.String()
	return r, nil
}
