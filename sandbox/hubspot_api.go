package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// crmKinds are the names by which a path may call a kind of record.
var crmKinds = map[string]string{
	"companies": "companies", "company": "companies", "0-2": "companies",
	"contacts": "contacts", "contact": "contacts", "0-1": "contacts",
	"deals": "deals", "deal": "deals", "0-3": "deals",
	"tickets": "tickets", "ticket": "tickets", "0-5": "tickets",
	"feedback_submissions": "feedback_submissions", "feedback_submission": "feedback_submissions", "0-19": "feedback_submissions",
}

// shownAlways are the properties of a record when none are asked for.
var shownAlways = map[string][]string{
	"companies": {"name", "domain"}, "contacts": {"email", "firstname", "lastname"},
	"deals":                {"dealname", "amount", "closedate", "dealstage", "pipeline"},
	"tickets":              {"subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority"},
	"feedback_submissions": {},
}

// hubspotQuery is one request.
type hubspotQuery struct {
	crm    *crm
	now    time.Time
	base   string // of links to the next page
	values url.Values
	body   []byte
}

// hubspot answers a request to HubSpot's API.
func (s *Server) hubspot(r *http.Request, path string) answer {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return hubspotError(400, "VALIDATION_ERROR", "the request's body could not be read")
	}
	q := &hubspotQuery{crm: s.world.crm, now: s.Now(), base: s.base + "/hubspot" + path, values: r.URL.Query(), body: body}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	route := r.Method + " " + strings.Join(parts[:min(3, len(parts))], "/")
	switch {
	case len(parts) == 3 && route == "GET crm/v3/owners":
		return q.owners()
	case len(parts) == 4 && route == "GET crm/v3/pipelines" && parts[3] == "deals":
		return pipelines()
	case len(parts) == 4 && route == "GET crm/v3/properties":
		return q.propertyList(crmKinds[parts[3]])
	case len(parts) == 7 && route == "POST crm/v4/associations" && parts[5] == "batch" && parts[6] == "read":
		return q.associations(crmKinds[parts[3]], crmKinds[parts[4]])
	case len(parts) < 4 || parts[0] != "crm" || parts[2] != "objects" || crmKinds[parts[3]] == "":
		return hubspotError(404, "OBJECT_NOT_FOUND", "resource not found")
	}
	kind := crmKinds[parts[3]]
	switch {
	case r.Method == http.MethodGet && len(parts) == 4:
		return q.list(kind)
	case r.Method == http.MethodGet && len(parts) == 5:
		return q.one(kind, parts[4])
	case r.Method == http.MethodPost && len(parts) == 5 && parts[4] == "search":
		return q.search(kind)
	case r.Method == http.MethodPost && len(parts) == 6 && parts[4] == "batch" && parts[5] == "read":
		return q.batch(kind)
	}
	return hubspotError(405, "METHOD_NOT_ALLOWED", "method not allowed")
}

// list answers with a page of all records of a kind, in order of their ids.
func (q *hubspotQuery) list(kind string) answer {
	limit, bad := q.limit(10, 100)
	if bad != nil {
		return *bad
	}
	archived := q.values.Get("archived") == "true"
	var after int64
	if text := q.values.Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return hubspotError(400, "VALIDATION_ERROR", "Invalid after: "+text)
		}
		after = n
	}
	var records, before []*record
	more := false
	for _, r := range q.crm.lists[kind] {
		switch {
		case r.created.After(q.now) || came(r.archived, q.now) != archived:
		case r.number <= after:
			before = append(before, r)
		case len(records) == limit:
			more = true
		default:
			records = append(records, r)
		}
	}
	names := q.asked(kind)
	results := q.show(records, names, q.now)
	for i, r := range records {
		for _, word := range split(q.values["associations"]) {
			q.associated(results[i].(object), r, word)
		}
	}
	body := func(results []any, more bool) object {
		o := object{"results": results}
		if more && len(records) > 0 {
			last := records[len(records)-1].id
			o["paging"] = object{"next": object{"after": last, "link": q.link(last)}}
		}
		return o
	}
	a := reply(200, body(results, more))
	a.page = &page{kind: "hubspot",
		endless: func() []byte { return mustJSON(body(results, true)) },
		shifted: func() []byte {
			return mustJSON(body(append(q.show(before[max(0, len(before)-2):], names, q.now), results...), more))
		},
	}
	return a
}

func (q *hubspotQuery) associated(o object, r *record, word string) {
	kind := crmKinds[word]
	var ids []any
	for _, other := range r.to[kind] {
		if !other.created.After(q.now) && !came(other.archived, q.now) {
			ids = append(ids, object{"id": other.id, "type": strings.TrimSuffix(r.kind, "s") + "_to_" + strings.TrimSuffix(kind, "s")})
		}
	}
	if len(ids) == 0 {
		return
	}
	if o["associations"] == nil {
		o["associations"] = object{}
	}
	o["associations"].(object)[kind] = object{"results": ids}
}

func (q *hubspotQuery) link(after string) string {
	values := url.Values{}
	for name, v := range q.values {
		values[name] = v
	}
	values.Set("after", after)
	return q.base + "?" + values.Encode()
}

func (q *hubspotQuery) limit(usual, most int) (int, *answer) {
	text := q.values.Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		a := hubspotError(400, "VALIDATION_ERROR", fmt.Sprintf("Invalid input JSON on line 1, column 1: limit must be between 1 and %d", most))
		return 0, &a
	}
	return n, nil
}

// asked are the names of the properties that are asked for.
func (q *hubspotQuery) asked(kind string) []string {
	if names := split(q.values["properties"]); len(names) > 0 {
		return names
	}
	return shownAlways[kind]
}

func split(values []string) []string {
	var all []string
	for _, v := range values {
		for _, name := range strings.Split(v, ",") {
			if name = strings.TrimSpace(name); name != "" {
				all = append(all, name)
			}
		}
	}
	return all
}

// all are a record's properties, those that HubSpot sets itself among them.
func (r *record) all(now time.Time) map[string]any {
	p := r.properties(now)
	p["hs_object_id"] = r.id
	p["createdate"] = iso(r.created)
	p["hs_createdate"] = iso(r.created)
	p["hs_lastmodifieddate"] = iso(r.changed(now))
	if r.kind == "contacts" {
		p["lastmodifieddate"] = p["hs_lastmodifieddate"]
		delete(p, "hs_lastmodifieddate")
	}
	return p
}

func (q *hubspotQuery) show(records []*record, names []string, now time.Time) []any {
	results := make([]any, 0, len(records))
	for _, r := range records {
		results = append(results, r.show(names, now))
	}
	return results
}

func (r *record) show(names []string, now time.Time) object {
	all := r.all(now)
	properties := object{}
	for _, name := range append([]string{"createdate", "hs_lastmodifieddate", "lastmodifieddate", "hs_object_id"}, names...) {
		if v, ok := all[name]; ok {
			properties[name] = v
		}
	}
	o := object{
		"id": r.id, "properties": properties, "createdAt": iso(r.created), "updatedAt": iso(r.changed(now)), "archived": false,
	}
	if came(r.archived, now) {
		o["archived"], o["archivedAt"] = true, iso(r.archived)
	}
	return o
}

func (q *hubspotQuery) one(kind, id string) answer {
	r := q.crm.byID[kind][id]
	if r == nil || r.created.After(q.now) || came(r.archived, q.now) != (q.values.Get("archived") == "true") {
		return hubspotError(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
	}
	return reply(200, r.show(q.asked(kind), q.now))
}

func hubspotError(status int, category, message string) answer {
	return reply(status, object{"status": "error", "message": message, "category": category,
		"correlationId": "7d9b1e6a-0c5f-4d0e-9f0a-5a1d0b0c0001"})
}
