package fetch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// transport sends one request and takes the whole answer.
type transport struct {
	client    *http.Client
	headers   http.Header
	errorPath string
	maxBody   int64
	silence   time.Duration
}

// errSilent ends a request whose server sends nothing any more.
var errSilent = errors.New("the server sent nothing for too long")

// errTooLarge is an answer of more bytes than a page may have.
var errTooLarge = errors.New("the answer is too large")

func newTransport(o Options) *transport {
	through := o.Transport
	if through == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost = 32
		own.ReadBufferSize = 64 << 10
		own.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		through = own
	}
	t := &transport{
		client: &http.Client{
			Transport:     through,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		headers:   http.Header{"User-Agent": {"lastro"}, "Accept": {"application/json"}},
		errorPath: o.ErrorPath,
		maxBody:   cmp.Or(o.MaxBody, defaultMaxBody),
		silence:   cmp.Or(o.Silence, defaultSilence),
	}
	for name, value := range o.Headers {
		t.headers.Set(name, value)
	}
	return t
}

func (t *transport) close() { t.client.CloseIdleConnections() }

func (t *transport) Fetch(parent context.Context, r Request) (Response, error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	quiet := time.AfterFunc(t.silence, func() { cancel(errSilent) })
	defer quiet.Stop()
	answer, err := t.ask(httptrace.WithClientTrace(ctx, r.trace()), r, quiet)
	switch {
	case err == nil:
		return answer, nil
	case parent.Err() != nil:
		return Response{}, context.Cause(parent)
	case errors.Is(context.Cause(ctx), errSilent):
		return Response{}, fmt.Errorf("%w (%s)", errSilent, t.silence)
	}
	return answer, err
}

// trace tells when the request is on its way.
func (r Request) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) {
		if r.sent != nil {
			r.sent()
		}
	}}
}

func (t *transport) ask(ctx context.Context, r Request, quiet *time.Timer) (Response, error) {
	asked, err := t.request(ctx, r)
	if err != nil {
		return Response{}, err
	}
	got, err := t.client.Do(asked)
	if err != nil {
		return Response{}, withoutURL(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := t.body(got, quiet)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Status: got.StatusCode, Header: got.Header, Body: body}
	if got.StatusCode/100 != 2 {
		return answer, newStatusError(r, answer, t.errorPath)
	}
	return answer, nil
}

func (t *transport) request(ctx context.Context, r Request) (*http.Request, error) {
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	asked, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, withoutURL(err)
	}
	asked.Header = t.headers.Clone()
	if r.Body != nil {
		asked.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.Header {
		asked.Header[http.CanonicalHeaderKey(name)] = values
	}
	return asked, nil
}

// body reads the whole body. Each piece of it starts the wait for a silent server anew.
func (t *transport) body(got *http.Response, quiet *time.Timer) ([]byte, error) {
	if got.ContentLength > t.maxBody {
		return nil, t.tooLarge()
	}
	size := got.ContentLength + 1 // of which the last byte is never filled: a full buffer would have to grow
	if got.ContentLength < 0 {
		size = 64 << 10
	}
	body := make([]byte, 0, size)
	for {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := got.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > t.maxBody:
			return nil, t.tooLarge()
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return nil, fmt.Errorf("the answer broke off after %d bytes: %w", len(body), withoutURL(err))
		}
		quiet.Reset(t.silence)
	}
}

func (t *transport) tooLarge() error {
	return fmt.Errorf("%w: it has more than %d MB: ask for fewer records at a time (the paginator's limit)", errTooLarge, t.maxBody>>20)
}

// errHungUp is a connection that ended before an answer came. It is not io.EOF, which is the good end of many a reading.
var errHungUp = errors.New("the server closed the connection without an answer")

// withoutURL takes the address, which may hold a key, out of net/http's errors.
func withoutURL(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, io.EOF) {
		return errHungUp
	}
	return err
}
