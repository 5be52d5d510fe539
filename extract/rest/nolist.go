package rest

import (
	"fmt"
	"net/http"
	"strings"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// NoListError is a page that has no list of records where the connector says.
type NoListError struct{ Endpoint, Selector, Begins string }

func (e *NoListError) Error() string {
	where := "it is no list itself"
	if e.Selector != "" {
		where = "it has no list at " + e.Selector
	}
	return fmt.Sprintf("a page of %s has no records: %s (data_selector); it begins %s", e.Endpoint, where, e.Begins)
}

// beginning shows the names of a body's first keys: its values may be about people.
func beginning(body []byte) string {
	parsed, err := records.Parse(body)
	if err != nil {
		return "with something that is no JSON"
	}
	names := topKeys(parsed.Record("$", 0).Raw(), 8)
	if len(names) == 0 {
		return "without any keys"
	}
	return "with the keys " + strings.Join(names, ", ")
}

// total is how many records the API says a list has, -1 when it does not.
func total(r *spec.Resource, p *records.Page, header http.Header) int64 {
	path := r.Total
	if path == "" && !strings.Contains(r.Endpoint.Paginator.TotalPath, "page") {
		path = r.Endpoint.Paginator.TotalPath
	}
	if name, ok := strings.CutPrefix(path, "header:"); ok {
		return headerNumber(header, name)
	}
	if n, ok := number(p, path); ok {
		return n
	}
	return -1
}
