package sandbox

import (
	"encoding/json"
	"net/http"
	"time"
)

// object is a JSON object.
type object = map[string]any

// answer is what a request gets, before it is sent.
type answer struct {
	status int
	header http.Header
	body   []byte
	// page is set where the answer is one page of a list: what faults of paging need.
	page *page
}

// page says how a list's page can be made another.
type page struct {
	kind string // stripe, hubspot, search, typeform
	// endless turns the page into one that says there is more.
	endless func() []byte
	// shifted is the page with records of the page before it in front, as when a list moves while it is read.
	shifted func() []byte
}

func reply(status int, body any) answer {
	text, err := json.Marshal(body)
	if err != nil { // objects are made of plain values
		panic(err)
	}
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: text}
}

func (a answer) with(name, value string) answer {
	a.header.Set(name, value)
	return a
}

// epoch is a moment as Stripe gives it, nil when there is none.
func epoch(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// iso is a moment as HubSpot gives it, nil when there is none.
func iso(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// by is the moment when it has come, else none.
func by(t, now time.Time) time.Time {
	if t.After(now) {
		return time.Time{}
	}
	return t
}

// came tells whether a moment there is has come.
func came(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

// text is nil for an empty text: an API says null.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
