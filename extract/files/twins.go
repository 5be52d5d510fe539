package files

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// findTwins looks for staged records that are one: the same key, or without a key the same record. Of equal ones the
// first stays. Of those that contradict each other none does: every variant goes to quarantine with the places of the
// others, since there is no telling which is right.
func (g *group) findTwins(ctx context.Context, s *staged) error {
	if err := g.twins(ctx, s); err != nil {
		return fmt.Errorf("look for records that come twice: %w", err)
	}
	return nil
}

func (g *group) twins(ctx context.Context, s *staged) error {
	again := g.table("again")
	if err := g.exec(ctx, "create temporary table "+again+" as\n"+g.repeatedSQL(s)); err != nil {
		return err
	}
	var n int64
	if err := g.scan(ctx, "select count(*) from "+again, &n); err != nil || n == 0 {
		return err
	}
	// Copies are counted among the records of repeated keys only: these are few.
	twins, content := g.table("twins"), append(quoteNames(g.content), "_extra")
	if err := g.exec(ctx, fmt.Sprintf(`create temporary table %s as
select %s, %s, _file, _line, row_number() over (partition by %s order by _file, _line) as _nth_copy
from %s as staged
where exists (select 1 from %s as again where %s)`,
		twins, list(content, "staged."), list(g.identity(), ""), list(content, "staged."), s.from, again, g.sameIdentity("again", "staged"))); err != nil {
		return err
	}
	variants := g.table("variants")
	if err := g.exec(ctx, g.variantsSQL(variants, twins)); err != nil {
		return err
	}
	s.leaving = g.table("leaving")
	if err := g.exec(ctx, "create temporary table "+s.leaving+" as select _file, _line from "+twins+" where _nth_copy > 1 union all select _file, _line from "+variants); err != nil {
		return err
	}
	if err := g.scan(ctx, "select count(*) from "+twins+" where _nth_copy > 1", &g.copies); err != nil {
		return err
	}
	return g.reportContradictions(ctx, variants)
}

// identity is what tells records apart, as SQL over a record: the key; without one a hash of the record, which makes
// out candidates.
func (g *group) identity() []string {
	if len(g.key) == 0 {
		return []string{"hash(" + list(append(quoteNames(g.content), "_extra"), "") + ") as _id0"}
	}
	parts := make([]string, len(g.key))
	for i, key := range g.key {
		parts[i] = quoteName(key) + " as _id" + strconv.Itoa(i)
	}
	return parts
}

func (g *group) identityNames() []string {
	names := make([]string, max(1, len(g.key)))
	for i := range names {
		names[i] = "_id" + strconv.Itoa(i)
	}
	return names
}

// sameIdentity compares a table that has the identity with the staged records, or with another such table.
func (g *group) sameIdentity(a, b string) string {
	if b == "staged" && len(g.key) == 0 {
		return a + "._id0 = hash(" + list(append(quoteNames(g.content), "_extra"), "staged.") + ")"
	}
	parts := g.identityNames()
	for i, name := range parts {
		other := name
		if b == "staged" {
			other = quoteName(g.key[i])
		}
		parts[i] = a + "." + name + " is not distinct from " + b + "." + other
	}
	return strings.Join(parts, " and ")
}

// repeatedSQL selects the identities that come more than once. In a file that lies in the order of the key they are
// next to each other: then one pass over the key's columns finds them, where grouping would hash every key.
func (g *group) repeatedSQL(s *staged) string {
	identity, names := list(g.identity(), ""), g.identityNames()
	if s.path == "" || len(g.key) == 0 {
		return "select " + list(names, "") + " from (select " + identity + " from " + s.from + ") as staged group by " + list(names, "") + " having count(*) > 1"
	}
	before, same := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		before[i] = "lag(" + name + ") over () as _before" + strconv.Itoa(i)
		same[i] = name + " is not distinct from _before" + strconv.Itoa(i)
	}
	return "select distinct " + list(names, "") + " from (select " + list(names, "") + ", row_number() over () as _nth, " + list(before, "") +
		" from (select " + identity + " from " + s.from + ") as staged) as pairs where _nth > 1 and " + strings.Join(same, " and ")
}

// variantsSQL makes the table of records whose key comes with different content: one row a variant, its first copy.
func (g *group) variantsSQL(variants, twins string) string {
	names := list(g.identityNames(), "")
	if len(g.key) == 0 {
		return "create temporary table " + variants + " as select * from " + twins + " where false"
	}
	return fmt.Sprintf(`create temporary table %s as
select * from (
    select *, count(*) over (partition by %s) as _variants, row_number() over (partition by %s order by _file, _line) as _nth_variant
    from %s where _nth_copy = 1
) as firsts where _variants > 1`, variants, names, names, twins)
}

// twinsTold is how many other places a message names.
const twinsTold = 5

// reportContradictions puts the variants into the spool, each with where the others are and in what they differ.
func (g *group) reportContradictions(ctx context.Context, variants string) (err error) {
	if len(g.key) == 0 {
		return nil
	}
	var differs, shown []string
	for _, name := range g.content {
		column := quoteName(name)
		differs = append(differs, fmt.Sprintf("case when min(%[1]s) is distinct from max(%[1]s) or count(%[1]s) between 1 and count(*) - 1 then %[2]s end", column, quoteText(name)))
	}
	differs = append(differs, "case when min(_extra) is distinct from max(_extra) or count(_extra) between 1 and count(*) - 1 then '_extra' end")
	for _, key := range g.key {
		shown = append(shown, quoteText(key+" ")+" || coalesce('\"' || left(cast("+quoteName(key)+" as VARCHAR), 80) || '\"', 'empty')")
	}
	names := list(g.identityNames(), "")
	rows, err := g.session.Conn.QueryContext(ctx, fmt.Sprintf(`select one._file, one._line, %s, one._variants, many.places, many.differs
from %s as one
inner join (
    select %s, string_agg(_file || chr(31) || _line, chr(30) order by _nth_variant) filter (where _nth_variant <= %d) as places,
        concat_ws(', ', %s) as differs
    from %s group by %s
) as many on %s
order by one._file, one._line`,
		strings.Join(shown, " || ', ' || "), variants, names, twinsTold+1, strings.Join(differs, ", "), variants, names, g.sameIdentity("many", "one")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	column := strings.Join(g.key, ", ")
	for rows.Next() {
		f := fault{Column: column}
		var key, places, differ string
		var count int
		if err := rows.Scan(&f.File, &f.Line, &key, &count, &places, &differ); err != nil {
			return err
		}
		f.Reason = fmt.Sprintf("%s comes again with different content in %s (it differs in %s)", key, otherPlaces(f, places, count), differ)
		if err := g.faults.add(f); err != nil {
			return err
		}
		g.contradictions[f.File] = true
	}
	return rows.Err()
}

// otherPlaces tells where the other variants of a record are.
func otherPlaces(f fault, places string, variants int) string {
	var told []string
	for place := range strings.SplitSeq(places, "\x1e") {
		name, line, _ := strings.Cut(place, "\x1f")
		switch {
		case name == f.File && line == strconv.FormatInt(f.Line, 10) || len(told) == twinsTold:
		case name == f.File:
			told = append(told, "line "+line)
		default:
			told = append(told, "line "+line+" of "+name)
		}
	}
	text := strings.Join(told, ", ")
	if more := variants - 1 - len(told); more > 0 {
		text += fmt.Sprintf(" and %d more places", more)
	}
	return text
}
