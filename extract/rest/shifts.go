package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// maxPasses is how often a list that shifts is read in all.
const maxPasses = 3

// shifts notices a list by offset or page number that moves while it is read: a record that came on the page before, or
// a total that changes. What moved up across a page's edge was never seen, so that such a list is read once more from its
// beginning; its records are known by their keys.
type shifts struct {
	idPath  string
	before  map[string]bool // ids of the page before
	total   int64           // that the first page said
	shifted bool
}

// look makes the page that ends a list that has shifted go on at the list's beginning, and tells so.
func (s *shifts) look(p *page) (again bool) {
	if s.before == nil {
		s.total = p.total
	}
	ids, last := make(map[string]bool, p.rows), ""
	for i := range p.rows {
		if id, ok := p.page.Record(p.selector, i).Text(s.idPath); ok {
			ids[id], last = true, id
			s.shifted = s.shifted || s.before[id]
		}
	}
	s.before = ids
	s.shifted = s.shifted || p.total != s.total
	p.after.Last = last
	if p.more || !s.shifted || p.state.Pass+1 >= maxPasses {
		return false
	}
	*s = shifts{idPath: s.idPath}
	p.after, p.more = pageState{Pass: p.state.Pass + 1}, true
	return true
}

// lookBack compares, when reading goes on in the middle of a list, the page before with what it was: where its last
// record is another one, the list has shifted since.
func (s *shifts) lookBack(p page, last string) {
	id := ""
	s.before = map[string]bool{}
	for i := range p.rows {
		if one, ok := p.page.Record(p.selector, i).Text(s.idPath); ok {
			id, s.before[one] = one, true
		}
	}
	s.total = p.total
	s.shifted = id != last
}

func headerNumber(header http.Header, name string) int64 {
	n, err := strconv.ParseInt(header.Get(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// topKeys names the first keys of an object.
func topKeys(object []byte, most int) []string {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	var names []string
	for decoder.More() && len(names) < most {
		name, err := decoder.Token()
		if err != nil {
			break
		}
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			break
		}
		text, _ := name.(string)
		names = append(names, text)
	}
	return names
}
