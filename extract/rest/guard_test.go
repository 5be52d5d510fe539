package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"lastro/extract"
)

const plain = `
connector: test
client: {base_url: "BASE", error_path: error.message, error_when: error, retry: {attempts: 1}}
resources:
  - name: items
    primary_key: id
    deletes: missing
    endpoint: {path: /items, data_selector: data, paginator: PAGINATOR}
    columns: {id: text, name: text}
`

func plainWith(paginator string) string { return strings.ReplaceAll(plain, "PAGINATOR", paginator) }

// TestEndless meets lists that never end, each in its own way. What the lake has stays.
func TestEndless(t *testing.T) {
	fresh := 0
	for _, c := range []struct {
		name, paginator, want string
		answer                func(n int, r *http.Request) any
	}{
		{"the same page", "{type: page_number, param: page}", "same as an earlier one",
			func(int, *http.Request) any { return map[string]any{"data": items(3)} }},
		{"a cursor that stays", "{type: cursor, param: after, next_path: next}", "go on where an earlier one did",
			func(n int, _ *http.Request) any {
				return map[string]any{"data": []item{{fmt.Sprint("x", n), ""}}, "next": "same"}
			}},
		{"the same records in other words", "{type: cursor, param: after, next_path: next}", "records that came before",
			func(n int, _ *http.Request) any {
				return map[string]any{"data": items(3), "next": strconv.Itoa(n), "at": n}
			}},
		{"pages that go round", "{type: cursor, param: after, next_path: next}", "does not end",
			func(n int, _ *http.Request) any {
				return map[string]any{"data": items(20)[5*(n%4) : 5*(n%4)+5], "next": strconv.Itoa(n), "at": n}
			}},
		{"empty pages", "{type: cursor, param: after, next_path: next}", "without a record",
			func(n int, _ *http.Request) any { return map[string]any{"data": []item{}, "next": strconv.Itoa(n)} }},
		{"more than there are", "{type: offset, param: start, limit: 2, total_path: none, more_path: more}", "pages and still more",
			func(int, *http.Request) any {
				fresh++
				return map[string]any{"data": []item{{fmt.Sprint("y", fresh), ""}, {fmt.Sprint("z", fresh), ""}}, "more": true}
			}},
		{"another host", "{type: json_link, next_path: next}", "away from",
			func(int, *http.Request) any {
				return map[string]any{"data": items(1), "next": "http://127.0.0.2/items"}
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, plainWith(c.paginator))
			w.options.MaxPages = 200
			broken := false
			w.handle("/items", func(out http.ResponseWriter, r *http.Request) {
				if !broken {
					write(out, map[string]any{"data": items(1)[:1], "more": false})
					if strings.Contains(c.paginator, "page_number") && r.URL.Query().Get("page") != "0" {
						return
					}
					return
				}
				write(out, c.answer(len(w.asked()), r))
			})
			if !strings.Contains(c.paginator, "page_number") {
				w.read()
			}
			old := w.current("items", "id, _deleted")
			broken = true
			_, err := w.try(context.Background())
			wantError(t, err, "api.items", c.want)
			var read *extract.ReadError
			if !errors.As(err, &read) || !read.Kept {
				t.Errorf("the error is %T", err)
			}
			same(t, "old records", w.current("items", "id, _deleted"), old...)
			if len(w.asked()) > 210 {
				t.Errorf("%d requests", len(w.asked()))
			}
		})
	}
}

// TestBadPages meets pages that are wrong: none of them may pass for an empty list.
func TestBadPages(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"no list", `{"other": []}`, "no list at data"},
		{"null", `{"data": null}`, "no list at data"},
		{"an object", `{"data": {"id": "i1"}}`, "no list at data"},
		{"cut", `{"data": [{"id": "i0001"}, {"id": "i00`, "cannot be read"},
		{"a page for people", `<html>sorry</html>`, "cannot be read"},
		{"an error of status 200", `{"error": {"message": "overloaded"}, "data": []}`, "overloaded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, plainWith("{type: single_page}"))
			body := `{"data": [{"id": "i0001"}, {"id": "i0002"}]}`
			w.handle("/items", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, body) })
			w.read()
			body = c.body
			_, err := w.try(context.Background())
			wantError(t, err, c.want)
			same(t, "old records", w.current("items", "id, _deleted"), "i0001|false", "i0002|false")
			body = `{"data": [{"id": "i0002"}]}`
			w.read()
			same(t, "after that", w.current("items", "id, _deleted"), "i0001|true", "i0002|false")
		})
	}
}

// TestShifts reads a list by page number from which a record disappears while it is read: what moves up across the edge
// of a page is read all the same.
func TestShifts(t *testing.T) {
	w := newWorld(t, plainWith("{type: page_number, param: page, total_path: total}"))
	list := items(30)
	w.handle("/items", func(out http.ResponseWriter, r *http.Request) {
		page := intOf(r.URL.Query().Get("page"), 0)
		write(out, map[string]any{"data": slice(list, page*10, 10), "total": len(list)})
		if page == 0 && len(list) == 30 {
			list = list[1:]
		}
	})
	w.read()
	same(t, "items", w.current("items", "id"), ids(30)...)
}
