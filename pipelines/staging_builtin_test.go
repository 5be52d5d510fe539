package pipelines

import (
	"strings"
	"testing"
	"testing/fstest"

	"lastro/extract/rest/spec"
)

func TestBind(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"schema":         {"select a from stripe.customers", "select a from billing.customers"},
		"quoted column":  {`select "stripe.x" from stripe.y`, `select "stripe.x" from billing.y`},
		"text":           {"select 'stripe.' as s, 'it''s stripe.a' from stripe.y", "select 'stripe.' as s, 'it''s stripe.a' from billing.y"},
		"comments":       {"-- stripe.a\n/* stripe.b */ select 1 from stripe.c", "-- stripe.a\n/* stripe.b */ select 1 from billing.c"},
		"other words":    {"select my_stripe.a, x.stripe.b, stripe from my_stripe", "select my_stripe.a, x.stripe.b, stripe from my_stripe"},
		"staging model":  {"select * from stg_stripe__accounts", "select * from stg_billing__accounts"},
		"open text":      {"select 'stripe.", "select 'stripe."},
		"open comment":   {"/* stripe.", "/* stripe."},
		"capitals":       {"select a from Stripe.customers", "select a from billing.customers"},
		"nothing":        {"", ""},
		"dot at the end": {"stripe.", "stripe."},
	} {
		if got, _ := (binding{connector: "stripe", source: "billing"}).bind(c.sql); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got, _ := (binding{connector: "stripe", source: "stripe"}).bind(c.sql); !strings.EqualFold(got, c.sql) {
			t.Errorf("%s: bound to its own name %q", name, got)
		}
	}
}

// TestStagingsOf gives a connector's models the source's name, in the model's name, path and text.
func TestStagingsOf(t *testing.T) {
	tree := fstest.MapFS{
		"staging/stripe/stg_stripe__accounts.sql":  {Data: []byte("select id as account_id from stripe.customers")},
		"staging/hubspot/stg_hubspot__tickets.sql": {Data: []byte("select 1 from hubspot.tickets")},
	}
	billing := Source{Name: "billing", Kind: "rest", Rest: &Rest{Spec: &spec.Connector{Connector: "stripe"}}}
	found, err := stagingsOf(tree, billing, nil)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if m := found[0]; m.Name != "stg_billing__accounts" || m.Path != "staging/billing/stg_billing__accounts.sql" || m.SQL != "select id as account_id from billing.customers" {
		t.Errorf("%+v", m)
	}
}

// TestStagingsOnBases has them read the base models of a source of files, those that have all of theirs.
func TestStagingsOnBases(t *testing.T) {
	tree := fstest.MapFS{
		"staging/stripe/stg_stripe__accounts.sql": {Data: []byte("select customers.id from stripe.customers")},
		"staging/stripe/stg_stripe__invoices.sql": {Data: []byte("select 1 from stripe.invoices inner join stripe.customers on true")},
	}
	found, err := stagingsOf(tree, Source{Name: "billing", Kind: "files", Staging: "stripe"}, []string{"base_billing__customers"})
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if m := found[0]; m.Name != "stg_billing__accounts" || m.SQL != "select customers.id from base_billing__customers as customers" {
		t.Errorf("%+v", m)
	}
}

// TestBuiltinStagingsParse: the staging models of every built-in connector are right over its streams as they are declared,
// under its own name and under another, and of no other connector.
func TestBuiltinStagingsParse(t *testing.T) {
	connectors, err := Connectors()
	if err != nil {
		t.Fatal(err)
	}
	if len(connectors) == 0 {
		t.Fatal("no connectors")
	}
	for _, connector := range connectors {
		for _, name := range []string{connector.Connector, "another"} {
			config := &Config{Timezone: "UTC", Sources: []Source{{Name: name, Kind: "rest", Rest: &Rest{Spec: connector, Streams: streamsOf(connector)}}}}
			project, err := parseProject(t.Context(), config, nil)
			if err != nil {
				t.Errorf("connector %s as %s: %v", connector.Connector, name, err)
				continue
			}
			for _, model := range project.Order() {
				if source, entity, ok := stagingParts(model.Name); ok && source != name {
					t.Errorf("connector %s as %s has %s of %s", connector.Connector, name, model.Name, entity)
				}
			}
		}
	}
}

// TestDeclaredColumns: the columns of a stream that was never read are those that reading would give it.
func TestDeclaredColumns(t *testing.T) {
	resource := spec.Resource{
		Name: "lines", PrimaryKey: []string{"invoice_id", "id"}, Parent: &spec.Parent{Resource: "invoices", Include: map[string]string{"invoice_id": "id"}},
		Columns: map[string]spec.Column{"id": {Type: "text"}, "amount": {Type: "money"}, "at": {Type: "timestamp"}, "raw": {Type: "json"}, "n": {Type: "integer"}, "rate": {Type: "decimal(28,12)"}},
	}
	var got string
	for _, column := range declaredColumns(resource) {
		got += column.Name + " " + column.Type + "\n"
	}
	want := "invoice_id VARCHAR\nid VARCHAR\namount DECIMAL(18,4)\nat TIMESTAMP\nn BIGINT\nrate DECIMAL(28,12)\nraw VARCHAR\n" +
		"_deleted BOOLEAN\n_extra VARCHAR\n_source VARCHAR\n_file VARCHAR\n_line BIGINT\n_run_id VARCHAR\n_first_seen TIMESTAMP\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
