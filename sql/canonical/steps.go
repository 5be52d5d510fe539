package canonical

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// judge is the rendering of one Judge.
type judge struct {
	in     Input
	entity Entity
	cells  []cell
	prefix string
}

// freePrefix gives a prefix for the names of steps that no column begins with.
func freePrefix(e Entity, fields []Field) string {
	taken := func(prefix string) bool {
		return slices.ContainsFunc(e.Columns, func(c Column) bool { return strings.HasPrefix(strings.ToLower(c.Name), prefix) }) ||
			slices.ContainsFunc(fields, func(f Field) bool { return strings.HasPrefix(strings.ToLower(f.Name), prefix) })
	}
	prefix := "_j"
	for taken(prefix) {
		prefix += "j"
	}
	return prefix
}

// The names of a column's values as the steps make them: raw text, text to cast, and a first try at the cast.
func (j *judge) raw(i int) string  { return j.prefix + "raw" + strconv.Itoa(i) }
func (j *judge) text(i int) string { return j.prefix + "text" + strconv.Itoa(i) }
func (j *judge) try(i int) string  { return j.prefix + "try" + strconv.Itoa(i) }

// sql nests the steps, innermost first: read the relation, prepare texts, try casts, settle them, find the first
// broken rule, and explain it. A step sees what the steps before it made, so that nothing is computed twice.
func (j *judge) sql() string {
	var passed []string
	for _, p := range j.in.Pass {
		passed = append(passed, quoteName(p))
	}
	var names []string
	read := append(slices.Clone(passed), j.extra()+" as "+extraColumn)
	prepare, try, settle := []string{"*"}, []string{"*"}, []string{"*"}
	for i, c := range j.cells {
		names = append(names, quoteName(c.column.Name))
		if c.raw != "" {
			read = append(read, c.raw+" as "+j.raw(i))
		}
		if c.plain != "" {
			read = append(read, quoteName(c.plain)+" as "+j.try(i))
		}
		if c.text != "" {
			prepare = append(prepare, c.text+" as "+j.text(i))
		}
		if c.try != "" {
			try = append(try, c.try+" as "+j.try(i))
		}
		settle = append(settle, c.value+" as "+quoteName(c.column.Name))
	}
	fault := j.prefix + "fault"
	explain := slices.Concat(names, []string{extraColumn}, passed, j.verdict(fault))

	from := selectOf(read, j.in.From)
	for _, step := range [][]string{prepare, try, settle, {"*", j.firstFault() + " as " + fault}, explain} {
		if len(step) > 1 || step[0] != "*" {
			from = selectOf(step, "("+from+")")
		}
	}
	return from
}

func selectOf(list []string, from string) string {
	return "select\n    " + strings.Join(list, ",\n    ") + "\nfrom " + from
}

// firstFault numbers the first broken rule of a record; NULL is none.
func (j *judge) firstFault() string {
	var branches []when
	for _, c := range j.cells {
		for _, f := range c.faults {
			branches = append(branches, when{f.condition, strconv.Itoa(len(branches) + 1)})
		}
	}
	if len(branches) == 0 {
		return "cast(null as INTEGER)"
	}
	return caseOf("cast(null as INTEGER)", branches...)
}

// verdict gives _column and _reason. Good records leave by the first branch: nothing is computed for them.
func (j *judge) verdict(fault string) []string {
	columns := []when{{fault + " is null", "cast(null as VARCHAR)"}}
	reasons := slices.Clone(columns)
	n := 0
	for _, c := range j.cells {
		for _, f := range c.faults {
			n++
			is := fault + " = " + strconv.Itoa(n)
			columns = append(columns, when{is, quoteText(c.column.Name)})
			reasons = append(reasons, when{is, f.reason})
		}
	}
	return []string{caseOf("cast(null as VARCHAR)", columns...) + " as _column", caseOf("cast(null as VARCHAR)", reasons...) + " as _reason"}
}

func (j *judge) passes(name string) bool {
	return slices.ContainsFunc(j.in.Pass, func(p string) bool { return strings.EqualFold(p, name) })
}

// plain gives the column with a column's plain values; empty: there is none.
func (j *judge) plain(column string) string {
	for name, plain := range j.in.Plain {
		if strings.EqualFold(name, column) {
			return plain
		}
	}
	return ""
}

// isSystem tells the columns that the lake puts beside a record's own.
func isSystem(name string) bool {
	return slices.Contains([]string{"_source", "_file", "_line", "_run_id", "_first_seen"}, strings.ToLower(name))
}

// extra joins the columns that the entity does not declare into a JSON object, by name, so that the order of a
// file's columns makes no difference, and without those that have no value, so that an empty new column makes none.
func (j *judge) extra() string {
	var undeclared []Field
	given := "cast(null as VARCHAR)"
	for _, f := range j.in.Columns {
		_, declared := j.entity.Column(f.Name)
		switch {
		case strings.EqualFold(f.Name, extraColumn):
			given = "cast(" + quoteName(f.Name) + " as VARCHAR)"
		case !declared && !isSystem(f.Name) && !j.passes(f.Name):
			undeclared = append(undeclared, f)
		}
	}
	if len(undeclared) == 0 {
		return given
	}
	slices.SortFunc(undeclared, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	var members, values []string
	for _, f := range undeclared {
		value := quoteName(f.Name)
		if classOf(f.Type) == classText && !j.in.NoEmptyText {
			value = "nullif(cast(" + value + " as VARCHAR), '')"
		}
		name, err := json.Marshal(f.Name)
		if err != nil { // no text fails to be written as JSON
			continue
		}
		members = append(members, fmt.Sprintf("case when %s is not null then %s || cast(to_json(%s) as VARCHAR) end", value, quoteText(string(name)+":"), value))
		values = append(values, value+" is not null")
	}
	object := caseOf("cast(null as VARCHAR)", when{strings.Join(values, " or "), "'{' || concat_ws(',', " + strings.Join(members, ", ") + ") || '}'"})
	if given == "cast(null as VARCHAR)" {
		return object
	}
	return "cast(coalesce(json_merge_patch(" + given + ", " + object + "), " + given + ", " + object + ") as VARCHAR)"
}
