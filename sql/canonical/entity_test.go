package canonical

import (
	"slices"
	"testing"
)

func TestEntitiesAreThoseOfTheDefinitions(t *testing.T) {
	if _, err := entities(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range All() {
		names = append(names, e.Name)
		if e.Description == "" || len(e.Key) == 0 {
			t.Errorf("%s lacks a description or a key", e.Name)
		}
		for _, c := range e.Columns {
			if c.Description == "" || c.Type.name == "" {
				t.Errorf("%s.%s lacks a description or a type", e.Name, c.Name)
			}
		}
	}
	want := []string{"accounts", "account_history", "subscriptions", "invoice_lines", "subscription_items", "invoices", "contracts",
		"opportunities", "spend", "survey_responses", "survey_invitations", "tickets", "usage", "milestones", "fx_rates", "benchmarks", "targets"}
	if !slices.Equal(names, want) {
		t.Errorf("entities are %v, want %v", names, want)
	}
}

func TestTypesOfEntities(t *testing.T) {
	for _, c := range []struct{ entity, column, want string }{
		{"invoice_lines", "amount", "DECIMAL(18,4)"},
		{"invoice_lines", "interval_count", "BIGINT"},
		{"invoice_lines", "issued_at", "TIMESTAMP"},
		{"invoice_lines", "service_start", "DATE"},
		{"invoice_lines", "is_proration", "BOOLEAN"},
		{"invoice_lines", "line_id", "VARCHAR"},
		{"subscription_items", "mrr", "DECIMAL(24,10)"},
		{"fx_rates", "rate", "DECIMAL(24,12)"},
		{"survey_responses", "score", "DECIMAL(9,4)"},
	} {
		e, _ := ByName(c.entity)
		column, ok := e.Column(c.column)
		if !ok || column.Type.SQL() != c.want {
			t.Errorf("%s.%s is %s, want %s", c.entity, c.column, column.Type.SQL(), c.want)
		}
	}
}

func TestParseType(t *testing.T) {
	for name, want := range map[string]string{"money": "DECIMAL(18,4)", "Decimal(12, 2)": "DECIMAL(12,2)", " text ": "VARCHAR", "double": "DOUBLE"} {
		got, err := ParseType(name)
		if err != nil || got.SQL() != want {
			t.Errorf("ParseType(%q) = %s, %v; want %s", name, got.SQL(), err, want)
		}
	}
	for _, name := range []string{"", "number", "decimal", "decimal(0,0)", "decimal(39,1)", "decimal(4,5)", "decimal(4", "decimal(a,b)"} {
		if got, err := ParseType(name); err == nil {
			t.Errorf("ParseType(%q) = %s, want an error", name, got)
		}
	}
}

func TestMissing(t *testing.T) {
	e, _ := ByName("fx_rates")
	if got := e.Missing([]Field{{"DAY", "DATE"}, {"rate", "DOUBLE"}}); !slices.Equal(got, []string{"currency"}) {
		t.Errorf("missing columns are %v, want currency", got)
	}
}
