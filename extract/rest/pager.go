package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// pageState says which page of a list is to be asked for. The zero value is the first.
type pageState struct {
	URL    string `json:"url,omitempty"`    // of a next link
	Value  string `json:"value,omitempty"`  // a cursor or the last id
	Number int64  `json:"number,omitempty"` // an offset, or how many pages came before
	Page   int64  `json:"page,omitempty"`   // how many pages of the list came before
	Rows   int64  `json:"rows,omitempty"`   // and how many records
	Pass   int    `json:"pass,omitempty"`   // how often the list was read again because it shifted
	Last   string `json:"last,omitempty"`   // of a list that can shift, the id of the last record before
}

// following says where the list goes on after a page of n records; more is false when it has ended.
func following(p *spec.Paginator, state pageState, page *records.Page, selector string, answer fetch.Response, n int) (next pageState, more bool, err error) {
	next = pageState{Page: state.Page + 1, Rows: state.Rows + int64(n), Pass: state.Pass}
	if p.MorePath != "" && !page.True(p.MorePath) {
		return next, false, nil
	}
	switch p.Type {
	case spec.JSONLink:
		next.URL, more = page.Text(p.NextPath)
	case spec.HeaderLink:
		next.URL, more = nextLink(answer.Header)
	case spec.Cursor:
		next.Value, more = page.Text(p.NextPath)
	case spec.HeaderCursor:
		next.Value, more = answer.Header.Get(p.NextPath), true
	case spec.Offset:
		next.Number = state.Number + int64(p.Limit)
		more = n > 0 && isShortOf(p, page, state.Number+int64(n), n)
	case spec.PageNumber:
		next.Number = state.Number + 1
		more = n > 0 && hasPage(p, page, next.Number, next.Rows, n)
	case spec.LastID:
		if more = n > 0; more {
			if next.Value, more = page.Record(selector, n-1).Text(idPath(p)); !more {
				return next, false, fmt.Errorf("the last record of a page has no %s to go on from", idPath(p))
			}
		}
		if p.MorePath == "" && p.Limit > 0 && n < p.Limit {
			more = false
		}
	}
	more = more && (next.URL != "" || next.Value != "" || next.Number > 0)
	if p.MorePath != "" && !more && (n == 0 || p.Type != spec.Offset && p.Type != spec.PageNumber) {
		return next, false, fmt.Errorf("page %d says that there is more (%s) but gives nothing to go on from", state.Page+1, p.MorePath)
	}
	return next, more, nil
}

func idPath(p *spec.Paginator) string {
	if p.IDPath == "" {
		return "id"
	}
	return p.IDPath
}

// isShortOf tells whether a list by offset goes on: by the total, by what more_path said, or by a page that is full.
func isShortOf(p *spec.Paginator, page *records.Page, have int64, n int) bool {
	if total, ok := number(page, p.TotalPath); ok {
		return have < total
	}
	return p.MorePath != "" || n >= p.Limit
}

// hasPage tells whether the page of a number, from 0, is there. A total is one of pages where its path says so, as
// page_count, else of records.
func hasPage(p *spec.Paginator, page *records.Page, index, rows int64, n int) bool {
	total, ok := number(page, p.TotalPath)
	switch {
	case ok && strings.Contains(p.TotalPath, "page"):
		return index < total
	case ok:
		return rows < total
	case p.MorePath != "" || p.Limit == 0:
		return true
	}
	return n >= p.Limit
}

func number(page *records.Page, path string) (int64, bool) {
	if path == "" {
		return 0, false
	}
	text, ok := page.Text(path)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// nextLink finds the link of relation next in the Link headers (RFC 8288).
func nextLink(header http.Header) (string, bool) {
	for _, line := range header.Values("Link") {
		for line != "" {
			start := strings.IndexByte(line, '<')
			end := strings.IndexByte(line, '>')
			if start < 0 || end < start {
				break
			}
			target := line[start+1 : end]
			parameters, rest := linkParameters(line[end+1:])
			if isNext(parameters) {
				return target, true
			}
			line = rest
		}
	}
	return "", false
}

// linkParameters parts the parameters of a link from the links that follow; a comma within quotes parts nothing.
func linkParameters(text string) (parameters []string, rest string) {
	quoted, start := false, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			parameters = append(parameters, text[start:i])
			start = i + 1
		case c == ',' && !quoted:
			return append(parameters, text[start:i]), text[i+1:]
		}
	}
	return append(parameters, text[start:]), ""
}

func isNext(parameters []string) bool {
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for _, relation := range strings.Fields(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(relation, "next") {
				return true
			}
		}
		return false // a second rel does not count
	}
	return false
}

// back is the state of the page before, of a list by offset or page number.
func (s pageState) back(p *spec.Paginator) pageState {
	s.Page--
	if p.Type == spec.Offset {
		s.Number -= int64(p.Limit)
	} else {
		s.Number--
	}
	return s
}

// sameHost resolves a next link against the address that it came from. One of another host is refused: the request
// would carry the credentials there.
func sameHost(from, link string) (string, error) {
	base, err := url.Parse(from)
	if err != nil {
		return "", fmt.Errorf("the address asked for: %w", err)
	}
	next, err := base.Parse(link)
	if err != nil {
		return "", fmt.Errorf("the next link is no address: %w", err)
	}
	if next.Host != base.Host || next.Scheme != base.Scheme {
		return "", fmt.Errorf("the next link leads to %s://%s, away from %s://%s: it is not followed", next.Scheme, next.Host, base.Scheme, base.Host)
	}
	return next.String(), nil
}
