package transform_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
)

// load makes a project of files, by path.
func load(t *testing.T, files map[string]string, opts transform.LoadOptions) *transform.Project {
	t.Helper()
	tree := fstest.MapFS{}
	for path, text := range files {
		tree[path] = &fstest.MapFile{Data: []byte(text)}
	}
	opts.User, opts.UserLabel = tree, "sql"
	project, err := transform.Load(newParser(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// books.accounts -> stg_books__accounts -> accounts -> int_keys -> mrr -> retention
// shop.orders    -> stg_shop__orders    -> lines ------^            \--> survival -> survival_summary
var selectFiles = map[string]string{
	"staging/books/stg_books__accounts.sql": "/*\ntags: [daily, books]\n*/\nselect * from books.accounts",
	"staging/shop/stg_shop__orders.sql":     "select * from shop.orders",
	"canonical/accounts.sql":                "/*\ntags: daily\n*/\nselect * from stg_books__accounts",
	"canonical/lines.sql":                   "select * from stg_shop__orders",
	"intermediate/int_keys.sql":             "select * from accounts, lines",
	"marts/mrr.sql":                         "/*\nkey: a\n*/\nselect * from int_keys",
	"marts/retention.sql":                   "/*\nkey: a\n*/\nselect * from mrr",
	"marts/survival.sql":                    "/*\nkey: a\n*/\nselect * from mrr",
	"marts/survival_summary.sql":            "/*\nkey: a\n*/\nselect * from survival",
	"checks/check_mrr.sql":                  "select * from mrr",
}

func TestSelect(t *testing.T) {
	project := load(t, selectFiles, transform.LoadOptions{Given: []string{"books.accounts", "shop.orders"}})
	all := "accounts check_mrr int_keys lines mrr retention stg_books__accounts stg_shop__orders survival survival_summary"
	for _, test := range []struct {
		selectors, exclude []string
		want               string
	}{
		{want: all},
		{selectors: []string{""}, want: all},
		{selectors: []string{"mrr"}, want: "mrr"},
		{selectors: []string{"MRR"}, want: "mrr"},
		{selectors: []string{"mrr", "lines"}, want: "lines mrr"},
		{selectors: []string{"mrr lines"}, want: "lines mrr"},
		{selectors: []string{"+int_keys"}, want: "accounts int_keys lines stg_books__accounts stg_shop__orders"},
		{selectors: []string{"1+int_keys"}, want: "accounts int_keys lines"},
		{selectors: []string{"2+mrr"}, want: "accounts int_keys lines mrr"},
		{selectors: []string{"0+mrr"}, want: "mrr"},
		{selectors: []string{"survival+"}, want: "survival survival_summary"},
		{selectors: []string{"int_keys+1"}, want: "int_keys mrr"},
		{selectors: []string{"mrr+1"}, want: "check_mrr mrr retention survival"},
		{selectors: []string{"1+survival+"}, want: "mrr survival survival_summary"},
		{selectors: []string{"+survival+1"}, want: "accounts int_keys lines mrr stg_books__accounts stg_shop__orders survival survival_summary"},
		{selectors: []string{"@accounts"}, want: all},
		{selectors: []string{"@survival"}, want: "accounts int_keys lines mrr stg_books__accounts stg_shop__orders survival survival_summary"},
		{selectors: []string{"marts"}, want: "mrr retention survival survival_summary"},
		{selectors: []string{"marts.*"}, want: "mrr retention survival survival_summary"},
		{selectors: []string{"marts.mrr"}, want: "mrr"},
		{selectors: []string{"staging.shop"}, want: "stg_shop__orders"},
		{selectors: []string{"staging.*.stg_b*"}, want: "stg_books__accounts"},
		{selectors: []string{"path:marts"}, want: "mrr retention survival survival_summary"},
		{selectors: []string{"path:marts/"}, want: "mrr retention survival survival_summary"},
		{selectors: []string{"path:staging/books"}, want: "stg_books__accounts"},
		{selectors: []string{"path:marts/mrr.sql+1"}, want: "check_mrr mrr retention survival"},
		{selectors: []string{"sql/marts/mrr.sql"}, want: "mrr"},
		{selectors: []string{"marts/s*"}, want: "survival survival_summary"},
		{selectors: []string{"surv?val*"}, want: "survival survival_summary"},
		{selectors: []string{"tag:daily"}, want: "accounts stg_books__accounts"},
		{selectors: []string{"tag:daily,tag:books"}, want: "stg_books__accounts"},
		{selectors: []string{"+mrr,staging"}, want: "stg_books__accounts stg_shop__orders"},
		{selectors: []string{"accounts+,lines+,marts mrr"}, want: "mrr retention survival survival_summary"},
		{selectors: []string{"source:shop"}, want: "stg_shop__orders"},
		{selectors: []string{"source:shop.orders+1"}, want: "lines stg_shop__orders"},
		{selectors: []string{"checks"}, want: "check_mrr"},
		{exclude: []string{"marts", "check_*"}, want: "accounts int_keys lines stg_books__accounts stg_shop__orders"},
		{selectors: []string{"marts"}, exclude: []string{"survival+"}, want: "mrr retention"},
	} {
		selection, err := project.Select(test.selectors, test.exclude)
		if err != nil {
			t.Errorf("%q without %q: %v", test.selectors, test.exclude, err)
			continue
		}
		if diff := cmp.Diff(test.want, sortedNames(selection)); diff != "" {
			t.Errorf("%q without %q (-want +got):\n%s", test.selectors, test.exclude, diff)
		}
	}
}

func sortedNames(selection *transform.Selection) string {
	var names []string
	for _, m := range selection.Models() {
		names = append(names, m.Name)
	}
	return sortedFields(strings.Join(names, " "))
}

func TestSelectMistakes(t *testing.T) {
	project := load(t, selectFiles, transform.LoadOptions{Given: []string{"books.accounts", "shop.orders"}})
	for _, test := range []struct {
		selectors, exclude []string
		want               string
	}{
		{selectors: []string{"+retenton"}, want: `selector "+retenton" selects no model; did you mean retention?`},
		{selectors: []string{"mart"}, want: `selector "mart" selects no model; did you mean marts?`},
		{selectors: []string{"tag:dayly"}, want: `selector "tag:dayly" selects no model; did you mean tag:daily?`},
		{selectors: []string{"source:book"}, want: `selector "source:book" selects no model; did you mean source:books?`},
		{selectors: []string{"nothing_like_it"}, want: `selector "nothing_like_it" selects no model; use a model's name, a folder, tag:x, path:x or source:x`},
		{selectors: []string{"+"}, want: `selector "+" selects no model; use a model's name, a folder, tag:x, path:x or source:x`},
		{selectors: []string{"mrr,"}, want: `selector "" selects no model; use a model's name, a folder, tag:x, path:x or source:x`},
		{selectors: []string{"@mrr+"}, want: `selector "@mrr+": @ already adds both ways, so it takes no +`},
		{selectors: []string{"state:modified"}, want: `selector "state:modified": unknown method state; known are path:x, tag:x and source:x`},
		{selectors: []string{"mrr,lines"}, want: `selector "mrr,lines" selects no model: its parts have none in common`},
		{exclude: []string{"mmr"}, want: `exclude: selector "mmr" selects no model; did you mean mrr?`},
		{selectors: []string{"mrr"}, exclude: []string{"marts"}, want: `selector "mrr" selects no model: --exclude marts leaves nothing of it`},
	} {
		_, err := project.Select(test.selectors, test.exclude)
		if err == nil {
			t.Errorf("%q without %q: no error", test.selectors, test.exclude)
			continue
		}
		if diff := cmp.Diff(test.want, err.Error()); diff != "" {
			t.Errorf("%q without %q (-want +got):\n%s", test.selectors, test.exclude, diff)
		}
	}
	_, err := project.Select([]string{"+retenton"}, nil)
	var unknown *transform.UnknownSelectorError
	if !errors.As(err, &unknown) || unknown.Selector != "+retenton" {
		t.Errorf("error is %#v, not an UnknownSelectorError", err)
	}
}

func TestWithAncestors(t *testing.T) {
	project := load(t, selectFiles, transform.LoadOptions{Given: []string{"books.accounts", "shop.orders"}})
	selection, err := project.Select([]string{"lines+1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wide := selection.WithAncestors()
	if diff := cmp.Diff("accounts int_keys lines stg_books__accounts stg_shop__orders", sortedNames(wide)); diff != "" {
		t.Errorf("with ancestors (-want +got):\n%s", diff)
	}
	if selection.Has("accounts") || !wide.Has("Accounts") || wide.IsAll() {
		t.Error("the selection itself changed, or Has and IsAll are wrong")
	}
}
