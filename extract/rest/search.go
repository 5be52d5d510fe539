package rest

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"

	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// filter is one condition of a search.
type filter struct {
	Property string `json:"propertyName"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
}

// search reads what a search finds that changed since a moment. It is sorted by id, and each page asks anew for what
// comes after the last id: a query never comes to its limit of results, any number of records may share a moment, and
// none is left out when another leaves the result while it is read.
func (w *walk) search(r *spec.Resource, m mode) func(pageState) pages {
	in := r.Incremental
	how := *in.Search
	if how.DataSelector == "" {
		how.DataSelector = r.Endpoint.DataSelector
	}
	request := func(state pageState) (fetch.Request, error) {
		var filters []filter
		if from := m.Since.Add(-in.Lookback.Std()); !m.Since.IsZero() {
			filters = append(filters, filter{how.CursorField, "GTE", strconv.FormatInt(from.UnixMilli(), 10)})
		}
		if !m.Until.IsZero() {
			filters = append(filters, filter{how.CursorField, "LT", strconv.FormatInt(m.Until.UnixMilli(), 10)})
		}
		if state.Value != "" {
			filters = append(filters, filter{how.IDField, "GT", state.Value})
		}
		limit := how.PageSize
		if how.MaxResults > 0 {
			limit = min(limit, how.MaxResults)
		}
		body, err := json.Marshal(map[string]any{
			"filterGroups": []any{map[string]any{"filters": filters}},
			"sorts":        []any{map[string]string{"propertyName": how.IDField, "direction": "ASCENDING"}},
			"properties":   how.Properties,
			"limit":        limit,
		})
		if err != nil {
			return fetch.Request{}, fmt.Errorf("write the search: %w", err)
		}
		address, err := address(w.run.asker.base, how.Path, nil)
		return fetch.Request{
			Method: http.MethodPost, URL: address, Body: body, Endpoint: endpointName(how.Path), PerSecond: how.PerSecond,
		}, err
	}
	follow := func(state pageState, page *records.Page, _ fetch.Response, n int) (pageState, bool, error) {
		next := pageState{Page: state.Page + 1, Rows: state.Rows + int64(n), Value: state.Value}
		for i := range n {
			id, ok := searchID(page.Record(how.DataSelector, i), how)
			if !ok {
				return next, false, fmt.Errorf("a record of the search has no %s to go on from", how.IDField)
			}
			if !isAfter(id, next.Value) {
				return next, false, fmt.Errorf("the search gives id %s after %s: it is not sorted by %s, or gives records again", id, next.Value, how.IDField)
			}
			next.Value = id
		}
		if how.NextPath != "" {
			return next, n > 0 && page.Has(how.NextPath), nil
		}
		return next, n > 0, nil
	}
	return func(from pageState) pages {
		l := newList(w.run.asker, asking{resource: r}, from, w.run.source.o.MaxPages)
		l.request, l.follow, l.selector, l.endpoint, l.shifts = request, follow, how.DataSelector, how.Path, nil
		return l
	}
}

func searchID(record records.Record, how spec.Search) (string, bool) {
	for _, path := range []string{how.IDField, "properties." + how.IDField, "id"} {
		if id, ok := record.Text(path); ok && id != "" {
			return id, true
		}
	}
	return "", false
}

// isAfter compares ids: as numbers where both are.
func isAfter(id, last string) bool {
	a, aok := new(big.Int).SetString(id, 10)
	b, bok := new(big.Int).SetString(last, 10)
	if aok && bok {
		return a.Cmp(b) > 0
	}
	return id > last
}
