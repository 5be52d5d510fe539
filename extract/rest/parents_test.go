package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const bills = `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: events
    hidden: true
    endpoint: {path: /events, data_selector: data, paginator: {type: last_id, param: after, more_path: more, limit_param: limit, limit: 3}}
  - name: bills
    primary_key: id
    endpoint: {path: /bills, data_selector: data, paginator: {type: last_id, param: after, more_path: more, limit_param: limit, limit: 3}}
    deletes: missing
    incremental:
      strategy: events
      lookback: 5m
      events: {resource: events, types: [bill.], type_path: type, time_path: created, object_id: data.object.id,
        deleted: [bill.deleted], path: "/bills/{id}", retention: 30d, start_param: from}
    columns: {id: text, note: text}
  - name: lines
    primary_key: id
    parent: {resource: bills, embedded: lines.data, when: lines.more, include: {bill_id: id}, replaces: true}
    endpoint: {path: "/bills/{parent.id}/lines", data_selector: data, paginator: {type: last_id, param: after, more_path: more, limit_param: limit, limit: 2}}
    deletes: missing
    columns: {id: text, amount: money}
  - name: marks
    primary_key: [bill_id]
    parent: {resource: bills, batch: 2, replaces: true}
    endpoint: {path: /marks, method: POST, body: '{"ids": {parents.id}}', data_selector: data}
    columns: {bill_id: text, color: text}
`

// billing is an API of bills with lines, of which a bill carries the first.
type billing struct {
	w      *world
	order  []string
	bills  map[string]*bill
	events []map[string]any // oldest first
	hidden map[string]bool  // that answer 404
}

type bill struct {
	Note  string
	Lines []string
	Color string
}

func newBilling(w *world) *billing {
	b := &billing{w: w, bills: map[string]*bill{}, hidden: map[string]bool{}}
	w.handle("/events", func(out http.ResponseWriter, r *http.Request) {
		from := intOf(r.URL.Query().Get("from"), 0)
		found := []map[string]any{}
		for _, e := range slices.Backward(b.events) {
			if created, _ := e["created"].(int64); created >= int64(from) {
				found = append(found, e)
			}
		}
		at := 0
		if after := r.URL.Query().Get("after"); after != "" {
			at = 1 + slices.IndexFunc(found, func(e map[string]any) bool { return e["id"] == after })
		}
		page := found[at:min(len(found), at+3)]
		write(out, map[string]any{"data": page, "more": at+3 < len(found)})
	})
	w.handle("/bills", func(out http.ResponseWriter, r *http.Request) {
		at := 1 + slices.Index(b.order, r.URL.Query().Get("after"))
		page := b.order[at:min(len(b.order), at+3)]
		list := []any{}
		for _, id := range page {
			list = append(list, b.object(id))
		}
		write(out, map[string]any{"data": list, "more": at+3 < len(b.order)})
	})
	w.handle("/bills/{id}", func(out http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if b.bills[id] == nil || b.hidden[id] {
			http.Error(out, `{"error": {"message": "none"}}`, http.StatusNotFound)
			return
		}
		write(out, b.object(id))
	})
	w.handle("/bills/{id}/lines", func(out http.ResponseWriter, r *http.Request) {
		lines := b.bills[r.PathValue("id")].Lines
		at := 1 + slices.Index(lines, r.URL.Query().Get("after"))
		write(out, map[string]any{"data": lineObjects(lines[at:min(len(lines), at+2)]), "more": at+2 < len(lines)})
	})
	w.handle("/marks", func(out http.ResponseWriter, r *http.Request) {
		var asked struct{ IDs []string }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		if len(asked.IDs) > 2 {
			http.Error(out, "too many", 400)
			return
		}
		found := []any{}
		for _, id := range asked.IDs {
			if c := b.bills[id].Color; c != "" {
				found = append(found, map[string]any{"bill_id": id, "color": c})
			}
		}
		write(out, map[string]any{"data": found})
	})
	return b
}

func lineObjects(ids []string) []any {
	list := []any{}
	for _, id := range ids {
		list = append(list, map[string]any{"id": id, "amount": "1.50"})
	}
	return list
}

func (b *billing) object(id string) map[string]any {
	one := b.bills[id]
	return map[string]any{"id": id, "note": one.Note, "lines": map[string]any{"data": lineObjects(one.Lines[:min(2, len(one.Lines))]), "more": len(one.Lines) > 2}}
}

func (b *billing) put(id, note, color string, lines int) {
	kind := "bill.updated"
	if b.bills[id] == nil {
		kind = "bill.created"
		b.order = append(b.order, id)
	}
	one := &bill{Note: note, Color: color}
	for i := range lines {
		one.Lines = append(one.Lines, fmt.Sprintf("%s-%d", id, i+1))
	}
	b.bills[id] = one
	b.event(kind, id, b.w.now())
}

func (b *billing) drop(id string) {
	delete(b.bills, id)
	b.order = slices.DeleteFunc(b.order, func(one string) bool { return one == id })
	b.event("bill.deleted", id, b.w.now())
}

func (b *billing) event(kind, id string, at time.Time) {
	b.events = append(b.events, map[string]any{
		"id": fmt.Sprintf("e%d", len(b.events)+1), "type": kind, "created": at.Unix(), "data": map[string]any{"object": map[string]any{"id": id}},
	})
}

// want is what the lake must have of the bills.
func (b *billing) check(what string) {
	b.w.t.Helper()
	var bills, lines, marks []string
	for id, one := range b.bills {
		bills = append(bills, id+"|"+one.Note)
		for _, line := range one.Lines {
			lines = append(lines, line+"|"+id)
		}
		if one.Color != "" {
			marks = append(marks, id+"|"+one.Color)
		}
	}
	for _, list := range [][]string{bills, lines, marks} {
		slices.Sort(list)
	}
	alive := func(stream, columns string) []string {
		var kept []string
		for _, row := range b.w.current(stream, columns+", _deleted") {
			if row, ok := strings.CutSuffix(row, "|false"); ok {
				kept = append(kept, row)
			}
		}
		return kept
	}
	same(b.w.t, what+": bills", alive("bills", "id, note"), bills...)
	same(b.w.t, what+": lines", alive("lines", "id, bill_id"), lines...)
	same(b.w.t, what+": marks", alive("marks", "bill_id, color"), marks...)
	for _, extra := range b.w.current("bills", "coalesce(_extra, '')") {
		if strings.Contains(extra, "amount") {
			b.w.t.Errorf("%s: a bill holds its lines, which are a stream of their own, a second time: %s", what, extra)
		}
	}
}

func (b *billing) fill(n int) {
	for i := range n {
		color := ""
		if i%2 == 0 {
			color = "red"
		}
		b.put(fmt.Sprintf("b%02d", i+1), "first", color, i%6)
	}
}

// TestParentsAndEvents reads bills with their lines and marks: first whole, then what events tell of.
func TestParentsAndEvents(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(11)
	w.read()
	b.check("first read")
	w.pass(24 * time.Hour)
	b.put("b03", "second", "blue", 5) // more lines
	b.put("b06", "second", "", 1)     // fewer
	b.put("b05", "second", "", 0)     // no lines and no mark any longer
	b.put("b99", "new", "green", 3)   // new
	b.drop("b04")                     // gone
	report := w.read()
	b.check("incremental")
	for _, request := range w.asked() {
		if strings.HasPrefix(request, "GET /bills?") {
			t.Errorf("the whole list was asked for: %s", request)
		}
	}
	if api := streamReport(t, report, "bills").API; api.IsFull || api.Since.IsZero() {
		t.Errorf("%+v", api)
	}
	w.pass(time.Hour)
	b.event("bill.updated", "b01", w.now().Add(-time.Hour-2*time.Minute)) // late, within the lookback
	b.bills["b01"].Note = "late"
	w.read()
	b.check("a late event")
	w.pass(31 * 24 * time.Hour)
	b.events = nil
	b.put("b02", "long after", "red", 2)
	b.events = nil
	b.drop("b03")
	b.events = nil
	report = w.read()
	b.check("after a gap")
	if api := streamReport(t, report, "bills").API; !api.IsFull {
		t.Errorf("a gap of 31 days was not read as a whole: %+v", api)
	}
	before := len(w.versions("bills", "id")) + len(w.versions("lines", "id"))
	w.pass(time.Hour)
	w.read()
	if after := len(w.versions("bills", "id")) + len(w.versions("lines", "id")); after != before {
		t.Errorf("reading again what has not changed gave %d versions more", after-before)
	}
}

// TestGone asks for an object that an event says was changed and that answers 404.
func TestGone(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(5)
	w.read()
	w.pass(time.Hour)
	b.put("b02", "gone before it was asked for", "", 2)
	delete(b.bills, "b02")
	w.read()
	b.check("404")
}

// TestResumeBelow stops a run at each of its requests, in the first reading and in one by events. The next must make the
// lake what the API is, and ask for less than everything.
func TestResumeBelow(t *testing.T) {
	for _, incremental := range []bool{false, true} {
		for at := 1; ; at++ {
			w := newWorld(t, bills)
			w.options.Parallel = 1
			b := newBilling(w)
			b.fill(8)
			if incremental {
				w.read()
				w.pass(time.Hour)
				for i := range 4 {
					b.put(fmt.Sprintf("b%02d", i+2), "second", "blue", 6-i)
				}
				b.drop("b07")
				b.put("b08", "second", "", 0)
			}
			w.cancelAt = at
			_, err := w.try(context.Background())
			if err == nil {
				if at < 6 {
					t.Fatalf("a run of %d requests only", at)
				}
				break
			}
			w.cancelAt = 0
			w.pass(time.Minute)
			w.read()
			b.check(fmt.Sprintf("incremental %t, stopped at %d", incremental, at))
		}
	}
}

// TestFailBelow lets one stream fail: it keeps what it had, the others go on, and the next run reads what it lacks.
func TestFailBelow(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(7)
	w.read()
	w.pass(time.Hour)
	old := w.current("lines", "id, bill_id")
	b.put("b03", "second", "blue", 5)
	b.put("b06", "second", "", 4)
	w.failAt = func(_ int, r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "/lines") {
			return http.StatusForbidden
		}
		return 0
	}
	_, err := w.try(context.Background())
	wantError(t, err, "api.lines", "403")
	same(t, "lines of the stream that failed", w.current("lines", "id, bill_id"), old...)
	same(t, "bills", w.current("bills", "id, note")[2:3], "b03|second")
	w.failAt = nil
	w.pass(time.Hour)
	b.put("b01", "third", "", 1)
	w.read()
	b.check("after a failure")
	w.pass(time.Hour)
	b.put("b01", "fourth", "", 2)
	w.read()
	b.check("streams go together again")
	w.pass(time.Hour)
	b.put("b01", "fifth", "", 2)
	w.read()
	b.check("the next night")
	if n := len(w.asked()); n > 4 {
		t.Errorf("%d requests: %v", n, w.asked())
	}
}
