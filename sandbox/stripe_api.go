package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stripeDefault is the account's version: what a request without Stripe-Version gets.
const stripeDefault = "2025-02-24.acacia"

// kinds are the lists, by the word of their path; allowed are the parameters that each takes besides those
// that all take.
var kinds = map[string]struct {
	kind    string
	allowed []string
}{
	"customers":     {"customer", []string{"email", "test_clock"}},
	"subscriptions": {"subscription", []string{"status", "customer", "price", "collection_method", "current_period_start", "current_period_end"}},
	"invoices":      {"invoice", []string{"status", "customer", "subscription", "collection_method", "due_date"}},
	"prices":        {"price", []string{"active", "product", "type", "currency", "recurring", "lookup_keys"}},
	"products":      {"product", []string{"active", "ids", "shippable", "url"}},
	"coupons":       {"coupon", nil},
	"events":        {"event", []string{"type", "types", "delivery_success"}},
	"credit_notes":  {"credit_note", []string{"customer", "invoice"}},
}

var everywhere = []string{"limit", "starting_after", "ending_before", "expand", "created"}

// stripe answers a request to Stripe's API.
func (s *Server) stripe(r *http.Request, path string) answer {
	version := r.Header.Get("Stripe-Version")
	if version == "" {
		version = stripeDefault
	}
	if !validVersion(version) {
		return stripeError(400, "", "", "Invalid Stripe API version: "+version)
	}
	q := &stripeQuery{ledger: s.world.ledger, now: s.Now(), version: version, values: r.URL.Query()}
	a := q.route(r.Method, strings.Split(strings.Trim(path, "/"), "/"), path)
	return a.with("Stripe-Version", version).with("Request-Id", token(0, "req_", 14, path, r.URL.RawQuery, q.now.Unix()))
}

func validVersion(v string) bool {
	date, _, _ := strings.Cut(v, ".")
	_, err := time.Parse(time.DateOnly, date)
	return err == nil
}

// stripeQuery is one request.
type stripeQuery struct {
	ledger  *ledger
	now     time.Time
	version string
	values  url.Values
}

func (q *stripeQuery) route(method string, parts []string, path string) answer {
	unknown := stripeError(404, "", "", fmt.Sprintf("Unrecognized request URL (%s: %s). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.", method, path))
	if method != http.MethodGet || len(parts) < 2 {
		return unknown
	}
	word := parts[1]
	if word == "account" && len(parts) == 2 {
		return reply(200, object{"id": "acct_1PrumoSandbox00", "object": "account", "country": "BR", "default_currency": "brl"})
	}
	if word == "subscription_items" && len(parts) == 2 {
		return q.items()
	}
	k, ok := kinds[word]
	switch {
	case !ok:
		return unknown
	case len(parts) == 2:
		return q.list(word, k.kind, k.allowed)
	case len(parts) == 3:
		return q.one(k.kind, parts[2])
	case len(parts) == 4 && word == "invoices" && parts[3] == "lines":
		return q.linesOf(parts[2])
	}
	return unknown
}

// param is a parameter's plain name: created[gte] is created.
func param(name string) string {
	plain, _, _ := strings.Cut(name, "[")
	return plain
}

// check refuses parameters that the list does not take.
func (q *stripeQuery) check(allowed []string) *answer {
	for name := range q.values {
		if p := param(name); !slices.Contains(allowed, p) && !slices.Contains(everywhere, p) {
			a := stripeError(400, "parameter_unknown", name, "Received unknown parameter: "+name)
			return &a
		}
	}
	return nil
}

// limit is how many records a page shall have.
func (q *stripeQuery) limit() (int, *answer) {
	text := q.values.Get("limit")
	if text == "" {
		return 10, nil
	}
	n, err := strconv.Atoi(text)
	var a answer
	switch {
	case err != nil:
		a = stripeError(400, "parameter_invalid_integer", "limit", "Invalid integer: "+text)
	case n > 100:
		a = stripeError(400, "parameter_invalid_integer", "limit", fmt.Sprintf("This value must be less than or equal to 100 (it currently is '%d').", n))
	case n < 1:
		a = stripeError(400, "parameter_invalid_integer", "limit", "This value must be greater than or equal to 1.")
	default:
		return n, nil
	}
	return 0, &a
}

// created tells whether a moment is one that the created parameter asks for.
func (q *stripeQuery) created() (func(time.Time) bool, *answer) {
	tests := []func(int64) bool{}
	for name, values := range q.values {
		if param(name) != "created" {
			continue
		}
		bound, err := strconv.ParseInt(values[0], 10, 64)
		if err != nil {
			a := stripeError(400, "parameter_invalid_integer", name, "Invalid integer: "+values[0])
			return nil, &a
		}
		switch name {
		case "created[gte]":
			tests = append(tests, func(t int64) bool { return t >= bound })
		case "created[gt]":
			tests = append(tests, func(t int64) bool { return t > bound })
		case "created[lte]":
			tests = append(tests, func(t int64) bool { return t <= bound })
		case "created[lt]":
			tests = append(tests, func(t int64) bool { return t < bound })
		case "created":
			tests = append(tests, func(t int64) bool { return t == bound })
		default:
			a := stripeError(400, "parameter_unknown", name, "Received unknown parameter: "+name)
			return nil, &a
		}
	}
	return func(at time.Time) bool {
		for _, test := range tests {
			if !test(at.Unix()) {
				return false
			}
		}
		return true
	}, nil
}

// one answers for a single object.
func (q *stripeQuery) one(kind, id string) answer {
	if bad := q.check(nil); bad != nil {
		return *bad
	}
	if kind == "event" {
		for _, e := range q.ledger.events {
			if e.id == id && q.kept(e) {
				return reply(200, q.eventObject(e))
			}
		}
		return q.missing(404, kind, id, "id")
	}
	t := q.ledger.byID[id]
	if t == nil || t.kind != kind || t.created.After(q.now) {
		return q.missing(404, kind, id, "id")
	}
	if came(t.gone, q.now) {
		return reply(200, object{"id": t.id, "object": kind, "deleted": true})
	}
	shown, bad := q.expanded(q.versioned(t.show(q.now)), "")
	if bad != nil {
		return *bad
	}
	return reply(200, shown)
}

func (q *stripeQuery) missing(status int, kind, id, name string) answer {
	return stripeError(status, "resource_missing", name, fmt.Sprintf("No such %s: '%s'", strings.ReplaceAll(kind, "_", " "), id))
}

func stripeError(status int, code, name, message string) answer {
	e := object{"type": "invalid_request_error", "message": message}
	if code != "" {
		e["code"] = code
		e["doc_url"] = "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(code, "_", "-")
	}
	if name != "" {
		e["param"] = name
	}
	return reply(status, object{"error": e})
}
