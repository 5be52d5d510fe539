package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared gives a folder of the shared cases and data. The variable LASTRO_CASES says where they are; without it there
// is nothing to test here.
func shared(t *testing.T, folder string) (path string, ok bool) {
	t.Helper()
	root, ok := os.LookupEnv("LASTRO_CASES")
	if !ok {
		return "", false
	}
	// The variable names the cases; the data lies beside them.
	return filepath.Join(filepath.Dir(root), folder), true
}

func TestCompaniesOfTheCases(t *testing.T) {
	for company, want := range map[string]string{
		"company-1": "8 of 320 survey_responses", "company-2": "3 of 320 survey_responses", "company-3": "3 of 320 survey_responses",
		"company-4": "7 of 320 survey_responses", "company-5": "1 of 240 survey_responses",
	} {
		path, ok := shared(t, filepath.Join("cases", company, "data"))
		if !ok {
			return
		}
		w := newWorld(t, nil)
		w.config.Path = path
		var got []string
		for _, s := range w.read().Streams {
			c := s.Counts
			if c.Accepted != c.Read {
				got = append(got, strings.Join([]string{itoa(c.Quarantined), "of", itoa(c.Read), s.ID.Stream}, " "))
			}
			if c.Read == 0 || c.Dropped > 0 {
				t.Errorf("%s: %+v", company, s)
			}
		}
		same(t, company, got, want)
		for _, q := range w.quarantine() {
			if !strings.Contains(q, " is not on the scale ") {
				t.Errorf("%s: %s", company, q)
			}
		}
	}
}

// TestRavenstack takes data with copies and contradictions that someone put there on purpose.
func TestRavenstack(t *testing.T) {
	path, ok := shared(t, filepath.Join("data", "ravenstack"))
	if !ok {
		return
	}
	keys := map[string]string{
		"accounts": "account_id", "subscriptions": "subscription_id", "feature_usage": "usage_id", "support_tickets": "ticket_id", "churn_events": "churn_event_id",
	}
	// Rows, distinct rows, distinct keys, as counted independently.
	for stream, want := range map[string][3]int64{
		"accounts": {550, 542, 535}, "subscriptions": {5500, 5388, 5350}, "feature_usage": {27500, 26945, 26729},
		"support_tickets": {2200, 2167, 2140}, "churn_events": {660, 646, 642},
	} {
		w := newWorld(t, nil)
		w.large = stream == "feature_usage"
		w.config.Path = filepath.Join(path, stream+".csv")
		w.config.Streams = map[string]Stream{stream: {Key: []string{keys[stream]}}}
		c := w.read().Streams[0].Counts
		contradicted := w.rows("select count(distinct regexp_extract(reason, '\"([^\"]*)\"', 1)) from (" + w.known().QuarantineSQL() + ")")[0]
		if c.Read != want[0] || c.Read-c.Dropped != want[1] || itoa(want[2]-c.Accepted) != contradicted {
			t.Errorf("%s: %+v with %s contradicted keys, want %v", stream, c, contradicted, want)
		}
	}
}
