package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"lastro/pipelines/demo"
)

// Server is a running sandbox.
type Server struct {
	options Options
	company *demo.Company
	world   *world
	limits  *limits
	tokens  *tokens
	chaos   *chaos
	counts  *counts
	http    *http.Server
	base    string
	served  chan error

	mu  sync.RWMutex
	day time.Time // by the date it shows
}

// Start serves until Close is called or the context ends.
func Start(ctx context.Context, options Options) (*Server, error) {
	o := options.filled()
	if err := o.loopback(); err != nil {
		return nil, err
	}
	s := &Server{
		options: o, company: demo.New(demo.Options{Seed: o.Seed, End: o.End, Years: o.Years, Accounts: o.Accounts, Pesos: inPesos}),
		limits: newLimits(o), tokens: newTokens(o.Clock), chaos: newChaos(o.Chaos), counts: newCounts(), served: make(chan error, 1),
	}
	s.world = newWorld(o, s.company)
	if err := s.setDay(o.Day); err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("serve the sandbox: %w", err)
	}
	s.base = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { s.served <- s.http.Serve(listener) }()
	if o.OnDay != nil {
		if err := o.OnDay(s); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	context.AfterFunc(ctx, func() { _ = s.http.Close() }) // what still waits for an answer gets none
	return s, nil
}

// URL is where the sandbox serves, as http://127.0.0.1:8765.
func (s *Server) URL() string { return s.base }

// StripeURL is the base URL of Stripe's API.
func (s *Server) StripeURL() string { return s.base + "/stripe" }

// HubSpotURL is the base URL of HubSpot's API.
func (s *Server) HubSpotURL() string { return s.base + "/hubspot" }

// TypeformURL is the base URL of Typeform's API.
// TypeformURL is the base URL of Typeform's API.
func (s *Server) TypeformURL() string { return s.base + "/typeform" }

// BooksOpenOn is the first day of the company's books.
func (s *Server) BooksOpenOn() time.Time { return s.company.BooksOpenOn() }

// Day is the day that is shown.
func (s *Server) Day() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.day
}

// Now is the moment that the APIs are in: the end of the day.
func (s *Server) Now() time.Time { return demo.EndOf(s.Day()).Add(-time.Second) }

// MoveTo shows a later day. Time does not go back, and not past what the company was drawn for.
func (s *Server) MoveTo(day time.Time) error {
	if err := s.setDay(day); err != nil {
		return err
	}
	if s.options.OnDay != nil {
		return s.options.OnDay(s)
	}
	return nil
}

func (s *Server) setDay(day time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if day.Before(s.day) {
		return fmt.Errorf("the sandbox is at %s and time does not go back: start it again for %s",
			s.day.Format(time.DateOnly), day.Format(time.DateOnly))
	}
	if last := s.company.Horizon(); day.After(last) {
		return fmt.Errorf("the company is drawn up to %s: %s is too late", last.Format(time.DateOnly), day.Format(time.DateOnly))
	}
	s.day = day
	return nil
}

// Close stops serving and waits for what is under way.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil { // a slow answer is not waited for
		err = s.http.Close()
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.served <- http.ErrServerClosed // Close may be called again
	return err
}

// Wait blocks until the server ends.
func (s *Server) Wait() error {
	err := <-s.served
	s.served <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
