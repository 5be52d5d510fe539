package sandbox

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// The credentials that the sandbox takes. They open nothing else.
const (
	StripeKey           = "sk_test_sandbox"
	HubSpotToken        = "pat-na1-sandbox"
	HubSpotClientID     = "sandbox-client"
	HubSpotClientSecret = "sandbox-secret"
	HubSpotRefreshToken = "sandbox-refresh"
	TypeformToken       = "tfp_sandbox"
)

// inPesos is how many customers pay in a currency without cents.
const inPesos = 3

// DefaultDay is the day that a sandbox shows when nothing is said.
var DefaultDay = time.Date(2025, time.August, 31, 0, 0, 0, 0, time.UTC)

// Options say which company is served, on which day, and how well.
type Options struct {
	Addr     string    // host:port; port 0 takes a free one. Empty: 127.0.0.1:0
	Anywhere bool      // serve on an address that is not loopback, too
	Seed     uint64    // which company; 0: 8
	Years    int       // of its books; 0: 3
	Accounts int       // roughly; 0: 320
	Day      time.Time // the day that is shown at first, by the date it shows; zero: DefaultDay
	// End is the last day that the company was drawn for. A sandbox may move some weeks past it, and its figures
	// up to a day depend on it: leave it zero (DefaultDay) unless the day lies elsewhere.
	End       time.Time
	Chaos     Chaos
	Unlimited bool          // no rate limits: for tests that count neither requests nor time
	IndexLag  time.Duration // how far HubSpot's search is behind its lists; 0: 30 s, below 0: not at all
	// OnDay is called whenever the day has moved, at the start too: to write anew what stands beside the APIs.
	OnDay func(*Server) error
	// Clock times access tokens and rate limits; nil: time.Now. What the APIs show has the day's time instead.
	Clock func() time.Time
}

// ErrNotLoopback is returned for an address that others could reach.
var ErrNotLoopback = errors.New("the sandbox serves on loopback alone, as 127.0.0.1:8765: --anywhere lets others reach it")

func (o Options) filled() Options {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Seed == 0 {
		o.Seed = 8
	}
	if o.End.IsZero() {
		o.End = DefaultDay
	}
	if o.Day.IsZero() {
		o.Day = o.End
	}
	if o.IndexLag == 0 {
		o.IndexLag = 30 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// loopback refuses an address that is not this machine's own.
func (o Options) loopback() error {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return fmt.Errorf("address %q: %w", o.Addr, err)
	}
	if o.Anywhere || host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("address %q: %w", o.Addr, ErrNotLoopback)
	}
	return nil
}
