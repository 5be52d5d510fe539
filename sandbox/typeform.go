package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lastro/pipelines/demo"
)

// form is one survey with all its responses, newest first.
type form struct {
	id, title, ref, kind string // kind is the field's type
	steps                int
	responses            []*response
	made                 time.Time
}

type response struct {
	token     string
	at        time.Time // when it was given
	shown     time.Time // when the API has it: up to half an hour later
	completed bool
	answer    demo.Answer
	hidden    func() object
}

func newForms(seed uint64, links []*link, c *crm) []*form {
	nps := &form{id: "PrumoNps", title: "NPS", ref: "nps", kind: "nps", steps: 11}
	ces := &form{id: "PrumoCes", title: "Esforço", ref: "ces", kind: "opinion_scale", steps: 7}
	old := &form{id: "PrumoCe5", title: "Esforço (até 2023)", ref: "ces_reversed", kind: "opinion_scale", steps: 5}
	people := map[string]*record{}
	for _, r := range c.lists["contacts"] {
		people[r.name] = r
	}
	for _, l := range links {
		if l.book.Deleted {
			continue
		}
		for _, a := range l.book.Answers {
			f := map[string]*form{"nps": nps, "ces": ces}[a.Survey]
			if f == ces && a.Reversed {
				f = old
			}
			if f == nil {
				continue
			}
			f.add(seed, l, a, people[a.Respondent])
		}
	}
	forms := []*form{nps, ces, old}
	for _, f := range forms {
		slices.SortFunc(f.responses, func(a, b *response) int {
			if c := b.at.Compare(a.at); c != 0 {
				return c
			}
			return strings.Compare(b.token, a.token)
		})
		if n := len(f.responses); n > 0 {
			f.made = f.responses[n-1].at.AddDate(0, 0, -10)
		}
	}
	return forms
}

func (f *form) add(seed uint64, l *link, a demo.Answer, person *record) {
	sum := sha256.Sum256(fmt.Append(nil, seed, "response", a.ID))
	draw := chance(seed, "late", a.ID)
	r := &response{token: hex.EncodeToString(sum[:16]), at: a.At, answer: a, completed: true}
	r.shown = a.At.Add(time.Duration(draw%1800) * time.Second)
	r.hidden = func() object {
		h := object{"account_id": "", "email": "", "respondent_id": "", "touchpoint": a.Touchpoint, "language": a.Language}
		if !a.Traced {
			return h
		}
		if person != nil {
			h["respondent_id"] = person.id
			h["email"] = person.properties(a.At)["email"]
		}
		if email, _ := h["email"].(string); draw%8 != 0 || !strings.HasSuffix(email, "@"+l.book.Domain) {
			h["account_id"] = l.company.id
		}
		return h
	}
	f.responses = append(f.responses, r)
	if draw%12 == 0 { // somebody opened the form and went away
		left := *r
		left.token = hex.EncodeToString(sum[16:])
		left.at, left.shown, left.completed = a.At.Add(-2*time.Hour), a.At.Add(-2*time.Hour), false
		f.responses = append(f.responses, &left)
	}
}

// typeform answers a request to Typeform's API.
func (s *Server) typeform(r *http.Request, path string) answer {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if r.Method != http.MethodGet || parts[0] != "forms" || len(parts) > 3 || len(parts) == 3 && parts[2] != "responses" {
		return typeformError(404, "NOT_FOUND", "Endpoint not found")
	}
	if len(parts) == 1 {
		return s.formList(r)
	}
	for _, f := range s.world.forms {
		if f.id == parts[1] && len(parts) == 2 {
			return reply(200, f.object(s.base))
		}
		if f.id == parts[1] {
			return f.page(r, s.Now())
		}
	}
	return typeformError(404, "FORM_NOT_FOUND", "Non existing form with uid "+parts[1])
}

func (s *Server) formList(r *http.Request) answer {
	size, number := 10, 1
	for name, target := range map[string]*int{"page_size": &size, "page": &number} {
		if text := r.URL.Query().Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || name == "page_size" && n > 200 {
				return typeformError(400, "VALIDATION_ERROR", "invalid "+name)
			}
			*target = n
		}
	}
	items := []any{}
	forms := s.world.forms
	for _, f := range forms[min((number-1)*size, len(forms)):min(number*size, len(forms))] {
		items = append(items, object{"id": f.id, "type": "quiz", "title": f.title, "created_at": f.made.Format(time.RFC3339),
			"last_updated_at": f.made.Format(time.RFC3339), "settings": object{"is_public": true, "is_trial": false},
			"self": object{"href": s.base + "/typeform/forms/" + f.id}, "theme": object{"href": ""}, "_links": object{"display": ""}})
	}
	return reply(200, object{"total_items": len(forms), "page_count": (len(forms) + size - 1) / size, "items": items})
}

func (f *form) object(base string) object {
	properties := object{"steps": f.steps, "start_at_one": f.kind != "nps", "labels": object{}}
	return object{
		"id": f.id, "type": "quiz", "title": f.title, "created_at": f.made.Format(time.RFC3339), "last_updated_at": f.made.Format(time.RFC3339),
		"hidden": []any{"account_id", "email", "respondent_id", "touchpoint", "language"},
		"fields": []any{
			object{"id": f.id + "Score", "ref": f.ref, "title": f.title, "type": f.kind, "properties": properties, "validations": object{"required": true}},
			object{"id": f.id + "Text1", "ref": "comment", "title": "Por quê?", "type": "long_text", "properties": object{}, "validations": object{"required": false}},
		},
		"settings": object{"language": "pt", "is_public": true}, "_links": object{"display": base + "/to/" + f.id},
	}
}

func typeformError(status int, code, description string) answer {
	return reply(status, object{"code": code, "description": description})
}
