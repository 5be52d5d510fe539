package files

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// staged is the records that keep every rule of their own, cast to their types, on their way into the lake.
type staged struct {
	from     string // as it stands after FROM
	path     string // the Parquet file, where it is one: it can go into the lake as it is
	rows     int64
	leaving  string // the table of records (_file, _line) that do not stay; empty: all do
	compared bool   // copies of records in the lake were left out, too
}

// inMemory is how many bytes of files go through a table rather than a Parquet file on the way: for little data that
// is quicker, and what is much must not be held in memory.
const inMemory = 32 << 20

// stage reads the files once: good records go, in the order of their keys, into the staging table or file, bad ones
// into the spool.
func (g *group) stage(ctx context.Context) error {
	query, err := g.judged()
	if err != nil {
		return errors.Join(g.input.close(), err)
	}
	g.tap.open(g.faults)
	defer g.tap.open(nil)
	err = g.materialize(ctx, query)
	// What reading fails with says more than what DuckDB makes of it.
	if closeErr := g.input.close(); closeErr != nil {
		return closeErr
	}
	if err != nil {
		return fmt.Errorf("judge the records: %w", err)
	}
	if err := g.scan(ctx, "select count(*) from "+g.staged.from, &g.staged.rows); err != nil {
		return fmt.Errorf("count the records: %w", err)
	}
	if read, aside := g.input.read(), g.faults.count(); g.staged.rows+aside != read {
		return fmt.Errorf("%d records were read, but %d came through and %d were set aside: this is a fault of lastro's", read, g.staged.rows, aside)
	}
	return nil
}

// judged is the SELECT of the good records in the lake's form.
func (g *group) judged() (string, error) {
	pass, err := g.plan()
	if err != nil {
		return "", err
	}
	judge, err := g.entity.Judge(canonical.Input{
		From: g.input.from, Columns: g.input.columns, Pass: append(pass, "_file", "_line"),
		Formats: g.stream.formats(g.entity), Timezone: g.timezone, NoEmptyText: g.input.noEmptyText,
	})
	if err != nil {
		return "", err
	}
	txn := g.session.Txn
	// The tap is called in a select list, not in WHERE: DuckDB would move such a filter down through every step of the
	// judgement and compute them all twice.
	return fmt.Sprintf(`select %s, _extra, %s as _source, _file, _line, %s as _run_id, timestamp %s as _first_seen
from (
select *, case when _reason is null then true else %s(_file, _line, _column, _reason) end as _is_kept
from (
%s
) as judged
) as tapped
where _is_kept`,
		list(quoteNames(g.content), ""), quoteText(g.stream.id.Source), quoteText(txn.RunID()),
		quoteText(txn.FirstSeen().UTC().Format("2006-01-02 15:04:05.000000")), g.tap.name, judge), nil
}

// order is how the records lie in the lake: by key, which comes once, or as in their file.
func (g *group) order() string {
	if len(g.key) == 0 {
		return "_line"
	}
	return list(quoteNames(g.key), "")
}

func (g *group) materialize(ctx context.Context, query string) error {
	if sizeOf(g.files) <= inMemory {
		g.staged.from = g.table("staged")
		return g.exec(ctx, "create temporary table "+g.staged.from+" as\n"+query)
	}
	g.staged.path = filepath.Join(g.session.Txn.TempDir(), g.name("staged")+".parquet")
	// DuckDB keeps the mode of a file that is there: nobody else may read it.
	if err := os.WriteFile(g.staged.path, nil, 0o600); err != nil {
		return err
	}
	if len(g.key) > 0 {
		query += "\norder by " + g.order()
	}
	g.staged.from = "read_parquet(" + quoteReadPath(g.staged.path) + ")"
	return g.exec(ctx, "copy (\n"+query+"\n) to "+quoteText(g.staged.path)+" ("+parquetOptions+")")
}

// parquetOptions are those of the lake's own batches.
const parquetOptions = "format parquet, compression zstd, row_group_size 122880, use_tmp_file false"

// write puts the staged records that stay and are new into the lake, and tells how many there were.
func (g *group) write(ctx context.Context) (int64, error) {
	options := lake.BatchOptions{Key: g.key}
	if len(g.key) == 0 {
		options.ReplacesFile = g.files[0].name
	}
	stays := g.stays()
	same, err := g.sameInLake(ctx)
	if err != nil {
		return 0, err
	}
	if same != "" {
		g.staged.compared = true
		stays = append(stays, "not exists (\n"+same+"\n)")
	}
	if g.staged.path != "" && len(stays) == 0 {
		return g.session.Txn.AdoptRecords(g.stream.id, g.staged.path, options)
	}
	query := "select " + list(g.columns(), "staged.") + "\nfrom " + g.staged.from + " as staged"
	if len(stays) > 0 {
		query += "\nwhere " + strings.Join(stays, "\nand ")
	}
	rows, err := g.session.Txn.CopyRecords(ctx, g.session.Conn, g.stream.id, query+"\norder by "+g.order(), options)
	if err != nil || g.staged.path == "" {
		return rows, err
	}
	return rows, os.Remove(g.staged.path)
}

// columns are all columns of a batch, quoted.
func (g *group) columns() []string {
	return append(quoteNames(g.content), "_extra", "_source", "_file", "_line", "_run_id", "_first_seen")
}

// stays says which staged records are not among those that leave.
func (g *group) stays() []string {
	if g.staged.leaving == "" {
		return nil
	}
	return []string{"not exists (select 1 from " + g.staged.leaving + " as leaving where leaving._file = staged._file and leaving._line = staged._line)"}
}

// sameInLake is a SELECT of the lake's current record with the key and content of a staged one; empty where the lake
// has no records of the stream, or the stream has no key. Where a column is on one side only, the other has NULL.
func (g *group) sameInLake(ctx context.Context) (string, error) {
	if g.session.Known == nil || len(g.key) == 0 {
		return "", nil
	}
	known, ok := g.session.Known.Stream(g.stream.id)
	if !ok || len(known.Batches) == 0 {
		return "", nil
	}
	fields, err := g.describe(ctx, g.staged.from)
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
