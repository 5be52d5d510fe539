package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is one way in which an answer goes wrong.
type Fault string

// The faults that a sandbox gives when it is told to.
const (
	LimitedWhen  Fault = "429 with Retry-After"
	Limited      Fault = "429 without Retry-After"
	ServerError  Fault = "500"
	CutBody      Fault = "cut body"          // the connection ends before the body does
	TruncateJSON Fault = "truncated JSON"    // a whole answer of half a document
	ErrorBody    Fault = "200 with an error" // the body is an error's
	RepeatedPage Fault = "repeated page"     // the page before it comes again
	EndlessPages Fault = "endless paging"    // there is more, says the last page, again and again
	ShiftedPage  Fault = "shifted page"      // the list moved while it was read: records of the page before come again
	Slow         Fault = "slow answer"
	ExpiredToken Fault = "expired token"
)

// Faults are all faults there are.
func Faults() []Fault {
	return []Fault{LimitedWhen, Limited, ServerError, CutBody, TruncateJSON, ErrorBody, RepeatedPage, EndlessPages, ShiftedPage, Slow, ExpiredToken}
}

// Chaos says how often answers go wrong. The same seed gives the same request the same fault at the same
// attempt, whatever else is asked beside it.
type Chaos struct {
	Seed   uint64
	Rate   float64       // share of answers that go wrong, 0 to 1; 0: none
	Faults []Fault       // empty: all
	Delay  time.Duration // of a slow answer; 0: 300 ms
	After  time.Duration // that Retry-After asks for, in whole seconds
}

// DefaultRate is the share of answers that go wrong when only a seed is given.
const DefaultRate = 0.05

// ParseChaos reads SEED or SEED:RATE, as 7 or 7:0.2.
func ParseChaos(text string) (Chaos, error) {
	seed, share, given := strings.Cut(text, ":")
	c := Chaos{Rate: DefaultRate}
	var err error
	if c.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
		return Chaos{}, fmt.Errorf("chaos %q: SEED is a whole number, as in 7 or 7:0.2", text)
	}
	if given {
		if c.Rate, err = strconv.ParseFloat(share, 64); err != nil || c.Rate < 0 || c.Rate > 1 {
			return Chaos{}, fmt.Errorf("chaos %q: RATE is a share from 0 to 1, as in 7:0.2", text)
		}
	}
	return c, nil
}

// chaos remembers what it needs to go wrong twice.
type chaos struct {
	Chaos
	mu       sync.Mutex
	attempts map[string]int
	last     map[string][]byte // the last page that was given of a list
	endless  map[string][]byte // lists that do not end any more, by what is asked
}

func newChaos(c Chaos) *chaos {
	if len(c.Faults) == 0 {
		c.Faults = Faults()
	}
	if c.Delay == 0 {
		c.Delay = 300 * time.Millisecond
	}
	return &chaos{Chaos: c, attempts: map[string]int{}, last: map[string][]byte{}, endless: map[string][]byte{}}
}

// fault draws what goes wrong with an answer, "" for nothing. question is the request, body and all.
func (c *chaos) fault(question string) Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Rate <= 0 {
		return ""
	}
	attempt := c.attempts[question]
	c.attempts[question]++
	draw := chance(c.Seed, "fault", question, attempt)
	if float64(draw%1_000_000) >= c.Rate*1_000_000 {
		return ""
	}
	return c.Faults[draw/1_000_000%uint64(len(c.Faults))]
}

// spoil makes an answer wrong in one way. A fault of paging that does not fit the answer leaves it as it is.
func (c *chaos) spoil(f Fault, api, list string, a answer) (answer, Fault) {
	switch f {
	case LimitedWhen, Limited:
		return c.limited(api, f == LimitedWhen), f
	case ServerError:
		return broken(api), f
	case TruncateJSON:
		if len(a.body) > 2 && a.status == http.StatusOK {
			a.body = a.body[:len(a.body)*2/3]
			return a, f
		}
	case ErrorBody:
		if a.status == http.StatusOK {
			b := broken(api)
			b.status = http.StatusOK
			return b, f
		}
	case RepeatedPage:
		if before := c.remembered(list); before != nil && a.page != nil {
			a.body = before
			return a, f
		}
	case ShiftedPage:
		if a.page != nil {
			a.body = a.page.shifted()
			return a, f
		}
	case EndlessPages:
		if a.page != nil {
			c.forever(list, a.page.endless())
			a.body = c.endlessBody(list)
			return a, f
		}
	case CutBody, Slow, ExpiredToken: // done where the answer is sent
		return a, f
	}
	return a, ""
}

func (c *chaos) limited(api string, saysWhen bool) answer {
	var a answer
	switch api {
	case "stripe":
		a = *stripeLimited("global-rate")
	case "hubspot":
		a = *hubspotLimited(false)
	default:
		a = *typeformLimited()
	}
	if saysWhen {
		a = a.with("Retry-After", strconv.Itoa(int(c.After/time.Second)))
	}
	return a
}

// broken is what an API says when it is at fault itself.
func broken(api string) answer {
	switch api {
	case "stripe":
		return reply(500, object{"error": object{"type": "api_error", "message": "An unknown error occurred"}})
	case "hubspot":
		return hubspotError(500, "INTERNAL_ERROR", "internal error")
	}
	return typeformError(500, "INTERNAL_SERVER_ERROR", "internal error")
}

// remember keeps a page for a time when it is to come again.
func (c *chaos) remember(list string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Rate <= 0 {
		return
	}
	c.last[list] = body
}

func (c *chaos) remembered(list string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last[list]
}

func (c *chaos) forever(list string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.endless[list] == nil {
		c.endless[list] = body
	}
}

func (c *chaos) endlessBody(list string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.endless[list]
}

// mend ends what goes on for ever, as a night later.
func (c *chaos) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.endless)
	clear(c.last)
	clear(c.attempts)
}

// SetChaos changes how answers go wrong from now on, and forgets what went wrong so far.
func (s *Server) SetChaos(c Chaos) {
	fresh := newChaos(c)
	s.chaos.mu.Lock()
	s.chaos.Chaos = fresh.Chaos
	s.chaos.mu.Unlock()
	s.chaos.mend()
}
