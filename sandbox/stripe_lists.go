package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
)

// entry is one record of a list.
type entry struct {
	id   string
	show func() object
}

// list answers with a page of a kind's list.
func (q *stripeQuery) list(word, kind string, allowed []string) answer {
	if bad := q.check(allowed); bad != nil {
		return *bad
	}
	asked, bad := q.created()
	if bad != nil {
		return *bad
	}
	var entries []entry
	if kind == "event" {
		types := q.types()
		for _, e := range q.ledger.events {
			if q.kept(e) && asked(e.at) && (len(types) == 0 || slices.Contains(types, e.what)) {
				entries = append(entries, entry{e.id, func() object { return q.eventObject(e) }})
			}
		}
	}
	for _, t := range q.ledger.lists[kind] {
		if t.created.After(q.now) || came(t.gone, q.now) || !asked(t.created) || !q.fits(t) {
			continue
		}
		entries = append(entries, entry{t.id, func() object { return q.versioned(t.show(q.now)) }})
	}
	return q.page("/v1/"+word, kind, entries)
}

// types are the types of events that are asked for, none for all.
func (q *stripeQuery) types() []string {
	var types []string
	for name, values := range q.values {
		if p := param(name); p == "type" || p == "types" {
			types = append(types, values...)
		}
	}
	return types
}

// kept tells whether an event is shown: for 30 days.
func (q *stripeQuery) kept(e event) bool {
	return !e.at.After(q.now) && e.at.After(q.now.AddDate(0, 0, -30)) && !e.of.created.After(q.now)
}

func (q *stripeQuery) eventObject(e event) object {
	shown := e.of.show(e.at)
	if strings.HasSuffix(e.what, ".deleted") && e.of.kind == "customer" {
		shown["deleted"] = true
	}
	// an event is rendered by the account's version, whatever is asked
	return object{
		"id": e.id, "object": "event", "api_version": stripeDefault, "created": e.at.Unix(), "data": object{"object": shown},
		"livemode": false, "pending_webhooks": 0, "request": object{"id": nil, "idempotency_key": nil}, "type": e.what,
	}
}

// fits tells whether a thing is one that the parameters ask for.
func (q *stripeQuery) fits(t *thing) bool {
	if c := q.values.Get("customer"); c != "" && t.customer != c {
		return false
	}
	if s := q.values.Get("subscription"); s != "" && t.subscription != s {
		return false
	}
	if p := q.values.Get("product"); p != "" && t.product != p {
		return false
	}
	want := q.values.Get("status")
	if t.kind == "subscription" && want != "all" {
		status := t.show(q.now)["status"]
		if want == "" {
			return status != "canceled"
		}
		return status == want || want == "ended" && status == "canceled"
	}
	if t.kind == "invoice" && want != "" {
		return t.show(q.now)["status"] == want
	}
	switch q.values.Get("active") {
	case "false": // of prices and products none is archived
		return false
	}
	if email := q.values.Get("email"); email != "" {
		return t.show(q.now)["email"] == email
	}
	return true
}

// linesOf answers with a page of an invoice's lines.
func (q *stripeQuery) linesOf(id string) answer {
	if bad := q.check(nil); bad != nil {
		return *bad
	}
	t := q.ledger.byID[id]
	if t == nil || t.kind != "invoice" || t.created.After(q.now) {
		return q.missing(404, "invoice", id, "invoice")
	}
	var entries []entry
	for _, l := range q.ledger.lines[id] {
		line := l.(object)
		entries = append(entries, entry{line["id"].(string), func() object { return q.versionedLine(line) }})
	}
	return q.page("/v1/invoices/"+id+"/lines", "line_item", entries)
}

// items answers with a subscription's items.
func (q *stripeQuery) items() answer {
	if bad := q.check([]string{"subscription"}); bad != nil {
		return *bad
	}
	id := q.values.Get("subscription")
	if id == "" {
		return stripeError(400, "parameter_missing", "subscription", "Missing required param: subscription.")
	}
	t := q.ledger.byID[id]
	if t == nil || t.kind != "subscription" || t.created.After(q.now) {
		return q.missing(400, "subscription", id, "subscription")
	}
	var entries []entry
	for _, item := range q.versioned(t.show(q.now))["items"].(object)["data"].([]any) {
		o := item.(object)
		entries = append(entries, entry{o["id"].(string), func() object { return o }})
	}
	return q.page("/v1/subscription_items", "subscription_item", entries)
}

// page cuts one page out of a list.
func (q *stripeQuery) page(path, kind string, entries []entry) answer {
	limit, bad := q.limit()
	if bad != nil {
		return *bad
	}
	at := func(id string) int { return slices.IndexFunc(entries, func(e entry) bool { return e.id == id }) }
	from, to := 0, min(limit, len(entries))
	more := to < len(entries)
	if after := q.values.Get("starting_after"); after != "" {
		i := at(after)
		if i < 0 {
			return q.missing(400, kind, after, "starting_after")
		}
		from, to = i+1, min(i+1+limit, len(entries))
		more = to < len(entries)
	} else if before := q.values.Get("ending_before"); before != "" {
		i := at(before)
		if i < 0 {
			return q.missing(400, kind, before, "ending_before")
		}
		from, to = max(0, i-limit), i
		more = from > 0
	}
	data, bad := q.shown(entries[from:to])
	if bad != nil {
		return *bad
	}
	body := func(data []any, more bool) object {
		return object{"object": "list", "data": data, "has_more": more, "url": path}
	}
	a := reply(200, body(data, more))
	a.page = &page{kind: "stripe",
		endless: func() []byte { return mustJSON(body(data, true)) },
		shifted: func() []byte {
			again, _ := q.shown(entries[max(0, from-2):from])
			return mustJSON(body(append(again, data...), more))
		},
	}
	return a
}

func (q *stripeQuery) shown(entries []entry) ([]any, *answer) {
	data := make([]any, 0, len(entries))
	for _, e := range entries {
		o, bad := q.expanded(e.show(), "data.")
		if bad != nil {
			return nil, bad
		}
		data = append(data, o)
	}
	return data, nil
}

func mustJSON(o object) []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return text
}
