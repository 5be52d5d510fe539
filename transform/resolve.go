package transform

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// checkHeader looks for what a header says that cannot be.
func (l *loader) checkHeader(m *Model) {
	h := m.Header
	wrong := func(key, format string, args ...any) { l.wrong.add(m.File, h.lines[key], 0, format, args...) }
	if m.IsPublished() && len(h.Key) == 0 && len(h.Order) == 0 {
		wrong("key", "a published mart needs a key (or an order), by which its rows are stored; or say published: false")
	}
	if m.IsPublished() && h.Materialized == "view" {
		wrong("materialized", "a published mart must be a table, not a view")
	}
	if h.Materialized == "view" && len(h.Order) > 0 {
		wrong("order", "a view has no order; drop order, or say materialized: table")
	}
	for key, names := range map[string][]string{"key": h.Key, "order": h.Order, "not_null": h.NotNull} {
		for i, name := range names {
			if slices.Contains(names[:i], name) {
				wrong(key, "%s names %s twice", key, name)
			}
		}
	}
	if m.IsCheck() && (len(h.Checks) > 0 || len(h.Key) > 0 || len(h.AcceptedValues) > 0 || len(h.NotNull) > 0 || h.SameRowsAs != "") {
		wrong("description", "a check is a SELECT whose rows are failures, and has no checks of its own; its header has description, severity and tags")
	}
	names := map[string]bool{}
	for _, check := range h.Checks {
		if names[check.Name] {
			l.wrong.add(m.File, check.line, 0, "two checks are named %s", check.Name)
		}
		names[check.Name] = true
	}
}

// findStep finds the step in Go that a header names.
func (l *loader) findStep(m *Model) {
	name, line := m.Header.Step, m.Header.lines["step"]
	if name == "" {
		return
	}
	step, ok := l.opts.Steps[name]
	if !ok {
		known := slices.Sorted(maps.Keys(l.opts.Steps))
		l.wrong.add(m.File, line, 0, "unknown step %q%s", name, didYouMeanOr(name, known, "the steps are "))
		return
	}
	if m.IsCheck() || m.Header.Materialized == "view" {
		l.wrong.add(m.File, line, 0, "only a table is made by a step, not a view or a check; drop step, or materialized: view")
		return
	}
	m.step = &step
}

// parse finds what a model refers to.
func (l *loader) parse(m *Model) {
	if m.SQL == "" && (m.Generate != nil || m.Go != nil) {
		for _, dep := range m.Deps {
			schema, name, found := strings.Cut(parseRelation(dep), ".")
			if !found {
				schema, name = "", schema
			}
			m.Refs = append(m.Refs, Ref{Schema: schema, Name: name, Offset: -1})
		}
		l.parseChecks(m)
		return
	}
	if strings.TrimSpace(m.SQL) == "" {
		l.wrong.add(m.File, 0, 0, "the file is empty; a model is one SELECT")
		return
	}
	parsed, err := l.parser.Parse(m.SQL)
	if err != nil {
		l.parseError(m, err)
		return
	}
	for _, fault := range parsed.Faults {
		l.wrong.at(m, fault.Offset, "%s", fault.Message)
	}
	m.Refs = parsed.Refs
	if len(m.Refs) == 0 && len(parsed.Faults) == 0 && !m.Header.Constant {
		l.wrong.add(m.File, 1, 0, "the model reads no table; name one in FROM, or say constant: true in its header")
	}
	l.parseChecks(m)
}

func (l *loader) parseError(m *Model, err error) {
	var broken *ParseError
	if errors.As(err, &broken) {
		l.wrong.at(m, broken.Offset, "%s", broken.Message)
		return
	}
	l.wrong.add(m.File, 0, 0, "%s", err)
}

// parseChecks reads the expressions of the header's checks.
func (l *loader) parseChecks(m *Model) {
	for i := range m.Header.Checks {
		check := &m.Header.Checks[i]
		parsed, err := l.parser.Parse("select (" + check.Expression + "\n) as passed from " + Quote(m.Name))
		if err != nil {
			l.wrong.add(m.File, check.line, 0, "the expression of check %s: %s", check.Name, err)
			continue
		}
		for _, fault := range parsed.Faults {
			l.wrong.add(m.File, check.line, 0, "the expression of check %s: %s", check.Name, fault.Message)
		}
		check.columns = parsed.Columns
		if len(parsed.Refs) > 1 {
			l.wrong.add(m.File, check.line, 0, "the expression of check %s reads %s; an expression is over one row of %s: put what compares tables into a file in checks/",
				check.Name, parsed.Refs[0], m.Name)
		}
	}
}

// resolve joins the models into a graph: every name that they refer to must be a model or given, and no model may need itself.
func (l *loader) resolve() {
	p := l.project
	known := slices.Sorted(maps.Keys(p.given))
	for _, m := range p.models {
		if !m.IsCheck() {
			known = append(known, m.Name)
		}
	}
	for _, m := range p.models {
		for _, ref := range m.Refs {
			key := relationKey(ref.Schema, ref.Name)
			target, isModel := p.byName[key]
			switch {
			case isModel && target.IsCheck():
				l.wrong.at(m, ref.Offset, "%s is a check, which no model can read", ref)
				continue
			case !isModel && !p.given[key]:
				l.wrong.at(m, ref.Offset, "unknown table %s%s", ref, l.hint(ref, key, known))
				continue
			}
			if !slices.Contains(m.parents, key) {
				m.parents = append(m.parents, key)
			}
		}
	}
	if !p.sort(&l.wrong) {
		return
	}
	for _, m := range p.models {
		l.sameRows(m, known)
	}
}

// sameRows looks at same_rows_as: what isn't among what a model reads need not exist when the model is checked.
func (l *loader) sameRows(m *Model, known []string) {
	p, same := l.project, m.Header.SameRowsAs
	if same == "" || p.given[same] || p.ancestors(m.Name, -1)[same] {
		return
	}
	line := m.Header.lines["same_rows_as"]
	if _, isModel := p.byName[same]; isModel {
		l.wrong.add(m.File, line, 0, "same_rows_as: %s is not among what %s reads, itself or through other models", same, m.Name)
		return
	}
	l.wrong.add(m.File, line, 0, "same_rows_as: unknown table %s%s", same, didYouMean(same, known))
}

// hint is the end of a message about an unknown table.
func (l *loader) hint(ref Ref, key string, known []string) string {
	if hint := didYouMean(key, known); hint != "" {
		return hint
	}
	if ref.Schema == "" {
		return "; no model and no built-in table has this name, and a stream is read as <source>.<stream>"
	}
	var streams []string
	for _, k := range known {
		if strings.HasPrefix(k, ref.Schema+".") {
			streams = append(streams, k)
		}
	}
	if len(streams) == 0 {
		return "; no source is named " + ref.Schema
	}
	return "; the streams of this source are " + strings.Join(streams, ", ")
}
