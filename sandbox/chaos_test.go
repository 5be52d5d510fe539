package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// try asks once, as an access token of OAuth, and gives what came, whole or not.
func try(t *testing.T, s *Server, path, token string) (int, http.Header, string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, string(text), err
}

func TestChaosGivesEachFault(t *testing.T) {
	s := start(t, small())
	first := "/v1/customers?limit=5"
	good := get(t, s, first)
	after := "&starting_after=" + good["data"].([]any)[4].(object)["id"].(string)
	_, _, want, err := try(t, s, first+after, StripeKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		fault Fault
		wrong func(status int, header http.Header, body string, err error) bool
	}{
		{LimitedWhen, func(status int, h http.Header, _ string, _ error) bool {
			return status == 429 && h.Get("Retry-After") != ""
		}},
		{Limited, func(status int, h http.Header, _ string, _ error) bool {
			return status == 429 && h.Get("Retry-After") == ""
		}},
		{ServerError, func(status int, _ http.Header, _ string, _ error) bool { return status == 500 }},
		{CutBody, func(_ int, _ http.Header, _ string, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		{TruncateJSON, func(status int, _ http.Header, body string, err error) bool {
			return status == 200 && err == nil && strings.HasPrefix(want, body) && len(body) < len(want)
		}},
		{ErrorBody, func(status int, _ http.Header, body string, _ error) bool {
			return status == 200 && strings.Contains(body, `"error"`)
		}},
		{EndlessPages, func(status int, _ http.Header, body string, _ error) bool {
			return status == 200 && strings.Contains(body, `"has_more":true`)
		}},
		{ShiftedPage, func(status int, _ http.Header, body string, _ error) bool {
			return status == 200 && strings.Count(body, `"object":"customer"`) == 7
		}},
		{Slow, func(status int, _ http.Header, body string, _ error) bool { return status == 200 && body == want }},
	} {
		s.SetChaos(Chaos{Seed: 1, Rate: 1, Faults: []Fault{c.fault}, Delay: 1})
		status, header, body, err := try(t, s, first+after, StripeKey)
		if !c.wrong(status, header, body, err) {
			t.Errorf("%s: %d %v %.80s", c.fault, status, err, body)
		}
	}
}

func TestChaosRepeatsAPage(t *testing.T) {
	s := start(t, small())
	_, _, first, _ := try(t, s, "/v1/customers?limit=5", StripeKey)
	s.SetChaos(Chaos{Seed: 1, Rate: 1, Faults: []Fault{RepeatedPage}})
	for range 2 { // nothing to repeat yet: the page is good, and remembered
		_, _, first, _ = try(t, s, "/v1/customers?limit=5", StripeKey)
	}
	last := strings.LastIndex(first, `"id":"cus_`)
	_, _, second, err := try(t, s, "/v1/customers?limit=5&starting_after="+first[last+6:last+24], StripeKey)
	if err != nil || second != first {
		t.Errorf("%v: not the page before it: %.80s", err, second)
	}
}

func TestChaosExpiresTokensOfOAuthAlone(t *testing.T) {
	s := start(t, small())
	s.SetChaos(Chaos{Seed: 1, Rate: 1, Faults: []Fault{ExpiredToken}})
	if status, _, _, _ := try(t, s, "/crm/v3/owners", s.tokens.give()); status != 401 {
		t.Errorf("status %d", status)
	}
	if status, _, _, _ := try(t, s, "/crm/v3/owners", HubSpotToken); status != 200 {
		t.Errorf("a private app's token expired: %d", status)
	}
}

func TestChaosIsTheSameForTheSameSeed(t *testing.T) {
	draw := func(seed uint64, order []int) []Fault {
		c := newChaos(Chaos{Seed: seed, Rate: 0.3})
		faults := make([]Fault, len(order))
		for _, n := range order {
			faults[n] = c.fault(fmt.Sprint("GET /v1/customers?page=", n))
		}
		return faults
	}
	up, down := make([]int, 200), make([]int, 200)
	for i := range up {
		up[i], down[i] = i, 199-i
	}
	if !slices.Equal(draw(5, up), draw(5, down)) {
		t.Error("the order of requests changes the faults")
	}
	if slices.Equal(draw(5, up), draw(6, up)) {
		t.Error("another seed, the same faults")
	}
	seen := map[Fault]bool{}
	for _, f := range draw(5, up) {
		seen[f] = true
	}
	if len(seen) < 9 {
		t.Errorf("only %v", seen)
	}
}

func TestParseChaos(t *testing.T) {
	for text, want := range map[string]Chaos{"7": {Seed: 7, Rate: DefaultRate}, "7:0.2": {Seed: 7, Rate: 0.2}} {
		if c, err := ParseChaos(text); err != nil || c.Seed != want.Seed || c.Rate != want.Rate {
			t.Errorf("%s: %v %v", text, c, err)
		}
	}
	for _, text := range []string{"", "x", "7:", "7:2", "7:-1"} {
		if _, err := ParseChaos(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
