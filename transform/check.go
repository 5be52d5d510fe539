package transform

import (
	"fmt"
	"slices"
	"strings"
)

// Check is one check of a project: a SELECT whose rows are the failures.
type Check struct {
	// Name is unique within the model, as key_is_unique or accepted_values(movement).
	Name string
	// Model is the model that is checked; a check in a file of its own has its own name here, too.
	Model string
	// File and Line are where the check is written; Line is 0 when not known.
	File     string
	Line     int
	Severity Severity
	SQL      string

	show   []string // the columns that a sample shows, as far as the failures have them; all when empty
	isFile bool     // SQL is the text of File
}

// ID names the check among all of a project: model.name, and the name alone of a check in a file of its own.
func (c Check) ID() string {
	if c.isFile {
		return c.Name
	}
	return c.Model + "." + c.Name
}

// headerChecks gives the checks that a model's header asks for, in the order: key, not_null, accepted_values, same_rows_as, checks.
func headerChecks(m *Model) []Check {
	h, table := m.Header, Quote(m.Name)
	var checks []Check
	add := func(name, key, sql string, show ...string) *Check {
		if len(show) > 0 {
			show = append(slices.Clone(h.Key), show...)
		}
		checks = append(checks, Check{
			Name: name, Model: m.Name, File: m.File, Line: h.lines[key], Severity: h.Severity.or(""), SQL: sql, show: show,
		})
		return &checks[len(checks)-1]
	}
	if len(h.Key) > 0 {
		key := quoteList(h.Key)
		add("key_is_unique", "key", fmt.Sprintf(
			"select %s, count(*) as row_count\nfrom %s\ngroup by %s\nhaving count(*) > 1", key, table, key))
		add("key_is_not_null", "key", fmt.Sprintf(
			"select %s\nfrom %s\nwhere %s is null", key, table, strings.Join(quoteAll(h.Key), " is null or ")))
	}
	for _, column := range h.NotNull {
		add("not_null("+column+")", "not_null", fmt.Sprintf(
			"select * from %s where %s is null", table, Quote(column)), column)
	}
	for _, accepted := range h.AcceptedValues {
		values := make([]string, len(accepted.Values))
		for i, value := range accepted.Values {
			values[i] = literal(value)
		}
		add("accepted_values("+accepted.Column+")", "accepted_values", fmt.Sprintf(
			"select * from %s where %s not in (%s)", table, Quote(accepted.Column), strings.Join(values, ", ")), accepted.Column)
	}
	if h.SameRowsAs != "" {
		add("same_rows_as("+h.SameRowsAs+")", "same_rows_as", fmt.Sprintf(
			"select row_count, expected_row_count\nfrom (\n    select\n        (select count(*) from %s) as row_count,\n        (select count(*) from %s) as expected_row_count\n) as counts\nwhere row_count != expected_row_count",
			table, QuoteRelation(h.SameRowsAs)))
	}
	for _, e := range h.Checks {
		check := add(e.Name, "checks", fmt.Sprintf("select * from %s where not (%s\n)", table, e.Expression), e.columns...)
		check.Severity = e.Severity.or(h.Severity)
		if e.line > 0 {
			check.Line = e.line
		}
	}
	return checks
}

// fileCheck gives the check that a file in checks/ is.
func fileCheck(m *Model) Check {
	return Check{
		Name: m.Name, Model: m.Name, File: m.File, Severity: m.Header.Severity.or(""),
		SQL: cutStatement(m.SQL), isFile: true,
	}
}

func quoteAll(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name)
	}
	return quoted
}

func quoteList(names []string) string { return strings.Join(quoteAll(names), ", ") }

// ChecksOf gives the checks that belong to a selection: those of the headers of its models, and the files in checks/ that
// are selected, or that read nothing but selected models; not those that were excluded. A nil selection is every model.
func (p *Project) ChecksOf(selection *Selection) []Check {
	if selection == nil {
		selection = p.everything()
	}
	var checks []Check
	for _, m := range p.models {
		switch {
		case m.IsCheck():
			if selection.runs(m) {
				checks = append(checks, fileCheck(m))
			}
		case selection.names[m.Name]:
			checks = append(checks, headerChecks(m)...)
		}
	}
	return checks
}

// runs says whether a check in a file of its own belongs to the selection.
func (s *Selection) runs(m *Model) bool {
	if s.names[m.Name] || s.excluded[m.Name] {
		return s.names[m.Name]
	}
	for _, parent := range m.parents {
		if !s.project.given[parent] && !s.names[parent] {
			return false
		}
	}
	return true
}
