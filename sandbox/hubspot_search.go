package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	searchPage = 200
	searchMost = 10_000 // results of one query
)

type searchRequest struct {
	FilterGroups []struct {
		Filters []filter `json:"filters"`
	} `json:"filterGroups"`
	Sorts      []json.RawMessage `json:"sorts"`
	Query      string            `json:"query"`
	Properties []string          `json:"properties"`
	Limit      json.Number       `json:"limit"`
	After      json.RawMessage   `json:"after"`
}

type filter struct {
	Property  string   `json:"propertyName"`
	Operator  string   `json:"operator"`
	Value     any      `json:"value"`
	HighValue any      `json:"highValue"`
	Values    []string `json:"values"`
}

// search answers with a page of the records that fit, as the index knows them: a little behind the lists.
func (q *hubspotQuery) search(kind string) answer {
	var r searchRequest
	if err := json.Unmarshal(q.body, &r); err != nil {
		return hubspotError(400, "VALIDATION_ERROR", "Invalid input JSON: "+err.Error())
	}
	limit, after, sorts, bad := r.read()
	if bad != nil {
		return *bad
	}
	now := q.now.Add(-q.crm.lag)
	type hit struct {
		*record
		all map[string]any
	}
	var hits []hit
	for _, rec := range q.crm.lists[kind] {
		if rec.created.After(now) || came(rec.archived, q.now) {
			continue
		}
		all := rec.all(now)
		fits, err := r.fits(all)
		if err != nil {
			return hubspotError(400, "VALIDATION_ERROR", err.Error())
		}
		if fits {
			hits = append(hits, hit{rec, all})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		for _, s := range sorts {
			if c := compare(a.all[s.property], b.all[s.property]); c != 0 {
				if s.descending {
					return -c
				}
				return c
			}
		}
		return cmp.Compare(a.number, b.number)
	})
	names := r.Properties
	if len(names) == 0 {
		names = shownAlways[kind]
	}
	pick := func(from, to int) []any {
		results := []any{}
		for _, h := range hits[min(max(0, from), len(hits)):min(to, len(hits))] {
			results = append(results, h.show(names, now))
		}
		return results
	}
	body := func(results []any, more bool) object {
		o := object{"total": len(hits), "results": results}
		if more {
			o["paging"] = object{"next": object{"after": strconv.Itoa(after + limit)}}
		}
		return o
	}
	results, more := pick(after, after+limit), after+limit < len(hits)
	a := reply(200, body(results, more))
	a.page = &page{kind: "search",
		endless: func() []byte { return mustJSON(body(results, true)) },
		shifted: func() []byte { return mustJSON(body(append(pick(after-2, after), results...), more)) },
	}
	return a
}

type order struct {
	property   string
	descending bool
}

// read checks the request's numbers.
func (r *searchRequest) read() (limit, after int, sorts []order, bad *answer) {
	fail := func(message string) (int, int, []order, *answer) {
		a := hubspotError(400, "VALIDATION_ERROR", message)
		return 0, 0, nil, &a
	}
	limit = 10
	if r.Limit != "" {
		n, err := strconv.Atoi(r.Limit.String())
		if err != nil || n < 1 || n > searchPage {
			return fail(fmt.Sprintf("limit must be between 1 and %d", searchPage))
		}
		limit = n
	}
	if text := strings.Trim(string(r.After), `"`); text != "" && text != "null" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fail("after must be a number")
		}
		after = n
	}
	if after+limit > searchMost {
		return fail("There was a problem with the request: paging beyond 10,000 results is not supported.")
	}
	filters := 0
	for _, g := range r.FilterGroups {
		filters += len(g.Filters)
	}
	if len(r.FilterGroups) > 5 || filters > 18 {
		return fail("too many filters: at most 5 groups and 18 filters")
	}
	for _, raw := range r.Sorts {
		var name string
		if json.Unmarshal(raw, &name) == nil {
			plain, down := strings.CutPrefix(name, "-")
			sorts = append(sorts, order{plain, down})
			continue
		}
		var s struct {
			PropertyName string `json:"propertyName"`
			Direction    string `json:"direction"`
		}
		if err := json.Unmarshal(raw, &s); err != nil || s.PropertyName == "" {
			return fail("sorts must name a property")
		}
		sorts = append(sorts, order{s.PropertyName, s.Direction == "DESCENDING"})
	}
	return limit, after, sorts, nil
}

// fits tells whether a record passes: any of the groups, all filters of one.
func (r *searchRequest) fits(all map[string]any) (bool, error) {
	if len(r.FilterGroups) == 0 {
		return true, nil
	}
	for _, g := range r.FilterGroups {
		passes := true
		for _, f := range g.Filters {
			ok, err := f.passes(all[f.Property])
			if err != nil {
				return false, err
			}
			passes = passes && ok
		}
		if passes {
			return true, nil
		}
	}
	return false, nil
}

func (f filter) passes(v any) (bool, error) {
	has := v != nil && v != ""
	c := 0
	if has {
		c = compare(v, f.Value)
	}
	switch f.Operator {
	case "HAS_PROPERTY":
		return has, nil
	case "NOT_HAS_PROPERTY":
		return !has, nil
	case "EQ":
		return has && c == 0, nil
	case "NEQ":
		return !has || c != 0, nil
	case "LT":
		return has && c < 0, nil
	case "LTE":
		return has && c <= 0, nil
	case "GT":
		return has && c > 0, nil
	case "GTE":
		return has && c >= 0, nil
	case "BETWEEN":
		return has && c >= 0 && compare(v, f.HighValue) <= 0, nil
	case "IN":
		return has && slices.Contains(f.Values, fmt.Sprint(v)), nil
	case "NOT_IN":
		return !has || !slices.Contains(f.Values, fmt.Sprint(v)), nil
	}
	return false, fmt.Errorf("invalid operator %q", f.Operator)
}

// compare orders two values: as numbers or moments where both are, else as text.
func compare(a, b any) int {
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	if n, ok := number(x); ok {
		if m, ok := number(y); ok {
			return cmp.Compare(n, m)
		}
	}
	return strings.Compare(strings.ToLower(x), strings.ToLower(y))
}

func number(text string) (float64, bool) {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, true
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.UnixMilli()), true
		}
	}
	return 0, false
}
