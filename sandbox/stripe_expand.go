package sandbox

import (
	"maps"
	"strings"
)

// expanded puts objects in the place of the ids that the expand parameters name. A list's parameters begin
// with data., which prefix takes off.
func (q *stripeQuery) expanded(o object, prefix string) (object, *answer) {
	for name, values := range q.values {
		if param(name) != "expand" {
			continue
		}
		for _, path := range values {
			rest, ok := strings.CutPrefix(path, prefix)
			if !ok || strings.Count(path, ".") > 3 {
				a := stripeError(400, "", "expand", "This property cannot be expanded ("+path+").")
				return nil, &a
			}
			opened, ok := q.open(o, strings.Split(rest, "."))
			if !ok {
				a := stripeError(400, "", "expand", "This property cannot be expanded ("+path+").")
				return nil, &a
			}
			o = opened.(object)
		}
	}
	return o, nil
}

// open follows a path into a value and expands what is at its end. What is on the way is copied, since
// it is shared.
func (q *stripeQuery) open(v any, path []string) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			opened, ok := q.open(one, path)
			if !ok {
				return nil, false
			}
			all[i] = opened
		}
		return all, true
	case object:
		inner, ok := v[path[0]]
		if !ok {
			inner, ok = q.hidden(v, path[0])
		}
		if !ok {
			return nil, false
		}
		o := maps.Clone(v)
		if len(path) == 1 {
			o[path[0]] = q.resolve(inner)
			return o, true
		}
		opened, ok := q.open(q.resolve(inner), path[1:])
		o[path[0]] = opened
		return o, ok
	}
	return nil, false
}

// hidden is a property that is shown only when it is asked for.
func (q *stripeQuery) hidden(o object, name string) (any, bool) {
	switch {
	case o["object"] == "customer" && name == "tax_ids":
		return object{"object": "list", "data": []any{}, "has_more": false, "url": "/v1/customers/" + o["id"].(string) + "/tax_ids"}, true
	case o["object"] == "price" && name == "tiers":
		return nil, true
	case o["object"] == "coupon" && name == "applies_to":
		return nil, true
	}
	return nil, false
}

// resolve gives the object of an id, and of each id in a list.
func (q *stripeQuery) resolve(v any) any {
	switch v := v.(type) {
	case string:
		if d, ok := q.ledger.discount[v]; ok {
			return q.versionedDiscount(d)
		}
		if t := q.ledger.byID[v]; t != nil {
			return q.versioned(t.show(q.now))
		}
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = q.resolve(one)
		}
		return all
	}
	return v
}
