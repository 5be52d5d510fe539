package sandbox

import (
	"bytes"
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
	refused, header := s.limits.refused(api, path)
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
