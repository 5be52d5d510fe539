package postgres

import (
	"fmt"
	"slices"
	"strings"

	"lastro/load"
)

// mode is how the rows of a table come into the database.
type mode int

const (
	create  mode = iota // there is no such table
	compare             // with the hashes that are kept
	reread              // with hashes of the rows as they are read, for those that are kept do not fit
	rewrite             // all rows go and all come, for the key is another
)

// tablePlan is what is to be done for one table.
type tablePlan struct {
	*layout
	mode    mode
	present *relation // nil for a table to create
	state   *state    // nil for a table to create
	add     []column  // columns to add before anything else
	index   bool      // the unique index on the key is missing
}

// plan is what is to be done for all.
type plan struct {
	tables []*tablePlan
	forget []string // tables that were published once, and someone has dropped
}

// RefusedError says what keeps a run from being published in a schema: nothing was changed.
type RefusedError struct {
	Mistakes []string
}

// Error lists all mistakes in one line.
func (e *RefusedError) Error() string {
	if len(e.Mistakes) == 1 {
		return e.Mistakes[0]
	}
	numbered := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		numbered[i] = fmt.Sprintf("(%d) %s", i+1, m)
	}
	return strings.Join(numbered, " ")
}

// newPlan compares what lies in the schema with what is to be published. Everything that is in the way comes at once,
// as a *RefusedError.
func (t *Target) newPlan(f *found, p load.Publication) (*plan, error) {
	out := &plan{}
	mistakes := f.foreign(t.schema)
	published := map[string]bool{}
	for _, table := range p.Tables {
		published[table.Name] = true
		one, wrong := t.planTable(f, table)
		for _, m := range wrong {
			mistakes = append(mistakes, fmt.Sprintf("table %s: %s", table.Name, m))
		}
		out.tables = append(out.tables, one)
	}
	for name := range f.states {
		switch {
		case published[name]:
		case f.relations[name] == nil:
			out.forget = append(out.forget, name)
		default:
			mistakes = append(mistakes, fmt.Sprintf("table %s: the run no longer has it, and it would go on to show an older run: drop table %s; and run again",
				name, t.qualified(name)))
		}
	}
	slices.Sort(out.forget)
	if len(mistakes) > 0 {
		slices.Sort(mistakes)
		return nil, &RefusedError{Mistakes: mistakes}
	}
	return out, nil
}

// foreign tells which tables of this target's own names are of someone else.
func (f *found) foreign(schema string) (mistakes []string) {
	for name, columns := range map[string][]string{
		stateTable: {"table_name", "state"}, hashesTable: {"table_name", "seq", "entries"}, load.RunsTable: {"run_id", "published_at"},
	} {
		r := f.relations[name]
		for _, c := range columns {
			if _, ok := r.attribute(c); r != nil && (!ok || r.kind != "r" || f.states == nil) {
				mistakes = append(mistakes, fmt.Sprintf("%s.%s is not of lastro's making: rename it, or give the target another schema", schema, name))
				break
			}
		}
	}
	return mistakes
}

func (r *relation) attribute(name string) (attribute, bool) {
	if r == nil {
		return attribute{}, false
	}
	a, ok := r.columns[name]
	return a, ok
}

func (t *Target) planTable(f *found, table load.Table) (*tablePlan, []string) {
	one := &tablePlan{present: f.relations[table.Name], state: f.states[table.Name]}
	mistakes := unfit(table)
	if one.present == nil {
		one.state = nil
	}
	var known []string
	if one.state != nil {
		for _, name := range one.state.Columns {
			if has(table, name) {
				known = append(known, name)
			}
		}
	}
	var err error
	if one.layout, err = newLayout(table, known); err != nil {
		return nil, append(mistakes, err.Error())
	}
	switch {
	case one.present == nil:
		return one, mistakes
	case one.state == nil || one.present.kind != "r":
		return nil, append(mistakes, fmt.Sprintf("there is a relation of that name in the schema that lastro did not make: rename or drop %s, or give the target another schema",
			t.qualified(table.Name)))
	case !one.present.owned:
		return nil, append(mistakes, fmt.Sprintf("it is owned by another role: alter table %s owner to %s", t.qualified(table.Name), identifier(t.config.User)))
	}
	mistakes = append(mistakes, t.planColumns(one)...)
	mistakes = append(mistakes, t.planKey(one)...)
	return one, mistakes
}

// planColumns finds the columns to add, and those that are in the way.
func (t *Target) planColumns(one *tablePlan) (mistakes []string) {
	table := t.qualified(one.table.Name)
	for _, c := range one.columns {
		switch there, ok := one.present.columns[c.Name]; {
		case !ok:
			one.add = append(one.add, c)
		case there.typ != typeName(c.typ):
			mistakes = append(mistakes, fmt.Sprintf("column %s is %s there and %s in the run: alter table %s alter column %s type %s using %s::%s; and run again "+
				"(views that use it have to be dropped before and made again after)", c.Name, there.typ, typeName(c.typ), table, identifier(c.Name),
				typeName(c.typ), identifier(c.Name), typeName(c.typ)))
		}
	}
	for _, name := range one.state.Columns {
		if _, there := one.present.columns[name]; there && !has(one.table, name) {
			mistakes = append(mistakes, fmt.Sprintf("column %s is not in the run any more: alter table %s drop column %s; and run again "+
				"(views that use it have to be dropped before)", name, table, identifier(name)))
		}
	}
	return mistakes
}

// planKey says how the rows are to be written, and what is in the way of another key.
func (t *Target) planKey(one *tablePlan) (mistakes []string) {
	key, old := one.table.Key, one.state.Key
	one.index = len(key) > 0
	for _, u := range one.present.unique {
		one.index = one.index && !slices.Equal(u.columns, key)
	}
	names := one.names()
	switch {
	case !slices.Equal(key, old):
		one.mode = rewrite
		return t.oldKey(one)
	case one.state.HashVersion != hashVersion, len(names) < len(one.state.Columns), !slices.Equal(names[:len(one.state.Columns)], one.state.Columns):
		one.mode = reread
	default:
		one.mode = compare
	}
	return nil
}

// oldKey says what has to go before a table can have another key.
func (t *Target) oldKey(one *tablePlan) (mistakes []string) {
	table := t.qualified(one.table.Name)
	var steps []string
	for _, u := range one.present.unique {
		switch {
		case !slices.Equal(u.columns, one.state.Key):
		case u.constraint != "":
			steps = append(steps, fmt.Sprintf("alter table %s drop constraint %s;", table, identifier(u.constraint)))
		default:
			steps = append(steps, fmt.Sprintf("drop index %s.%s;", identifier(t.schema), identifier(u.name)))
		}
	}
	for _, name := range one.state.Key {
		if a, there := one.present.attribute(name); there && a.notNull && !slices.Contains(one.table.Key, name) {
			steps = append(steps, fmt.Sprintf("alter table %s alter column %s drop not null;", table, identifier(name)))
		}
	}
	if len(steps) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("its key is (%s) there and (%s) in the run: %s and run again", strings.Join(one.state.Key, ", "),
		strings.Join(one.table.Key, ", "), strings.Join(steps, " "))}
}

var systemColumns = []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

// unfit says what PostgreSQL cannot hold of a table, whatever is there.
func unfit(table load.Table) (mistakes []string) {
	if table.Name == stateTable || table.Name == hashesTable {
		mistakes = append(mistakes, "the name is one that lastro keeps for itself: rename the model")
	}
	for _, c := range table.Columns {
		switch {
		case slices.Contains(systemColumns, c.Name):
			mistakes = append(mistakes, fmt.Sprintf("column %s has the name of a system column of PostgreSQL: rename it in the model", c.Name))
		case len(c.Name) > maxName:
			mistakes = append(mistakes, fmt.Sprintf("column %s has a name of more than %d bytes: rename it in the model", c.Name, maxName))
		}
	}
	return mistakes
}

func has(table load.Table, column string) bool {
	return slices.ContainsFunc(table.Columns, func(c load.Column) bool { return c.Name == column })
}

func (t *Target) qualified(table string) string {
	return identifier(t.schema) + "." + identifier(table)
}
