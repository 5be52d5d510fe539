package sandbox

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// handler serves the three APIs, each below its name and at the root, and what people ask of the sandbox itself.
func (s *Server) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sandbox/") || r.URL.Path == "/" {
			s.send(w, r, s.admin(r), "")
			return
		}
		api, path := route(r.URL.Path)
		if api == "" {
			s.send(w, r, reply(404, object{"error": "no such path; the APIs are below /stripe, /hubspot and /typeform"}), "")
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
		if err != nil {
			return // who asked has gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.counts.add(r.Method+" "+endpoint(path), 1)
		a, fault := s.answer(api, path, r, body)
		if a.status >= 400 {
			s.counts.add(strconv.Itoa(a.status)+" "+api, 1)
		}
		if fault != "" {
			s.counts.add("fault "+string(fault), 1)
		}
		s.send(w, r, a, fault)
	})
}

// route tells which API a path is of, and its path there.
func route(path string) (api, rest string) {
	for _, api := range []string{"stripe", "hubspot", "typeform"} {
		if rest, ok := strings.CutPrefix(path, "/"+api+"/"); ok {
			return api, "/" + rest
		}
	}
	switch {
	case strings.HasPrefix(path, "/v1/"):
		return "stripe", path
	case strings.HasPrefix(path, "/crm/"), strings.HasPrefix(path, "/oauth/"):
		return "hubspot", path
	case path == "/forms", strings.HasPrefix(path, "/forms/"):
		return "typeform", path
	}
	return "", path
}

// endpoint is a path without the ids in it.
func endpoint(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		word, id, _ := strings.Cut(p, "_")
		if p != "" && (strings.ContainsAny(p, "0123456789") && p != "v1" && p != "v3" && p != "v4" || id != "" && len(word) <= 5 && len(id) > 13) {
			parts[i] = "{id}"
		}
		if i > 1 && parts[i-1] == "forms" && p != "" {
			parts[i] = "{id}"
		}
	}
	return strings.Join(parts, "/")
}

// answer is what a request gets, and the fault that its sending must still have.
func (s *Server) answer(api, path string, r *http.Request, body []byte) (answer, Fault) {
	if path == "/oauth/v1/token" || path == "/oauth/v3/token" {
		return s.token(r), ""
	}
	if bad := s.authorised(api, r); bad != nil {
		return *bad, ""
	}
	refused, header := s.limits.refused(api, r, path)
	if refused != nil {
		return *refused, ""
	}
	var a answer
	switch api {
	case "stripe":
		a = s.stripe(r, path)
	case "hubspot":
		a = s.hubspot(r, path)
	default:
		a = s.typeform(r, path)
	}
	for name, values := range header {
		a.header[name] = values
	}
	list := api + path + "?" + unpaged(r.URL.Query())
	fault := s.chaos.fault(r.Method + " " + api + path + "?" + r.URL.RawQuery + " " + string(body))
	if fault == ExpiredToken {
		if api != "hubspot" || r.Header.Get("Authorization") == "Bearer "+HubSpotToken {
			fault = ""
		} else {
			s.ExpireTokens()
			return *s.authorised(api, r), fault
		}
	}
	if forever := s.chaos.endlessBody(list); forever != nil && a.page != nil {
		a.body = forever
		return a, EndlessPages
	}
	good := a.body
	a, fault = s.chaos.spoil(fault, api, list, a)
	if a.page != nil && fault == "" {
		s.chaos.remember(list, good)
	}
	return a, fault
}

// unpaged is a query without what asks for a page of it.
func unpaged(values url.Values) string {
	for _, name := range []string{"starting_after", "ending_before", "after", "before"} {
		values.Del(name)
	}
	return values.Encode()
}

// send writes an answer, in the sandbox's time.
func (s *Server) send(w http.ResponseWriter, r *http.Request, a answer, fault Fault) {
	if fault == Slow {
		select {
		case <-time.After(s.chaos.Delay):
		case <-r.Context().Done():
			return
		}
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if fault == CutBody && len(a.body) > 1 {
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // ends the connection in the middle
	}
	_, _ = w.Write(a.body) // who asked may have gone
}

var errDay = errors.New("say which day: POST /sandbox/day?to=2025-09-01, or ?add=1")

// admin answers what is asked of the sandbox itself.
func (s *Server) admin(r *http.Request) answer {
	switch r.Method + " " + r.URL.Path {
	case "GET /":
		return reply(200, s.about())
	case "GET /sandbox/day":
		return reply(200, s.clockObject())
	case "POST /sandbox/day":
		if err := s.move(r.URL.Query()); err != nil {
			return reply(http.StatusConflict, object{"error": err.Error()})
		}
		return reply(200, s.clockObject())
	case "GET /sandbox/truth":
		day := s.Day()
		if text := r.URL.Query().Get("day"); text != "" {
			asked, err := time.Parse(time.DateOnly, text)
			if err != nil || asked.After(s.company.Horizon()) {
				return reply(400, object{"error": "day: not a day that the company is drawn for: " + text})
			}
			day = asked
		}
		return reply(200, s.Truth(day))
	case "GET /sandbox/counts":
		return reply(200, s.Counts())
	case "POST /sandbox/expire":
		s.ExpireTokens()
		return reply(200, object{"expired": true})
	}
	return reply(404, object{"error": "no such path: GET /sandbox/day, /sandbox/truth, /sandbox/counts; POST /sandbox/day, /sandbox/expire"})
}

func (s *Server) move(values url.Values) error {
	day := s.Day()
	switch {
	case values.Get("add") != "":
		n, err := strconv.Atoi(values.Get("add"))
		if err != nil {
			return errDay
		}
		day = day.AddDate(0, 0, n)
	default:
		to, err := time.Parse(time.DateOnly, values.Get("to"))
		if err != nil {
			return errDay
		}
		day = to
	}
	s.chaos.mend()
	return s.MoveTo(day)
}

func (s *Server) clockObject() object {
	return object{"day": s.Day().Format(time.DateOnly), "now": s.Now().Format(time.RFC3339),
		"last_day": s.company.Horizon().Format(time.DateOnly)}
}

func (s *Server) about() object {
	return object{"sandbox": "the APIs of a company that does not exist", "clock": s.clockObject(),
		"stripe":   object{"base_url": s.StripeURL(), "api_key": StripeKey},
		"hubspot":  object{"base_url": s.HubSpotURL(), "access_token": HubSpotToken, "token_url": s.HubSpotURL() + "/oauth/v1/token"},
		"typeform": object{"base_url": s.TypeformURL(), "access_token": TypeformToken},
		"truth":    s.base + "/sandbox/truth"}
}
