package sandbox

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestServesOnLoopbackAlone(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.7:80", "example.com:80"} {
		o := small()
		o.Addr = addr
		if _, err := Start(t.Context(), o); !errors.Is(err, ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestAnswersCarryTheSandboxsTime(t *testing.T) {
	s := start(t, small())
	_, header, _ := asked(t, s, "GET", "/v1/customers", "")
	if at, err := http.ParseTime(header.Get("Date")); err != nil || !at.Equal(s.Now()) {
		t.Errorf("Date is %s, the sandbox is in %s", header.Get("Date"), s.Now())
	}
}

func TestLimitsAreTheVendors(t *testing.T) {
	now := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
	o := small()
	o.Unlimited = false
	o.Clock = func() time.Time { return now }
	s := start(t, o)
	for _, c := range []struct {
		method, path string
		passes       int
	}{{"GET", "/v1/products", 25}, {"GET", "/crm/v3/owners", 190}, {"POST", "/crm/v3/objects/deals/search", 5}, {"GET", "/forms", 2}} {
		passed := 0
		for range 200 {
			status, _, o := asked(t, s, c.method, c.path, "{}")
			if status != 200 {
				if status != 429 {
					t.Fatalf("%s: %d %v", c.path, status, o)
				}
				break
			}
			passed++
		}
		if passed != c.passes {
			t.Errorf("%s: %d requests at once, want %d", c.path, passed, c.passes)
		}
	}
	now = now.Add(time.Second)
	if status, _, _ := asked(t, s, "GET", "/forms", ""); status != 200 {
		t.Errorf("a second later: %d", status)
	}
}

func TestTruthSaysWhichRecordsAreOneCustomer(t *testing.T) {
	s := start(t, Options{Unlimited: true})
	rules := map[Rule]int{}
	for _, a := range s.Truth(s.Day()).Accounts {
		rules[a.Rule]++
		switch {
		case a.Rule == Unmatched && a.Customer != "" && (a.Why == "" || a.Account != BillingSource+":"+a.Customer):
			t.Errorf("unmatched without a reason or an id of its own: %+v", a)
		case a.Rule != Unmatched && (a.Account != a.Company || a.Customer == ""):
			t.Errorf("matched, and not by the CRM's id: %+v", a)
		}
	}
	for _, rule := range []Rule{ByExternalID, ByTaxID, ByDomain, ByEmailDomain, Unmatched} {
		if rules[rule] == 0 {
			t.Errorf("nobody is matched by %q", rule)
		}
	}
}

func TestFilesAreWrittenAnewWhenTheDayMoves(t *testing.T) {
	dir := t.TempDir()
	o := small()
	o.OnDay = func(s *Server) error { return s.WriteBeside(dir) }
	s := start(t, o)
	before, err := os.ReadFile(filepath.Join(dir, "data", "fx_rates.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.MoveTo(s.Day().AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "data", "fx_rates.csv"))
	if err != nil || len(after) <= len(before) || string(after[:len(before)]) != string(before) {
		t.Errorf("%v: %d bytes of rates, then %d", err, len(before), len(after))
	}
}

func TestMinorUnits(t *testing.T) {
	for currency, want := range map[string]int64{"BRL": 12300, "JPY": 123, "clp": 123, "USD": 12300} {
		if got := minor(12300, currency); got != want {
			t.Errorf("123.00 %s is %d in minor units, want %d", currency, got, want)
		}
	}
}
