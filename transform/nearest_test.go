package transform

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func noStep(context.Context, Engine) error { return nil }

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"retention", "retention", 0}, {"retenton", "retention", 1},
		{"mrr", "mmr", 1}, {"ab", "ba", 1}, {"é", "e", 1}, {"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"accounts", "account_period", "books.invoice_lines", "invoices"}
	for _, test := range []struct {
		name string
		want []string
	}{
		{"acounts", []string{"accounts"}},
		{"invoice_lines", []string{"books.invoice_lines"}},
		{"shop.invoices", []string{"invoices"}},
		{"weather", []string{}},
	} {
		if diff := cmp.Diff(test.want, nearest(test.name, known, 3)); diff != "" {
			t.Errorf("nearest(%q) (-want +got):\n%s", test.name, diff)
		}
	}
}
