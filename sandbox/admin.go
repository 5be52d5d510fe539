package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

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
