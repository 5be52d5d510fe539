package rest

import (
	"fmt"
	"hash/maphash"

	"lastro/extract/rest/records"
)

// Limits of what a list may do without getting anywhere.
const (
	maxEmptyPages   = 50 // pages without records that say that more follow, one after the other
	maxKnownPages   = 3  // pages of which the first and the last record came before, one after the other
	defaultMaxPages = 1_000_000
	totalSlack      = 10 // pages more than the API's own total, since records come while a list is read
)

// guard notices a list that does not end: pages and cursors that repeat, pages that stay empty, pages of records that
// came before, and more of them than the API says there are.
type guard struct {
	endpoint string
	idPath   string // where a record has what tells it apart
	maxPages int64

	seed        maphash.Seed
	bodies      map[uint64]bool
	states      map[uint64]bool
	firsts      map[uint64]bool
	lasts       map[uint64]bool
	empty       int
	known       int
	largest     int64 // the greatest total that the API has said
	largestPage int64
	received    int64
}

func newGuard(endpoint, idPath string, maxPages int64) *guard {
	if maxPages == 0 {
		maxPages = defaultMaxPages
	}
	return &guard{
		endpoint: endpoint, idPath: idPath, maxPages: maxPages, seed: maphash.MakeSeed(), bodies: map[uint64]bool{},
		states: map[uint64]bool{}, firsts: map[uint64]bool{}, lasts: map[uint64]bool{},
	}
}

// EndlessError is a list that says that there is more and gives nothing new.
type EndlessError struct {
	Endpoint string
	What     string
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("%s does not end: %s; nothing of this reading is kept as complete", e.Endpoint, e.What)
}

func (g *guard) endless(what string, values ...any) error {
	return &EndlessError{Endpoint: g.endpoint, What: fmt.Sprintf(what, values...)}
}

// look judges a page before its records are taken. more says that the API tells of another page, asked for by next.
func (g *guard) look(body []byte, page *records.Page, selector string, n int, state, next pageState, more bool, total int64) error {
	if state.Page+1 >= g.maxPages && more {
		return g.endless("%d pages and still more; max_pages is the limit", state.Page+1)
	}
	if n == 0 {
		if g.empty++; more && g.empty > maxEmptyPages {
			return g.endless("%d pages without a record, and each says that there is more", g.empty)
		}
	} else {
		g.empty = 0
		if sum := maphash.Bytes(g.seed, body); seen(g.bodies, sum) {
			return g.endless("page %d is the same as an earlier one", state.Page+1)
		}
		if err := g.lookAtRecords(page, selector, n, state); err != nil {
			return err
		}
	}
	if more && next.URL+next.Value != "" && seen(g.states, maphash.String(g.seed, next.URL+"\n"+next.Value)) {
		return g.endless("page %d says to go on where an earlier one did (%s)", state.Page+1, next.URL+next.Value)
	}
	g.received += int64(n)
	g.largest, g.largestPage = max(g.largest, total), max(g.largestPage, int64(n))
	if more && total > 0 && g.received > g.largest+g.largest/10+totalSlack*g.largestPage {
		return g.endless("%d records came and there is more, but the API says that there are %d", g.received, g.largest)
	}
	return nil
}

func (g *guard) lookAtRecords(page *records.Page, selector string, n int, state pageState) error {
	first, ok := page.Record(selector, 0).Text(g.idPath)
	last, _ := page.Record(selector, n-1).Text(g.idPath)
	if !ok {
		return nil
	}
	a, b := seen(g.firsts, maphash.String(g.seed, first)), seen(g.lasts, maphash.String(g.seed, last))
	if a && b {
		g.known++
	} else {
		g.known = 0
	}
	if g.known >= maxKnownPages {
		return g.endless("%d pages up to page %d hold records that came before", g.known, state.Page+1)
	}
	return nil
}

// seen tells whether a sum came before, and notes it.
func seen(sums map[uint64]bool, sum uint64) bool {
	if sums[sum] {
		return true
	}
	sums[sum] = true
	return false
}
