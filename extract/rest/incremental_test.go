package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const crm = `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: firms
    primary_key: id
    deleted_when: archived
    also: [{archived: "true"}]
    endpoint: {path: /firms, data_selector: results, params: {archived: "false"}, paginator: {type: cursor, param: after, next_path: paging.next.after}}
    incremental:
      strategy: search
      lookback: 2m
      search: {path: /firms/search, cursor_field: changed, id_field: oid, page_size: 3, max_results: 10, data_selector: results, next_path: paging.next.after}
    columns: {id: text, name: {type: text, path: properties.name}}
`

type firm struct {
	id       int
	name     string
	changed  time.Time
	archived bool
}

// firmAPI lists firms and searches them: at most 10 results a query, as many of one moment as there are.
func firmAPI(w *world, firms map[int]*firm) {
	sorted := func(keep func(*firm) bool) []*firm {
		var found []*firm
		for id := range 10_000 {
			if f := firms[id]; f != nil && keep(f) {
				found = append(found, f)
			}
		}
		return found
	}
	page := func(list []*firm, from, n int) map[string]any {
		results := []any{}
		for _, f := range list[min(from, len(list)):min(len(list), from+n)] {
			results = append(results, map[string]any{"id": strconv.Itoa(f.id), "archived": f.archived, "properties": map[string]any{"name": f.name, "oid": strconv.Itoa(f.id)}})
		}
		answer := map[string]any{"results": results, "total": len(list)}
		if from+n < len(list) {
			answer["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(from + n)}}
		}
		return answer
	}
	w.handle("/firms", func(out http.ResponseWriter, r *http.Request) {
		archived := r.URL.Query().Get("archived") == "true"
		write(out, page(sorted(func(f *firm) bool { return f.archived == archived }), intOf(r.URL.Query().Get("after"), 0), 4))
	})
	w.handle("/firms/search", func(out http.ResponseWriter, r *http.Request) {
		var asked struct {
			FilterGroups []struct {
				Filters []filter
			}
			Sorts []map[string]string
			Limit int
		}
		_ = json.NewDecoder(r.Body).Decode(&asked)
		if asked.Limit > 10 || asked.Sorts[0]["propertyName"] != "oid" {
			http.Error(out, "a wrong search", 400)
			return
		}
		write(out, page(sorted(func(f *firm) bool {
			if f.archived {
				return false
			}
			for _, c := range asked.FilterGroups[0].Filters {
				bound, _ := strconv.ParseInt(c.Value, 10, 64)
				switch {
				case c.Property == "changed" && c.Operator == "GTE" && f.changed.UnixMilli() < bound,
					c.Property == "changed" && c.Operator == "LT" && f.changed.UnixMilli() >= bound,
					c.Property == "oid" && int64(f.id) <= bound:
					return false
				}
			}
			return true
		}), 0, asked.Limit))
	})
}

// TestSearch reads firms by a list, then by a search that finds more than a query gives, many of one moment, and firms
// that were archived.
func TestSearch(t *testing.T) {
	w := newWorld(t, crm)
	firms := map[int]*firm{}
	for i := range 30 {
		firms[i+1] = &firm{id: i + 1, name: "first", changed: w.now().Add(-time.Hour), archived: i == 4}
	}
	firmAPI(w, firms)
	want := func() []string {
		var rows []string
		for _, f := range firms {
			rows = append(rows, fmt.Sprintf("%d|%s|%t", f.id, f.name, f.archived))
		}
		slices.Sort(rows)
		return rows
	}
	w.read()
	same(t, "first", w.current("firms", "id, name, _deleted"), want()...)
	w.pass(24 * time.Hour)
	for i := 5; i < 28; i++ {
		firms[i] = &firm{id: i, name: "second", changed: w.now().Add(-time.Minute)}
	}
	firms[9].archived = true
	firms[300] = &firm{id: 300, name: "new", changed: w.now()}
	report := w.read()
	same(t, "second", w.current("firms", "id, name, _deleted"), want()...)
	for _, request := range w.asked() {
		if strings.Contains(request, "archived=false") {
			t.Errorf("asked for the whole list: %s", request)
		}
	}
	if api := streamReport(t, report, "firms").API; api.IsFull {
		t.Errorf("%+v", api)
	}
	// late in the index, within the lookback
	firms[1].name, firms[1].changed = "late", w.now().Add(-90*time.Second)
	w.pass(time.Hour)
	w.read()
	same(t, "third", w.current("firms", "id, name, _deleted"), want()...)
}

const answers3 = `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: forms
    primary_key: id
    endpoint: {path: /forms, data_selector: items}
    columns: {id: text}
  - name: replies
    primary_key: [id]
    total: total_items
    parent: {resource: forms, include: {form_id: id}}
    endpoint: {path: "/forms/{parent.id}/replies", data_selector: items, paginator: {type: page_number, param: page, limit_param: size, limit: 4, total_path: page_count}}
    incremental: {strategy: param, start_param: since, end_param: until, lookback: 30m}
    columns: {id: text, at: timestamp}
`

// TestParam reads a child with changes of its own by its parents; a backfill leaves the cursor alone; a full refresh
// reads all.
func TestParam(t *testing.T) {
	w := newWorld(t, answers3)
	type reply struct {
		ID string    `json:"id"`
		At time.Time `json:"at"`
	}
	replies := map[string][]reply{"f1": {}, "f2": {}}
	add := func(form string, n int, at time.Time) {
		for range n {
			replies[form] = append(replies[form], reply{fmt.Sprintf("%s-%02d", form, len(replies[form])+1), at})
		}
	}
	w.handle("/forms", func(out http.ResponseWriter, _ *http.Request) {
		write(out, map[string]any{"items": []any{map[string]any{"id": "f1"}, map[string]any{"id": "f2"}}})
	})
	w.handle("/forms/{id}/replies", func(out http.ResponseWriter, r *http.Request) {
		found := []reply{}
		for _, one := range replies[r.PathValue("id")] {
			since, _ := time.Parse(time.RFC3339, r.URL.Query().Get("since"))
			until, err := time.Parse(time.RFC3339, r.URL.Query().Get("until"))
			if !one.At.Before(since) && (err != nil || !one.At.After(until)) {
				found = append(found, one)
			}
		}
		page := intOf(r.URL.Query().Get("page"), 0)
		write(out, map[string]any{"items": found[min(4*page, len(found)):min(len(found), 4*page+4)], "total_items": len(found), "page_count": (len(found) + 3) / 4})
	})
	add("f1", 9, w.now().Add(-time.Hour))
	add("f2", 1, w.now().Add(-time.Hour))
	count := func() int { return len(w.current("replies", "id")) }
	report := w.read()
	if one := streamReport(t, report, "replies"); count() != 10 || one.Reported == nil || *one.Reported != 10 || one.API.Received != 10 || !one.API.IsFull {
		t.Fatalf("%d replies, %+v %+v", count(), one, one.API)
	}
	w.pass(24 * time.Hour)
	add("f1", 3, w.now().Add(-time.Minute))
	add("f2", 6, w.now().Add(-time.Minute))
	report = w.read()
	if one := streamReport(t, report, "replies"); count() != 19 || one.Counts.Read != 9 || *one.Reported != 9 || one.API.IsFull {
		t.Fatalf("%d replies, %+v %+v", count(), one, one.API)
	}
	same(t, "forms of replies", w.rows("select distinct form_id from ("+func() string { s, _ := w.known().Stream(w.source().id("replies")); return s.CurrentSQL() }()+")"), "f1", "f2")
	w.pass(time.Hour)
	add("f1", 1, w.now().Add(-time.Hour-20*time.Minute)) // late, within the lookback
	add("f2", 1, w.now().Add(-20*time.Hour))             // later than that
	w.read()
	if count() != 20 {
		t.Fatalf("%d replies after a late one", count())
	}
	before, _ := w.known().Cursor("api")
	w.options.From, w.options.Until = w.now().Add(-30*time.Hour), w.now()
	report = w.read()
	if after, _ := w.known().Cursor("api"); count() != 21 || string(after) != string(before) {
		t.Errorf("a backfill gave %d replies and the cursor\n%s\nfor\n%s", count(), after, before)
	}
	if len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "forms") {
		t.Errorf("notes %q", report.Notes)
	}
	w.options.From, w.options.Until, w.options.FullRefresh = time.Time{}, time.Time{}, true
	if report = w.read(); streamReport(t, report, "replies").Counts.Read != 21 {
		t.Errorf("a full refresh read %+v", streamReport(t, report, "replies").Counts)
	}
}
