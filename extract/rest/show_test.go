package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
)

const people = `
connector: test
settings: {key: {secret: true}}
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}, auth: {type: bearer, token: "{settings.key}"}, check: people}
resources:
  - name: people
    primary_key: id
    endpoint: {path: /people, data_selector: data}
    columns: {id: text, email: text, age: integer, city: {type: text, path: address.city}}
  - name: pets
    primary_key: id
    parent: {resource: people, include: {owner: email}}
    endpoint: {path: "/people/{parent.id}/pets", data_selector: data}
    columns: {id: text}
`

const onePerson = `{"data": [{"id": "p1", "email": "ana@example.com", "age": 41, "address": {"city": "Olinda"}, "extra": true},
	{"id": "p2", "email": "bia@example.com", "age": "old", "note": null}]}`

func peopleWorld(t *testing.T) *world {
	w := newWorld(t, people)
	w.options.Settings = map[string]string{"key": "sk_very_secret"}
	w.options.Masks = map[string]map[string]records.Mask{"people": {"email": {Rule: "hash", Key: []byte("0123456789abcdef")}}}
	w.handle("/people", func(out http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sk_very_secret" {
			http.Error(out, `{"error": {"message": "who are you"}}`, http.StatusUnauthorized)
			return
		}
		_, _ = out.Write([]byte(onePerson))
	})
	w.handle("/people/{id}/pets", func(out http.ResponseWriter, _ *http.Request) { write(out, map[string]any{"data": items(2)}) })
	return w
}

func TestCheck(t *testing.T) {
	w := peopleWorld(t)
	w.failAt = func(_ int, r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "/pets") {
			return 403
		}
		return 0
	}
	checked, err := w.source().Check(context.Background())
	w.must(err)
	var told []string
	for _, one := range checked.Streams {
		told = append(told, fmt.Sprintf("%s: %d records, wrong: %t", one.Name, one.Records, one.Err != nil))
	}
	same(t, "streams", told, "people: 2 records, wrong: false", "pets: 0 records, wrong: true")
	if checked.First != "people" || checked.Denied != nil || !checked.HasClock || len(w.asked()) != 2 {
		t.Errorf("%+v after %v", checked, w.asked())
	}
	w.options.Settings["key"] = "sk_wrong"
	checked, err = w.source().Check(context.Background())
	w.must(err)
	if checked.Denied == nil || strings.Contains(checked.Denied.Error(), "sk_wrong") || len(checked.Streams) > 0 {
		t.Errorf("%+v", checked)
	}
}

// TestCheckReadsTheFeed has a key that may read the lists and not the events: a run would fail on its second night.
func TestCheckReadsTheFeed(t *testing.T) {
	w := newWorld(t, bills)
	newBilling(w).fill(3)
	w.failAt = func(_ int, r *http.Request) int {
		if r.URL.Path == "/events" {
			return 403
		}
		return 0
	}
	checked, err := w.source().Check(context.Background())
	w.must(err)
	last := checked.Streams[len(checked.Streams)-1]
	if last.Name != "events" || !last.IsFeed || last.Err == nil {
		t.Errorf("%+v", checked)
	}
}

// TestDrift tells of fields that are new and gone, and with freeze refuses them.
func TestDrift(t *testing.T) {
	w := newWorld(t, plainWith("{type: single_page}"))
	body := `{"data": [{"id": "1", "name": "a", "old": 1}, {"id": "2", "name": "b"}]}`
	w.handle("/items", func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte(body)) })
	if one := streamReport(t, w.read(), "items"); len(one.Drift.New)+len(one.Drift.Gone) > 0 {
		t.Errorf("a first reading has drift %+v", one.Drift)
	}
	body = `{"data": [{"id": "1", "name": ["a"]}, {"id": "2", "name": "b", "fresh": {"x": 1}}]}`
	w.options.Drift = "freeze"
	_, err := w.try(context.Background())
	wantError(t, err, "api.items", "fresh")
	same(t, "old", w.current("items", "id, name"), "1|a", "2|b")
	w.options.Drift = "evolve"
	one := streamReport(t, w.read(), "items")
	same(t, "new", one.Drift.New, "fresh")
	same(t, "gone", one.Drift.Gone, "old")
	if one.Counts.Quarantined != 1 || one.Drift.Conflicts["name"] != 1 || len(one.Warnings) < 3 {
		t.Errorf("%+v", one)
	}
	body = `{"data": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]}`
	w.read()
	if left := w.rows("select * from (" + w.known().QuarantineSQL() + ")"); len(left) > 0 {
		t.Errorf("what was read again whole left in quarantine %v", left)
	}
}

// TestBudget ends a day's budget in the middle of a list: the next day goes on there.
func TestBudget(t *testing.T) {
	p := pagings()[0]
	w := newWorld(t, strings.Replace(p.connector(), "error_path", "limits: {per_day: 4}, error_path", 1))
	w.handle("/items", p.answer(items(57)))
	_, err := w.try(context.Background())
	if !errors.Is(err, fetch.ErrBudget) || len(w.asked()) != 4 {
		t.Fatalf("%v after %v", err, w.asked())
	}
	w.pass(time.Hour)
	if _, err = w.try(context.Background()); !errors.Is(err, fetch.ErrBudget) || len(w.asked()) > 0 {
		t.Fatalf("the same day: %v after %v", err, w.asked())
	}
	w.pass(24 * time.Hour)
	w.read()
	same(t, "items", w.current("items", "id"), ids(57)...)
	if len(w.asked()) != 2+1 && len(w.asked()) != 2 {
		t.Errorf("asked again %v", w.asked())
	}
}

// TestProgress counts records and requests.
func TestProgress(t *testing.T) {
	w := newWorld(t, pagings()[7].connector())
	w.handle("/items", pagings()[7].answer(items(57)))
	var last extract.Progress
	txn, err := w.lake.Begin("run", w.now())
	w.must(err)
	defer txn.Abort()
	_, err = w.source().Read(context.Background(), extract.Session{
		Txn: txn, Known: w.known(), Conn: w.conn, Log: w.source().o.Log, Progress: func(p extract.Progress) { last = p },
	})
	w.must(err)
	if last.Done != 57 || last.Total != 57 || !last.Records || last.Requests != 6 || last.Stream != (lake.StreamID{Source: "api", Stream: "items"}) {
		t.Errorf("%+v", last)
	}
}

// TestColumns has for a stream that was never read the columns that reading it gives.
func TestColumns(t *testing.T) {
	w := peopleWorld(t)
	w.read()
	for _, stream := range []string{"people", "pets"} {
		said, err := w.source().Columns(stream)
		w.must(err)
		known, _ := w.known().Stream(lake.StreamID{Source: "api", Stream: stream})
		for i, c := range said {
			if known.Columns[i] != c {
				t.Errorf("%s: column %d is said to be %v and is %v", stream, i, c, known.Columns[i])
			}
		}
	}
}

// TestPlanAsksNothing plans without a request.
func TestPlanAsksNothing(t *testing.T) {
	w := peopleWorld(t)
	plan, err := w.source().Plan(context.Background(), w.known())
	w.must(err)
	if len(plan.Streams) != 2 || !plan.Streams[0].Reads() || plan.Streams[0].Parts[0].Why != "it was never read" || len(w.asked()) > 0 {
		t.Errorf("%+v, asked %v", plan, w.asked())
	}
}
