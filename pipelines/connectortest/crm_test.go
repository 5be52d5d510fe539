package connectortest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHubSpot maps companies, deals, tickets and answers of surveys.
func TestHubSpot(t *testing.T) {
	db := newAPI(t, "hubspot", map[string]string{"access_token": "pat"}).land()
	want := []string{
		"survey_responses 804: score 0.0000 is not on the scale 1 to 5",
		"tickets 63: account_id is missing",
	}
	if diff := cmp.Diff(want, db.stage("hubspot")); diff != "" {
		t.Errorf("in quarantine (-by hand +by the models):\n%s", diff)
	}
	for _, entity := range []string{"accounts", "account_identities", "opportunities", "tickets", "survey_responses"} {
		db.compare("hubspot", entity, false)
	}
}

// TestTypeform maps answers on the scales that the forms' definitions have.
func TestTypeform(t *testing.T) {
	db := newAPI(t, "typeform", map[string]string{"access_token": "tfp"}).land()
	want := []string{
		"survey_responses t3:f1: score 11 is not on the scale 0 to 10",
		"survey_responses t6:e9: scale_min is missing",
	}
	if diff := cmp.Diff(want, db.stage("typeform")); diff != "" {
		t.Errorf("in quarantine (-by hand +by the models):\n%s", diff)
	}
	db.compare("typeform", "survey_responses", false)
	db.compare("typeform", "account_identities", false)
}
