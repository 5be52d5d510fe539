package rest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"lastro/extract"
)

// uncommitted makes a run that reads to the end and is not committed, as when another source breaks it.
func (w *world) uncommitted() {
	w.t.Helper()
	w.runs++
	txn, err := w.lake.Begin(fmt.Sprintf("run-%03d", w.runs), w.now())
	w.must(err)
	_, err = w.source().Read(context.Background(), extract.Session{Txn: txn, Known: w.known(), Conn: w.conn, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	w.must(txn.Abort())
}

// TestCancelWhileAGroupIsKept cancels a run as a page group goes to the spool and the next page is asked for: that is no end
// of the list.
func TestCancelWhileAGroupIsKept(t *testing.T) {
	bad := 0
	for round := range 12 {
		p := pagings()[0]
		w := newWorld(t, p.connector())
		inner := p.answer(items(57))
		slow := make(chan struct{})
		n := 0
		w.handle("/items", func(out http.ResponseWriter, r *http.Request) {
			n++
			if n == 3 && w.runs == 1 {
				select {
				case <-slow:
				case <-r.Context().Done():
				}
				return
			}
			inner(out, r)
		})
		w.groupRows = 20
		// cancelled as the page group of 2 pages is being kept, the third page being asked for
		ctx, cancel := context.WithCancel(context.Background())
		s := w.source()
		calls := 0
		s.o.Now = func() time.Time {
			if n == 3 {
				calls++
				if calls == 1 {
					cancel()
					time.Sleep(20 * time.Millisecond)
				}
			}
			return w.clock
		}
		w.runs++
		txn, err := w.lake.Begin("run-001", w.now())
		w.must(err)
		_, err = s.Read(ctx, extract.Session{Txn: txn, Known: w.known(), Conn: w.conn, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			t.Fatal("no error")
		}
		w.must(txn.Abort())
		close(slow)
		cancel()
		w.pass(time.Minute)
		w.read()
		if got := w.current("items", "id"); len(got) != 57 {
			bad++
			t.Logf("round %d: %d records of 57; first %q", round, len(got), got[0])
		}
	}
	if bad > 0 {
		t.Errorf("%d of 12 rounds lost records", bad)
	}
}

// TestCatchUpTwice resumes a reading to its end without a commit: what changes until the next run must come with that.
func TestCatchUpTwice(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(11)
	w.pass(24 * time.Hour)
	w.options.Parallel, w.groupRows = 1, 6
	w.cancelAt = 12
	_, err := w.try(context.Background())
	if err == nil {
		t.Fatal("not cancelled")
	}
	w.cancelAt = 0
	w.pass(time.Hour)
	w.uncommitted() // goes on, catches up, ends; another source breaks the run
	w.pass(time.Hour)
	b.put("b02", "changed", "blue", 3)
	w.pass(time.Hour)
	w.read()
	b.check("third run")
	w.pass(time.Hour)
	w.read()
	b.check("fourth run")
}

// TestBackfillDeletesNothing backfills a child that has changes of its own: what lies outside of the span stays.
func TestBackfillDeletesNothing(t *testing.T) {
	connector := strings.Replace(answers3, "incremental: {strategy: param", "deletes: missing\n    incremental: {strategy: param", 1)
	connector = strings.Replace(connector, "primary_key: id\n", "primary_key: id\n    deletes: missing\n", 1)
	w := newWorld(t, connector)
	type reply struct {
		ID string    `json:"id"`
		At time.Time `json:"at"`
	}
	var replies []reply
	for i := range 10 {
		replies = append(replies, reply{fmt.Sprintf("r%02d", i), w.now().Add(-time.Duration(i+1) * 24 * time.Hour)})
	}
	w.handle("/forms", func(out http.ResponseWriter, _ *http.Request) {
		write(out, map[string]any{"items": []any{map[string]any{"id": "f1"}}})
	})
	w.handle("/forms/{id}/replies", func(out http.ResponseWriter, r *http.Request) {
		found := []reply{}
		for _, one := range replies {
			since, _ := time.Parse(time.RFC3339, r.URL.Query().Get("since"))
			until, err := time.Parse(time.RFC3339, r.URL.Query().Get("until"))
			if !one.At.Before(since) && (err != nil || !one.At.After(until)) {
				found = append(found, one)
			}
		}
		page := intOf(r.URL.Query().Get("page"), 0)
		write(out, map[string]any{"items": found[min(4*page, len(found)):min(len(found), 4*page+4)], "total_items": len(found), "page_count": (len(found) + 3) / 4})
	})
	w.read()
	alive := func() int {
		n := 0
		for _, row := range w.current("replies", "id, _deleted") {
			if strings.HasSuffix(row, "|false") {
				n++
			}
		}
		return n
	}
	if alive() != 10 {
		t.Fatal(alive())
	}
	w.pass(time.Hour)
	w.options.From, w.options.Until = w.now().Add(-72*time.Hour), w.now()
	w.read()
	if alive() != 10 {
		t.Errorf("a backfill of three days left %d of 10 records", alive())
	}
}

// TestCatchUpTooOld resumes a reading that began before the feed of events does: it is read from the beginning.
func TestCatchUpTooOld(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(11)
	w.pass(24 * time.Hour)
	w.options.Parallel, w.groupRows = 1, 6
	w.cancelAt = 12
	if _, err := w.try(context.Background()); err == nil {
		t.Fatal("not cancelled")
	}
	w.cancelAt = 0
	w.pass(time.Hour)
	b.put("b02", "changed", "blue", 3)
	w.pass(40 * 24 * time.Hour)
	b.events = nil // the API keeps 30 days
	_, err := w.try(context.Background())
	wantError(t, err, "no longer tells all that has changed")
	w.pass(time.Hour)
	w.read()
	b.check("after")
}

// TestRecordMovesToAnotherParent moves a line from a bill that has none then to another one.
func TestRecordMovesToAnotherParent(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(5) // b01 0 lines, b02 1 line, b03 2 lines, ...
	w.pass(24 * time.Hour)
	w.read()
	b.check("first")
	w.pass(time.Hour)
	b.put("b02", "none", "red", 0)
	b.put("b03", "more", "red", 2)
	b.bills["b03"].Lines = append(b.bills["b03"].Lines, "b02-1")
	w.pass(time.Minute)
	w.read()
	b.check("moved")
	w.pass(time.Hour)
	w.read()
	b.check("after")
}

// TestCatchUpReplaces takes lines away between an interrupted reading and its catch-up. The run that catches up still has them
// from before it was interrupted; the next one must not.
func TestCatchUpReplaces(t *testing.T) {
	for _, left := range []int{0, 1} {
		w := newWorld(t, bills)
		b := newBilling(w)
		b.fill(11)
		w.pass(24 * time.Hour)
		w.options.Parallel, w.groupRows = 1, 6
		w.cancelAt = 12
		if _, err := w.try(context.Background()); err == nil {
			t.Fatal("not cancelled")
		}
		w.cancelAt = 0
		w.pass(time.Hour)
		b.put("b03", "fewer", "red", left)
		b.bills["b03"].Color = ""
		w.pass(time.Hour)
		w.read()
		w.pass(time.Hour)
		w.read()
		b.check(fmt.Sprintf("%d left, the next night", left))
	}
}

// TestBatchPartlyChildless asks for the links of three parents at once, one of which has none any longer.
func TestBatchPartlyChildless(t *testing.T) {
	w := newWorld(t, `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: contacts
    primary_key: id
    endpoint: {path: /contacts, data_selector: results}
    incremental: {strategy: param, start_param: since}
    columns: {id: text}
  - name: links
    primary_key: [contact_id]
    parent: {resource: contacts, batch: 100, replaces: true}
    endpoint: {path: /links, method: POST, body: '{"ids": {parents.id}}', data_selector: data}
    columns: {contact_id: text, firm: text}
`)
	links := map[string]string{"c1": "f1", "c2": "f2", "c3": "f3"}
	w.handle("/contacts", func(out http.ResponseWriter, _ *http.Request) {
		write(out, map[string]any{"results": []any{map[string]any{"id": "c1"}, map[string]any{"id": "c2"}, map[string]any{"id": "c3"}}})
	})
	w.handle("/links", func(out http.ResponseWriter, r *http.Request) {
		found := []any{}
		for _, id := range []string{"c1", "c2", "c3"} {
			if links[id] != "" {
				found = append(found, map[string]any{"contact_id": id, "firm": links[id]})
			}
		}
		write(out, map[string]any{"data": found})
	})
	w.read()
	w.pass(24 * time.Hour)
	delete(links, "c2")
	w.read()
	same(t, "links", w.current("links", "contact_id, _deleted"), "c1|false", "c2|true", "c3|false")
	w.pass(24 * time.Hour)
	clear(links)
	w.read()
	same(t, "no links", w.current("links", "contact_id, _deleted"), "c1|true", "c2|true", "c3|true")
}

// TestAllChangedAreMissing has an API that knows none of the objects that its events name: nothing is deleted.
func TestAllChangedAreMissing(t *testing.T) {
	w := newWorld(t, bills)
	b := newBilling(w)
	b.fill(11)
	w.pass(24 * time.Hour)
	w.read()
	w.pass(time.Hour)
	for i := range 6 {
		id := fmt.Sprintf("b%02d", i+1)
		b.put(id, "changed", "red", 1)
		b.hidden[id] = true
	}
	w.pass(time.Hour)
	_, err := w.try(context.Background())
	wantError(t, err, "none of 6 changed objects is found at /bills/{id}")
	clear(b.hidden)
	w.pass(time.Hour)
	w.read()
	b.check("when they are found again")
}

// TestListThatIsNotWhole has a list that lacks records the API itself counts, and one that is empty all at once: neither
// deletes anything, but a full refresh does.
func TestListThatIsNotWhole(t *testing.T) {
	w := newWorld(t, `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: people
    primary_key: id
    deletes: missing
    total: total
    endpoint: {path: /people, data_selector: data}
    columns: {id: text}
`)
	given, total := 12, 12
	w.handle("/people", func(out http.ResponseWriter, _ *http.Request) {
		list := []any{}
		for i := range given {
			list = append(list, map[string]any{"id": fmt.Sprintf("p%02d", i)})
		}
		write(out, map[string]any{"data": list, "total": total})
	})
	alive := func() (n int) {
		for _, row := range w.current("people", "_deleted") {
			if row == "false" {
				n++
			}
		}
		return n
	}
	w.read()
	w.pass(time.Hour)
	given = 7
	if report := w.read(); alive() != 12 || !strings.Contains(strings.Join(report.Streams[0].Warnings, "\n"), "none of the others is deleted") {
		t.Errorf("7 of 12 came: %d are left; %v", alive(), report.Streams[0].Warnings)
	}
	w.pass(time.Hour)
	given, total = 0, 0
	_, err := w.try(context.Background())
	wantError(t, err, "/people is empty, and the lake has 12 records of it")
	if alive() != 12 {
		t.Errorf("an empty list left %d of 12", alive())
	}
	w.pass(time.Hour)
	given, total = 11, 11
	if w.read(); alive() != 11 {
		t.Errorf("one of 12 is gone, and %d are left", alive())
	}
	w.pass(time.Hour)
	given, total, w.options.FullRefresh = 0, 0, true
	if w.read(); alive() != 0 {
		t.Errorf("a full refresh of an empty list left %d", alive())
	}
}

// TestFreezeRecovers refuses a reading without a field that was known, and takes the next one that has it again.
func TestFreezeRecovers(t *testing.T) {
	w := newWorld(t, plainWith("{type: single_page}"))
	body := `{"data": [{"id": "1", "name": "a", "old": 1}]}`
	w.handle("/items", func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte(body)) })
	w.options.Drift = "freeze"
	w.read()
	whole := body
	body = `{"data": [{"id": "1", "name": "b"}]}`
	_, err := w.try(context.Background())
	wantError(t, err, "old")
	body = strings.Replace(whole, `"a"`, `"c"`, 1)
	w.read()
	same(t, "items", w.current("items", "id, name"), "1|c")
}
