package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const responsesMost = 1_000

// page answers with a page of a form's responses, newest first.
func (f *form) page(r *http.Request, now time.Time) answer {
	values := r.URL.Query()
	size := 25
	if text := values.Get("page_size"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > responsesMost {
			return typeformError(400, "VALIDATION_ERROR", "page_size must be between 1 and 1000")
		}
		size = n
	}
	before, after := values.Get("before"), values.Get("after")
	if values.Get("sort") != "" && before+after != "" {
		return typeformError(400, "VALIDATION_ERROR", "sort cannot be used with before or after")
	}
	wanted, bad := f.wanted(values, now)
	if bad != nil {
		return *bad
	}
	var previous []*response
	if before != "" {
		at := slices.IndexFunc(wanted, func(r *response) bool { return r.token == before })
		if at < 0 {
			return typeformError(400, "VALIDATION_ERROR", "invalid before token")
		}
		previous, wanted = wanted[:at+1], wanted[at+1:]
	}
	total := len(wanted)
	if after != "" {
		at := slices.IndexFunc(wanted, func(r *response) bool { return r.token == after })
		if at < 0 {
			return typeformError(400, "VALIDATION_ERROR", "invalid after token")
		}
		total = at
		wanted = wanted[max(0, at-size):at] // those nearest to it
	}
	if strings.HasSuffix(values.Get("sort"), ",asc") {
		wanted = slices.Clone(wanted)
		slices.Reverse(wanted)
	}
	show := func(responses []*response) []any {
		items := make([]any, 0, len(responses))
		for _, one := range responses {
			items = append(items, f.response(one))
		}
		return items
	}
	body := func(items []any, total int) object {
		return object{"total_items": total, "page_count": (total + size - 1) / size, "items": items}
	}
	items := show(wanted[:min(size, len(wanted))])
	a := reply(200, body(items, total))
	a.page = &page{kind: "typeform",
		endless: func() []byte { return mustJSON(body(append(items, show(previous)...), total+size)) },
		shifted: func() []byte {
			return mustJSON(body(append(show(previous[max(0, len(previous)-2):]), items...), total))
		},
	}
	return a
}

// wanted are the responses that the parameters ask for, without tokens: newest first.
func (f *form) wanted(values url.Values, now time.Time) ([]*response, *answer) {
	fail := func(what string) ([]*response, *answer) {
		a := typeformError(400, "VALIDATION_ERROR", what)
		return nil, &a
	}
	since, ok := bound(values.Get("since"))
	if !ok {
		return fail("invalid since")
	}
	until, ok := bound(values.Get("until"))
	if !ok {
		return fail("invalid until")
	}
	kinds := values.Get("response_type")
	partial := values.Get("completed") == "false" || strings.Contains(kinds, "partial") || strings.Contains(kinds, "started")
	complete := values.Get("completed") != "false" && (kinds == "" || strings.Contains(kinds, "completed"))
	ids := split([]string{values.Get("included_response_ids")})
	var wanted []*response
	for _, r := range f.responses {
		second := r.at.Truncate(time.Second)
		switch {
		case r.shown.After(now), r.completed && !complete, !r.completed && !partial:
		case !since.IsZero() && second.Before(since), !until.IsZero() && second.After(until):
		case len(ids) > 0 && !slices.Contains(ids, r.token):
		default:
			wanted = append(wanted, r)
		}
	}
	return wanted, nil
}

// bound reads a moment: seconds from 1970, or ISO 8601 in UTC with or without its Z.
func bound(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(n, 0), true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (f *form) response(r *response) object {
	at := r.at.UTC().Format(time.RFC3339)
	o := object{
		"landing_id": r.token, "token": r.token, "response_id": r.token, "response_type": "completed",
		"landed_at": r.at.Add(-80 * time.Second).UTC().Format(time.RFC3339), "submitted_at": at,
		"metadata": object{"user_agent": "Mozilla/5.0", "platform": "other", "referer": "https://prumo.typeform.com/to/" + f.id, "network_id": "", "browser": "default"},
		"hidden":   r.hidden(), "calculated": object{"score": 0},
	}
	if !r.completed {
		o["response_type"] = "started"
		o["submitted_at"] = "0001-01-01T00:00:00Z"
		o["answers"] = nil
		return o
	}
	answers := []any{object{"field": object{"id": f.id + "Score", "type": f.kind, "ref": f.ref}, "type": "number", "number": r.answer.Score}}
	if r.answer.Comment != "" {
		answers = append(answers, object{"field": object{"id": f.id + "Text1", "type": "long_text", "ref": "comment"}, "type": "text", "text": r.answer.Comment})
	}
	o["answers"] = answers
	return o
}
