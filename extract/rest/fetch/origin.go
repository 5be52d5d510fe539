package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
)

// origin lets requests go to the API's own host alone: a link in a page must not lead a key elsewhere.
type origin struct {
	next Fetcher
	base *url.URL
}

// errOrigin is a request to another host than the API's.
var errOrigin = errors.New("the address is not the API's own")

func (f origin) Fetch(ctx context.Context, r Request) (Response, error) {
	to, err := url.Parse(r.URL)
	if err != nil {
		return Response{}, fmt.Errorf("%w: it cannot be read", errOrigin)
	}
	if err := sameOrigin(f.base, to); err != nil {
		return Response{}, err
	}
	return f.next.Fetch(ctx, r)
}

// sameOrigin tells whether an address is of the API: the same host and port, and no less safe a scheme.
func sameOrigin(base, to *url.URL) error {
	switch {
	case to.Scheme != "https" && to.Scheme != "http":
		return fmt.Errorf("%w: its scheme is %q", errOrigin, to.Scheme)
	case to.User != nil:
		return fmt.Errorf("%w: it holds a user", errOrigin)
	case base.Scheme == "https" && to.Scheme == "http":
		return fmt.Errorf("%w: it is plain http where base_url says https", errOrigin)
	case base.Hostname() != to.Hostname():
		return fmt.Errorf("%w: it leads to %s, base_url to %s", errOrigin, to.Host, base.Host)
	case port(base) != port(to) && base.Scheme == to.Scheme:
		return fmt.Errorf("%w: it leads to port %s, base_url to %s", errOrigin, port(to), port(base))
	}
	return nil
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
