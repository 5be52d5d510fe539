package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// item is a record of the test API: i0001 and so on.
type item struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func items(n int) []item {
	list := make([]item, n)
	for i := range list {
		list[i] = item{fmt.Sprintf("i%04d", i+1), fmt.Sprintf("name %d", i+1)}
	}
	return list
}

func ids(n int) []string {
	var all []string
	for _, one := range items(n) {
		all = append(all, one.ID)
	}
	return all
}

func write(out http.ResponseWriter, value any) {
	_ = json.NewEncoder(out).Encode(value)
}

func intOf(text string, or int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return or
}

func slice(list []item, from, n int) []item {
	from = min(from, len(list))
	return list[from:min(len(list), from+n)]
}

// paging is a kind of paging: what a connector says of it and an API that pages so, ten records at a time.
type paging struct {
	name, paginator, method, extra string
	answer                         func(list []item) http.HandlerFunc
}

const perPage = 10

func pagings() []paging {
	after := func(list []item, id string) int {
		return 1 + slices.IndexFunc(list, func(i item) bool { return i.ID == id })
	}
	query := func(r *http.Request, name string) string { return r.URL.Query().Get(name) }
	bodyOf := func(r *http.Request) map[string]any {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		return body
	}
	return []paging{
		{name: "last_id", paginator: "{type: last_id, param: starting_after, more_path: has_more, limit_param: limit, limit: 10}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					page := slice(list, after(list, query(r, "starting_after")), intOf(query(r, "limit"), 5))
					more := len(page) > 0 && page[len(page)-1].ID != list[len(list)-1].ID
					write(out, map[string]any{"data": page, "has_more": more})
				}
			}},
		{name: "cursor", paginator: "{type: cursor, param: after, next_path: paging.next.after}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					from := intOf(query(r, "after"), 0)
					page := map[string]any{"data": slice(list, from, perPage)}
					if from+perPage < len(list) {
						page["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(from + perPage)}}
					}
					write(out, page)
				}
			}},
		{name: "cursor in body", paginator: "{type: cursor, body_path: paging.after, next_path: next, limit_param: paging.limit, limit: 10}",
			method: "POST", extra: `, body: '{"sort": "id"}'`,
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					body := bodyOf(r)
					paging, _ := body["paging"].(map[string]any)
					limit, _ := paging["limit"].(float64)
					after := fmt.Sprint(paging["after"])
					from := intOf(strings.TrimPrefix(after, "c"), 0)
					if body["sort"] != "id" {
						http.Error(out, "no sort", 400)
						return
					}
					page := map[string]any{"data": slice(list, from, int(limit))}
					if from+perPage < len(list) {
						page["next"] = "c" + strconv.Itoa(from+perPage)
					}
					write(out, page)
				}
			}},
		{name: "header_cursor", paginator: "{type: header_cursor, param: cursor, next_path: X-Next}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					from := intOf(query(r, "cursor"), 0)
					if from+perPage < len(list) {
						out.Header().Set("X-Next", strconv.Itoa(from+perPage))
					}
					write(out, map[string]any{"data": slice(list, from, perPage)})
				}
			}},
		{name: "json_link", paginator: "{type: json_link, next_path: links.next}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					from := intOf(query(r, "page"), 0)
					page := map[string]any{"data": slice(list, from, perPage)}
					if from+perPage < len(list) {
						page["links"] = map[string]any{"next": fmt.Sprintf("/items?page=%d", from+perPage)}
					}
					write(out, page)
				}
			}},
		{name: "header_link", paginator: "{type: header_link}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					from := intOf(query(r, "page"), 0)
					if from+perPage < len(list) {
						out.Header().Add("Link", fmt.Sprintf(`<http://%s/items?page=0>; rel="first", <http://%s/items?page=%d>; title="a, b"; rel="next last"`, r.Host, r.Host, from+perPage))
					}
					write(out, map[string]any{"data": slice(list, from, perPage)})
				}
			}},
		{name: "offset", paginator: "{type: offset, param: start, limit_param: limit, limit: 10}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					write(out, map[string]any{"data": slice(list, intOf(query(r, "start"), -1), intOf(query(r, "limit"), 1))})
				}
			}},
		{name: "offset with total", paginator: "{type: offset, param: start, limit: 10, total_path: meta.total}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					write(out, map[string]any{"data": slice(list, intOf(query(r, "start"), -1), perPage), "meta": map[string]any{"total": len(list)}})
				}
			}},
		{name: "page_number", paginator: "{type: page_number, param: page, base: 1, total_path: page_count}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					write(out, map[string]any{"data": slice(list, (intOf(query(r, "page"), 0)-1)*perPage, perPage), "page_count": (len(list) + perPage - 1) / perPage})
				}
			}},
		{name: "page_number without total", paginator: "{type: page_number, param: page}",
			answer: func(list []item) http.HandlerFunc {
				return func(out http.ResponseWriter, r *http.Request) {
					write(out, map[string]any{"data": slice(list, intOf(query(r, "page"), -1)*perPage, perPage)})
				}
			}},
	}
}

func (p paging) connector() string {
	method := p.method
	if method == "" {
		method = "GET"
	}
	return `
connector: test
client: {base_url: "BASE", error_path: error.message, retry: {attempts: 1}}
resources:
  - name: items
    primary_key: id
    endpoint: {path: /items, method: ` + method + `, data_selector: data, paginator: ` + p.paginator + p.extra + `}
    columns: {id: text}
`
}

// TestPagings reads lists of every kind of paging and of sizes about those of pages.
func TestPagings(t *testing.T) {
	for _, p := range pagings() {
		t.Run(p.name, func(t *testing.T) {
			for _, n := range []int{0, 1, 9, 10, 11, 20, 57} {
				w := newWorld(t, p.connector())
				w.handle("/items", p.answer(items(n)))
				report := w.read()
				same(t, fmt.Sprintf("%d items", n), w.current("items", "id"), ids(n)...)
				if c := streamReport(t, report, "items").Counts; c.Read != int64(n) || c.Accepted != int64(n) {
					t.Errorf("%d items: counts %+v", n, c)
				}
				if asked := len(w.asked()); asked > n/perPage+2 {
					t.Errorf("%d items took %d requests: %v", n, asked, w.asked())
				}
			}
		})
	}
}
