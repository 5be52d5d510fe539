package transform

import (
	"errors"
	"fmt"
	"slices"
)

// statement is the SQL that builds a model, and where in it the model's own text stands.
type statement struct {
	text  string
	start int // of the model's SQL
	size  int
}

// createStatement gives the statement that builds a model from its SELECT.
func createStatement(m *Model, query string) statement {
	query = cutStatement(query)
	kind := "table"
	if m.IsView() {
		kind = "view"
	}
	head := fmt.Sprintf("create or replace %s %s as\n", kind, Quote(m.Name))
	tail := "\n"
	if order := m.StoredOrder(); len(order) > 0 {
		head += "select * from (\n"
		tail = "\n) as ordered\norder by " + quoteList(order) + "\n"
	}
	return statement{text: head + query + tail, start: len(head), size: len(query)}
}

// locate gives the place of a statement's error in the model's own text, as far as it is known.
func (s statement) locate(err error) (line, column int, isInModel bool) {
	var refused *SQLError
	if !errors.As(err, &refused) || refused.Offset < 0 {
		return 0, 0, true
	}
	offset := refused.Offset - s.start
	if offset < 0 || offset > s.size {
		return 0, 0, false
	}
	line, column = position(s.text[s.start:s.start+s.size], offset)
	return line, column, true
}

// isAboutText says whether an error is of reading the statement; others are of its data, and may come from a view's text.
func isAboutText(err error) bool {
	var refused *SQLError
	return errors.As(err, &refused) && slices.Contains([]string{"Parser", "Syntax", "Binder", "Catalog"}, refused.Kind)
}

// viewsOf gives the models that are computed while m is, because they are views: those that it reads, and those that these read.
func (p *Project) viewsOf(m *Model) []string {
	var views []string
	waiting := slices.Clone(m.parents)
	for len(waiting) > 0 {
		parent := p.byName[waiting[0]]
		waiting = waiting[1:]
		if parent != nil && parent.IsView() && !slices.Contains(views, parent.Name) {
			views = append(views, parent.Name)
			waiting = append(waiting, parent.parents...)
		}
	}
	return views
}
