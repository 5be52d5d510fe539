package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// staging is how records are staged.
type staging struct {
	part    part
	inTable bool // a temporary table rather than a file
	// What is known of the records beforehand: that no two have one key, that they lie in its order.
	isUnique, isOrdered bool
}

// staged is the records that keep every rule of their own, cast to their types, on their way into the lake.
type staged struct {
	staging
	from     string // as it stands after FROM
	path     string // the Parquet file, where it is one: it can go into the lake as it is
	leaving  string // the table of records (_file, _line) that do not stay; empty: all do
	compared bool   // copies of records in the lake were left out, too
}

// stage reads a part of the files once: good records go into the staging table, or in the order of their keys into
// the staging file, bad ones into the spool.
func (g *group) stage(ctx context.Context, open opener, how staging) (*staged, error) {
	before := g.faults.count()
	input, err := open(ctx, how.part)
	if err != nil {
		return nil, err
	}
	g.input = input
	s := &staged{staging: how}
	query, err := g.judged(how)
	if err == nil {
		g.tap.open(g.faults)
		err = g.materialize(ctx, s, query)
		g.tap.open(nil)
	}
	// What reading fails with says more than what DuckDB makes of it.
	if closeErr := input.close(); closeErr != nil {
		return nil, closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("judge the records: %w", err)
	}
	var rows int64
	if err := g.scan(ctx, "select count(*) from "+s.from, &rows); err != nil {
		return nil, fmt.Errorf("count the records: %w", err)
	}
	read, aside := input.read(), g.faults.count()-before
	if rows+aside != read {
		return nil, fmt.Errorf("%d records were read, but %d came through and %d were set aside: this is a fault of lastro's", read, rows, aside)
	}
	g.total += read
	return s, nil
}

// judged is the SELECT of the good records in the lake's form; for a file, in the order of the lake.
func (g *group) judged(how staging) (string, error) {
	if err := g.plan(); err != nil {
		return "", err
	}
	judge, err := g.entity.Judge(canonical.Input{
		From: g.input.from, Columns: g.input.columns, Pass: slices.Concat(g.pass, []string{"_file", "_line"}), Plain: g.input.plain,
		Formats: g.stream.formats(g.entity), Timezone: g.timezone, NoEmptyText: g.input.noEmptyText,
	})
	if err != nil {
		return "", err
	}
	// What is the same in all records is added behind the sort, which need not carry it then.
	constant := quoteText
	if !how.inTable {
		constant = onlyValue
	}
	carried, file, extra := append(quoteNames(g.content), "_line"), "_file", "_extra"
	if len(g.files) == 1 {
		file = constant(g.files[0].name)
	} else {
		carried = append(carried, "_file")
	}
	if g.hasExtra() {
		carried = append(carried, "_extra")
	} else {
		extra = "cast(null as VARCHAR)"
	}
	by := ""
	if !how.inTable && !how.isOrdered {
		by = "\norder by " + g.order()
	}
	// The tap is called in a select list, not in WHERE: DuckDB would move such a filter down through every step of the
	// judgement and compute them all twice.
	return fmt.Sprintf(`select %s, %s as _extra, %s as _source, %s as _file, _line, %s as _run_id, timestamp %s as _first_seen
from (
select %s
from (
select *, case when _reason is null then true else %s(_file, _line, _column, _reason) end as _is_kept
from (
%s
) as judged
) as tapped
where _is_kept%s
) as kept`,
		list(quoteNames(g.content), ""), extra, constant(g.stream.id.Source), file, constant(g.session.Txn.RunID()),
		quoteText(g.session.Txn.FirstSeen().UTC().Format("2006-01-02 15:04:05.000000")),
		list(carried, ""), g.tap.name, judge, by), nil
}

// onlyValue is a text that every row of a file has. As an enumeration's only value it is written without being looked
// at for each row, and reads as text again.
func onlyValue(text string) string {
	return "cast(" + quoteText(text) + " as enum(" + quoteText(text) + "))"
}

// hasExtra tells whether records can have something in _extra.
func (g *group) hasExtra() bool {
	return !g.stream.isOwn && slices.ContainsFunc(g.input.columns, func(f canonical.Field) bool {
		_, ok := g.entity.Column(f.Name)
		return !ok
	})
}

// order is how the records lie in the lake: by key, which comes once, or as in their file.
func (g *group) order() string {
	if len(g.key) == 0 {
		return "_line"
	}
	return list(quoteNames(g.key), "")
}

func (g *group) materialize(ctx context.Context, s *staged, query string) error {
	if s.inTable {
		s.from = g.table("staged")
		return g.exec(ctx, "create temporary table "+s.from+" as\n"+query)
	}
	s.path = filepath.Join(g.session.Txn.TempDir(), g.name("staged")+".parquet")
	// DuckDB keeps the mode of a file that is there: nobody else may read it.
	if err := os.WriteFile(s.path, nil, 0o600); err != nil {
		return err
	}
	s.from = "read_parquet(" + quoteReadPath(s.path) + ")"
	return g.exec(ctx, "copy (\n"+query+"\n) to "+quoteText(s.path)+" ("+parquetOptions+")")
}

// parquetOptions are those of the lake's own batches; but large dictionaries, which are those of ids, are given up
// early: building them takes a fifth of the time and saves no room.
const parquetOptions = "format parquet, compression zstd, row_group_size 122880, dictionary_size_limit 8192, use_tmp_file false"

// write puts the staged records that stay and are new into the lake, and tells how many there were.
func (g *group) write(ctx context.Context, s *staged) (int64, error) {
	options := lake.BatchOptions{Key: g.key}
	if len(g.key) == 0 {
		options.ReplacesFile = g.files[0].name
	}
	stays := s.stays()
	same, err := g.sameInLake(ctx, s)
	if err != nil {
		return 0, err
	}
	if same != "" {
		s.compared = true
		stays = append(stays, "not exists (\n"+same+"\n)")
	}
	if s.path != "" && len(stays) == 0 {
		return g.session.Txn.AdoptRecords(g.stream.id, s.path, options)
	}
	query := "select " + list(g.columns(), "staged.") + "\nfrom " + s.from + " as staged"
	if len(stays) > 0 {
		query += "\nwhere " + strings.Join(stays, "\nand ")
	}
	rows, err := g.session.Txn.CopyRecords(ctx, g.session.Conn, g.stream.id, query+"\norder by "+g.order(), options)
	if err != nil || s.path == "" {
		return rows, err
	}
	return rows, os.Remove(s.path)
}

// columns are all columns of a batch, quoted.
func (g *group) columns() []string {
	return append(quoteNames(g.content), "_extra", "_source", "_file", "_line", "_run_id", "_first_seen")
}

// stays says which staged records are not among those that leave.
func (s *staged) stays() []string {
	if s.leaving == "" {
		return nil
	}
	return []string{"not exists (select 1 from " + s.leaving + " as leaving where leaving._file = staged._file and leaving._line = staged._line)"}
}

// sameInLake is a SELECT of the lake's current record with the key and content of a staged one; empty where the lake
// has no records of the stream, or the stream has no key. Where a column is on one side only, the other has NULL.
func (g *group) sameInLake(ctx context.Context, s *staged) (string, error) {
	if len(g.key) == 0 || !g.lakeHasSome() {
		return "", nil
	}
	known, _ := g.session.Known.Stream(g.stream.id)
	fields, err := g.describe(ctx, s.from)
	if err != nil {
		return "", fmt.Errorf("compare with the lake: %w", err)
	}
	var equal []string
	seen := map[string]bool{}
	for _, f := range fields {
		seen[strings.ToLower(f.Name)] = true
		if isPlace(f.Name) {
			continue
		}
		mine := "staged." + quoteName(f.Name)
		switch there, ok := columnOf(known.Columns, f.Name); {
		case !ok:
			equal = append(equal, mine+" is null")
		case there.Type == f.Type:
			equal = append(equal, "known."+quoteName(there.Name)+" is not distinct from "+mine)
		default:
			equal = append(equal, "cast(known."+quoteName(there.Name)+" as VARCHAR) is not distinct from cast("+mine+" as VARCHAR)")
		}
	}
	for _, c := range known.Columns {
		if !seen[strings.ToLower(c.Name)] {
			equal = append(equal, "known."+quoteName(c.Name)+" is null")
		}
	}
	return "select 1 from (\n" + known.CurrentSQL() + "\n) as known where " + strings.Join(equal, " and "), nil
}

// isPlace tells the columns that say where a version comes from, not what it says.
func isPlace(name string) bool {
	return name == "_file" || name == "_line" || name == "_run_id" || name == "_first_seen"
}

func columnOf(columns []lake.Column, name string) (lake.Column, bool) {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return lake.Column{}, false
}
