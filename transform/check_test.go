package transform_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
)

const movesModel = `/*
key: [period, account_id]
columns:
  period: the month
  account_id: the account
accepted_values:
  kind: [new, "it's", churn]
  size: [1, 2.5]
  is_open: [true]
not_null: [amount]
same_rows_as: int_rows
severity: warn
checks:
  - {name: adds_up, expression: "opening + amount = closing -- to the cent", severity: error}
  - name: in_range
    expression: list_filter([amount], x -> x > 100) = []
*/
select period, account_id, kind, cast(size as decimal(4, 1)) as size, is_open, opening, amount, closing, note
from int_rows
`

const movesRows = `select * from (values
    (date '2025-01-01', 'a', 'new', 1, true, 0.00, 10.00, 10.00, 'fine'),
    (date '2025-01-01', 'a', 'it''s', 2.5, true, 0.00, 10.00, 10.00, 'twice'),
    (date '2025-01-01', 'b', 'gift', 3, false, 1.00, 1.00, 3.00, 'all wrong'),
    (null, 'c', null, null, null, null, null, null, 'nulls')
) as records (period, account_id, kind, size, is_open, opening, amount, closing, note), policy
`

func checkedProject(t *testing.T) (*transform.Project, transform.Engine) {
	t.Helper()
	engine := newEngine(t)
	if err := engine.Exec(t.Context(), "create table policy as select 1 as one"); err != nil {
		t.Fatal(err)
	}
	project := load(t, map[string]string{
		"intermediate/int_rows.sql":  movesRows,
		"marts/moves.sql":            movesModel,
		"marts/good.sql":             "/*\nkey: one\naccepted_values: {one: [1]}\n*/\nselect * from policy",
		"checks/check_notes.sql":     "/*\nseverity: warn\n*/\nselect account_id, note, timestamp '2025-01-02 03:04:05' as at from moves where note = 'fine'; -- no more;",
		"checks/check_many.sql":      "-- more failures than a sample shows\nselect range as n from range(12), good where range > 0",
		"checks/check_policy.sql":    "select * from policy where one != 1",
		"checks/check_unrelated.sql": "select * from books.accounts where name = 'nobody'",
	}, transform.LoadOptions{Given: []string{"books.accounts", "policy"}})
	builder := transform.Builder{Project: project, Selection: selectAll(t, project), Engine: engine}
	if _, err := builder.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return project, engine
}

func TestRunChecks(t *testing.T) {
	project, engine := checkedProject(t)
	var mu sync.Mutex
	told := 0
	results, err := project.RunChecks(t.Context(), engine, selectAll(t, project), transform.CheckOptions{Notify: func(transform.CheckResult) {
		mu.Lock()
		defer mu.Unlock()
		told++
	}})
	if err != nil {
		t.Fatal(err)
	}
	if told != len(results) {
		t.Errorf("told of %d of %d checks", told, len(results))
	}
	var out strings.Builder
	for _, r := range results {
		fmt.Fprintf(&out, "%s %s %s:%d %s passed=%v failures=%d\n", r.Model, r.Name, r.File, r.Line, r.Severity, r.Passed, r.Failures)
		if len(r.Columns) > 0 {
			fmt.Fprintf(&out, "    %s\n", strings.Join(r.Columns, " | "))
		}
		for _, row := range r.Sample {
			fmt.Fprintf(&out, "    %s\n", strings.Join(row, " | "))
		}
	}
	compare(t, "testdata/checks.txt", out.String())
}

func TestChecksOfASelection(t *testing.T) {
	project, _ := checkedProject(t)
	for _, test := range []struct {
		selectors, exclude []string
		want               string
	}{
		{[]string{"good"}, nil, "good.accepted_values(one) good.key_is_not_null good.key_is_unique check_many check_policy check_unrelated"},
		{[]string{"good"}, []string{"check_policy", "check_many"}, "good.accepted_values(one) good.key_is_not_null good.key_is_unique check_unrelated"},
		{[]string{"check_notes"}, nil, "check_notes check_policy check_unrelated"},
	} {
		selection, err := project.Select(test.selectors, test.exclude)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, check := range project.ChecksOf(selection) {
			names = append(names, strings.TrimPrefix(check.Model+"."+check.Name, check.Name+"."))
		}
		if diff := cmp.Diff(sortedFields(test.want), sortedFields(strings.Join(names, " "))); diff != "" {
			t.Errorf("%v without %v (-want +got):\n%s", test.selectors, test.exclude, diff)
		}
	}
}

func TestACheckThatCannotRun(t *testing.T) {
	for _, test := range []struct{ path, text, want string }{
		{
			"marts/a.sql", "/*\nkey: one\nchecks:\n  - {name: adds_up, expression: two = 2}\n*/\nselect * from policy",
			"run check a.adds_up: sql/marts/a.sql:4: binder error: Referenced column \"two\" not found",
		},
		{
			"intermediate/a.sql", "/*\nnot_null: two\n*/\nselect * from policy",
			"run check a.not_null(two): sql/intermediate/a.sql:2: binder error: Referenced column \"two\" not found",
		},
		{
			"checks/a.sql", "-- a check\nselect *\nfrom policy\nwhere two = 2",
			"run check a: sql/checks/a.sql:4:7: binder error: Referenced column \"two\" not found",
		},
	} {
		engine := newEngine(t)
		if err := engine.Exec(t.Context(), "create table policy as select 1 as one"); err != nil {
			t.Fatal(err)
		}
		project := load(t, map[string]string{test.path: test.text}, transform.LoadOptions{Given: []string{"policy"}})
		builder := transform.Builder{Project: project, Selection: selectAll(t, project), Engine: engine}
		if _, err := builder.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := project.RunChecks(t.Context(), engine, selectAll(t, project), transform.CheckOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("error is\n%v, want\n%s", err, test.want)
		}
	}
}
