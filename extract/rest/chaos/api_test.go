package chaos

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// api serves a world. Paths are styles of paging.
type api struct {
	*httptest.Server
	world *world

	mu     sync.Mutex
	plan   *plan
	random *rand.Rand // of what happens while pages are read; nil: nothing
	token  int        // the latest that was given
	asked  int64      // requests, those for tokens too
	pages  int        // requests for pages since the plan was set
	watch  func(page int)
	seen   int // pages since Watch
	fails  bool
	passes int // first pages since the plan was set
	again  int // pages that were asked for twice in a row
	before []byte
	trace  func(format string, values ...any)
	url    string // of the last page
}

const pageSize = 10

func newAPI(w *world) *api {
	a := &api{world: w}
	a.Server = httptest.NewServer(a)
	return a
}

// night sets what goes wrong from now on.
func (a *api) night(p *plan, random *rand.Rand) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.plan, a.random, a.pages, a.passes, a.again, a.before, a.url = p, random, 0, 0, 0, nil, ""
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.asked++
	a.world.pass(time.Second)
	w.Header().Set("Date", a.world.now().Format(http.TimeFormat))
	if r.URL.Path == "/token" {
		a.token++
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"access-%d","token_type":"bearer","expires_in":100000000}`, a.token)
		a.mu.Unlock()
		return
	}
	a.seen++
	watch, n := a.watch, a.seen
	a.mu.Unlock()
	if watch != nil {
		watch(n)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.page(w, r)
}

func (a *api) page(w http.ResponseWriter, r *http.Request) {
	if auth := r.Header.Get("Authorization"); auth != fmt.Sprintf("Bearer access-%d", a.token) {
		say(w, 401, `{"error":{"message":"the token has expired"}}`)
		return
	}
	f := a.plan.at(a.pages)
	if a.fails && a.seen > 2 {
		f = down
	}
	a.pages++
	if a.url == r.URL.String() {
		a.again++
	}
	a.url = r.URL.String()
	query := r.URL.Query()
	if query.Get("after") == "" && query.Get("page") <= "1" && query.Get("offset") <= "0" {
		a.passes++
	}
	body := a.render(r, f)
	switch f {
	case tooMany:
		w.Header().Set("Retry-After", "7")
		say(w, 429, `{"error":{"message":"slow down"}}`)
	case tooManyMute:
		say(w, 429, `{}`)
	case broken, down:
		say(w, 500, `<html>`)
	case cutBody:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	case cutJSON:
		say(w, 200, string(body[:len(body)*2/3]))
	case errorBody:
		say(w, 200, `{"error":{"message":"try again later"}}`)
	case noList:
		say(w, 200, `{"has_more":false}`)
	case expired:
		a.token++
		say(w, 401, `{"error":{"message":"the token has expired"}}`)
	case repeated:
		if a.before == nil { // the first page cannot be that of before
			a.plan.served[repeated]--
		} else {
			body = a.before
		}
		say(w, 200, string(body))
	case slow:
		time.Sleep(time.Millisecond)
		say(w, 200, string(body))
	default:
		say(w, 200, string(body))
	}
	if a.trace != nil {
		a.trace("%s %q: %s", r.URL.RequestURI(), f, body)
	}
	if f == "" {
		a.before = body
	}
	if a.random != nil && a.random.IntN(4) == 0 {
		a.world.live(a.random)
	}
}

func say(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// render gives a page as it is asked for.
func (a *api) render(r *http.Request, f fault) []byte {
	query := r.URL.Query()
	since, _ := time.Parse(time.RFC3339, query.Get("since"))
	style := r.URL.Path
	a.world.mu.Lock()
	defer a.world.mu.Unlock()
	if f == shifting { // records of the first page go: all others move up
		for _, id := range a.world.ids()[:min(3, len(a.world.ids()))] {
			a.world.remove(id)
		}
	}
	list := a.world.list(since, style == "/cursor" || style == "/last" || style == "/link")
	from := 0
	switch after := query.Get("after"); style {
	case "/page":
		n, _ := strconv.Atoi(query.Get("page"))
		from = (n - 1) * pageSize
	case "/offset":
		from, _ = strconv.Atoi(query.Get("offset"))
	default:
		for from < len(list) && list[from].ID <= after {
			from++
		}
	}
	from = min(from, len(list))
	to := min(from+pageSize, len(list))
	more := to < len(list)
	data := []json.RawMessage{}
	for _, t := range list[from:to] {
		data = append(data, a.record(t))
	}
	if f == endless || f == endlessEmpty {
		more = true
		if f == endlessEmpty {
			data = []json.RawMessage{}
		}
	}
	said := map[string]any{"data": data, "has_more": more, "total": len(list)}
	if more {
		next := ""
		if to > from {
			next = list[to-1].ID
		} else if f == endless || f == endlessEmpty {
			next = fmt.Sprint("~", a.pages)
		}
		said["next"] = next
		said["link"] = a.URL + "/link?limit=10&since=" + query.Get("since") + "&after=" + next
	}
	body, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return body
}

func (a *api) record(t *thing) json.RawMessage {
	r := t.Record
	if a.plan != nil {
		if _, lost := a.plan.faults[lostField]; lost {
			r.Lost = append(r.Lost, "note")
			a.plan.served[lostField]++
		}
	}
	more := map[string]any{"note": "as ever"}
	for name, value := range r.More {
		more[name] = value
	}
	r.More = more
	if t.gone {
		more["deleted"] = true
	}
	line, err := r.JSON()
	if err != nil {
		panic(err)
	}
	return line
}
