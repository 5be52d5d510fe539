package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// small is a company small enough to be read whole in every test.
func small() Options { return Options{Accounts: 60, Years: 2, Unlimited: true} }

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// asked sends a request with the credentials that the path wants and gives the answer's status, header and document.
func asked(t *testing.T, s *Server, method, path, body string, header ...string) (int, http.Header, object) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	switch api, _ := route(strings.SplitN(path, "?", 2)[0]); api {
	case "stripe":
		request.Header.Set("Authorization", "Bearer "+StripeKey)
	case "hubspot":
		request.Header.Set("Authorization", "Bearer "+HubSpotToken)
	case "typeform":
		request.Header.Set("Authorization", "Bearer "+TypeformToken)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	document := object{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
	return answer.StatusCode, answer.Header, document
}

func get(t *testing.T, s *Server, path string) object {
	t.Helper()
	status, _, o := asked(t, s, http.MethodGet, path, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %v", path, status, o)
	}
	return o
}

// everything reads a list of Stripe's to its end.
func everything(t *testing.T, s *Server, path string) []object {
	t.Helper()
	var all []object
	after := ""
	for {
		o := get(t, s, path+after)
		for _, one := range o["data"].([]any) {
			all = append(all, one.(object))
		}
		if o["has_more"] != true {
			return all
		}
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		after = separator + "starting_after=" + all[len(all)-1]["id"].(string)
	}
}
