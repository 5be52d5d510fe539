package connectortest

import "testing"

// TestStripe maps what Stripe answers about a score of cases, each a customer in pages.yaml.
func TestStripe(t *testing.T) {
	db := newAPI(t, "stripe", map[string]string{"api_key": "sk_test"}).land()
	if quarantined := db.stage("stripe"); len(quarantined) > 0 {
		t.Errorf("in quarantine: %v", quarantined)
	}
	db.compare("stripe", "accounts", false)
	db.compare("stripe", "account_identities", false)
	db.compare("stripe", "subscriptions", false)
	db.compare("stripe", "invoices", true)
	db.compare("stripe", "invoice_lines", false)
}
