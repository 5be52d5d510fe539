package lake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dropsTable has the rows that are not kept: by file and by place in it.
const dropsTable = "temp.lastro_spool_drops"

// changedSQL reads what is kept of a file, as this run's.
func (k *taking) changedSQL(file int) string {
	t := k.txn
	list := make([]string, len(k.columns))
	for i, c := range k.columns {
		switch c.Name {
		case "_run_id":
			list[i] = quoteText(t.runID) + " as _run_id"
		case "_first_seen":
			list[i] = timestampSQL(t.firstSeen) + " as _first_seen"
		default:
			list[i] = quoteName(c.Name)
		}
	}
	sql := "select " + strings.Join(list, ", ") + " from read_parquet(" + quoteReadPath(k.files[file].path) + ", hive_partitioning = false) as group_rows"
	if k.dropped[file] > 0 {
		sql += " where file_row_number not in (select place from " + dropsTable + " where file = " + strconv.Itoa(file) + ")"
	}
	return sql
}

// readingSQL reads columns of all files, with file and place as names beside them.
func (k *taking) readingSQL(columns []Column) string {
	paths := make([]string, len(k.files))
	for i, f := range k.files {
		paths[i] = f.path
	}
	if len(paths) == 0 {
		return selectSQL(nil, columns) + ", cast(0 as bigint) as _spool_file, cast(0 as bigint) as _spool_place where false"
	}
	return selectSQL(k.columns, columns) + ", cast(file_index as bigint) as _spool_file, cast(file_row_number as bigint) as _spool_place from " + readParquet(paths...)
}

// findDrops finds the rows that are not kept: records of which a later group has a version, and copies of what the lake
// has.
func (k *taking) findDrops(ctx context.Context) error {
	k.dropped = map[int]int64{}
	if len(k.options.Key) == 0 || len(k.files) == 0 {
		return nil
	}
	statements := []string{"create or replace temp table lastro_spool_drops (file bigint, place bigint)"}
	again, err := k.hasAgain(ctx)
	if err != nil {
		return err
	}
	if again {
		statements = append(statements, k.againSQL())
	}
	if k.has {
		copies, err := k.copiesSQL()
		if err != nil {
			return err
		}
		statements = append(statements, copies)
	}
	if len(statements) == 1 {
		return nil
	}
	for _, statement := range statements {
		if _, err := k.conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	rows, err := k.conn.QueryContext(ctx, "select file, count(distinct place) from "+dropsTable+" group by file")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var file int
		var dropped int64
		if err := rows.Scan(&file, &dropped); err != nil {
			return err
		}
		k.dropped[file] = dropped
	}
	return rows.Err()
}

// hasAgain tells whether two groups may have one key; within a group a key stands once. Hashes need little memory, and
// of a large reading they are looked at part by part.
func (k *taking) hasAgain(ctx context.Context) (again bool, err error) {
	if len(k.files) < 2 {
		return false, nil
	}
	const partRows, mostParts = 1_000_000, 32
	parts := min(mostParts, 1+k.counts.Accepted/partRows)
	for part := int64(0); part < parts && !again && err == nil; part++ {
		err = k.conn.QueryRowContext(ctx, fmt.Sprintf("select exists (select 1 from (select hash(%s) as key_hash from (%s) as reading) as hashed"+
			" where key_hash %% %d = %d group by key_hash having count(*) > 1)",
			quoteNames(k.options.Key), k.readingSQL(k.keyColumns()), parts, part)).Scan(&again)
	}
	return again, err
}

// againSQL drops all but the last of the records of a key. Only keys that stand more than once are sorted.
func (k *taking) againSQL() string {
	keys, reading := quoteNames(k.options.Key), k.readingSQL(k.keyColumns())
	return "insert into " + dropsTable + "\nselect _spool_file, _spool_place from (\nselect *, row_number() over (partition by " + keys +
		" order by _spool_file desc, _spool_place desc) as _spool_rank from (\n" + reading + "\n) as reading where hash(" + keys + ") in (\nselect hash(" + keys +
		") from (\n" + reading + "\n) as hashed group by 1 having count(*) > 1)\n) as ranked where _spool_rank > 1"
}

// copiesSQL drops the records that say what the lake's current version says.
func (k *taking) copiesSQL() (string, error) {
	merged, err := mergeColumns([][]Column{k.columns, k.current.Columns})
	if err != nil {
		return "", err
	}
	merged = slices.DeleteFunc(merged, func(c Column) bool { return c.Name != "_extra" && systemRank(c.Name) > 0 })
	same := make([]string, len(merged))
	for i, c := range merged {
		equal := "is not distinct from"
		if slices.ContainsFunc(k.options.Key, func(key string) bool { return strings.EqualFold(key, c.Name) }) {
			equal = "="
		}
		same[i] = "reading." + quoteName(c.Name) + " " + equal + " earlier." + quoteName(c.Name)
	}
	return "insert into " + dropsTable + "\nselect reading._spool_file, reading._spool_place from (\n" + k.readingSQL(merged) + "\n) as reading inner join (\n" +
		selectSQL(k.current.Columns, merged) + " from (\n" + k.current.CurrentSQL() + "\n) as current_rows\n) as earlier on " + strings.Join(same, " and "), nil
}

// addTombstones says of records that are gone that they are.
func (k *taking) addTombstones(ctx context.Context) error {
	o := k.options
	if !o.DeleteMissing && o.DeleteMissingWithin == "" || len(k.current.Batches) == 0 {
		return nil
	}
	if !k.has {
		return fmt.Errorf("the lake's records lack a column of the key (%s): what is missing cannot be told", strings.Join(o.Key, ", "))
	}
	if err := k.findAside(ctx); err != nil {
		return err
	}
	if err := k.findWithin(ctx); err != nil {
		return err
	}
	statement, err := k.tombstonesSQL()
	if err != nil {
		return err
	}
	rows, err := k.txn.CopyRecords(ctx, k.conn, k.spool.id, statement, BatchOptions{Key: o.Key})
	k.counts.Read += rows
	k.counts.Accepted += rows
	return err
}

func (k *taking) tombstonesSQL() (string, error) {
	t, o := k.txn, k.options
	columns := k.columns
	if columns == nil {
		columns = k.current.Columns
	}
	if _, ok := columnOf(columns, deletedColumn.Name); !ok {
		columns = append([]Column{deletedColumn}, columns...)
	}
	list := make([]string, len(columns))
	for i, c := range columns {
		name := quoteName(c.Name)
		switch {
		case slices.ContainsFunc(o.Key, func(key string) bool { return strings.EqualFold(key, c.Name) }):
			list[i] = "cast(earlier." + name + " as " + c.Type + ") as " + name
		case c.Name == deletedColumn.Name:
			list[i] = "true as " + name
		case c.Name == "_source", c.Name == "_file":
			list[i] = "earlier." + name
		case c.Name == "_line":
			list[i] = fmt.Sprintf("%d + row_number() over () as _line", k.spool.Counts().Read)
		case c.Name == "_run_id":
			list[i] = quoteText(t.runID) + " as _run_id"
		case c.Name == "_first_seen":
			list[i] = timestampSQL(t.firstSeen) + " as _first_seen"
		default:
			list[i] = "cast(null as " + c.Type + ") as " + name
		}
	}
	wanted := append(k.keyColumns(), k.withinColumn()...)
	same := make([]string, len(o.Key))
	for i, key := range o.Key {
		same[i] = "reading." + quoteName(key) + " = earlier." + quoteName(key)
	}
	reading := k.readingSQL(wanted)
	sql := "select " + strings.Join(list, ", ") + " from (\n" + k.current.CurrentSQL() + "\n) as earlier where not exists (\nselect 1 from (\n" + reading +
		"\n) as reading where " + strings.Join(same, " and ") + ")"
	if _, ok := columnOf(k.current.Columns, deletedColumn.Name); ok {
		sql += " and not coalesce(earlier." + quoteName(deletedColumn.Name) + ", false)"
	}
	sql += k.notAsideSQL()
	if within := o.DeleteMissingWithin; within != "" {
		for what, have := range map[string][]Column{"the reading": k.columns, "the lake": k.current.Columns} {
			if _, ok := columnOf(have, within); !ok && (len(k.files) > 0 || what == "the lake") {
				return "", fmt.Errorf("%s has no column %s, within which records may be missing", what, within)
			}
		}
		sql += " and earlier." + quoteName(within) + " in (\nselect " + quoteName(within) + " from (\n" + reading + "\n) as within_rows\nunion all\nselect cast(value as " + k.withinColumn()[0].Type + ") from " + withinTable + ")"
	}
	return sql, nil
}

// deletedColumn says that a record is gone.
var deletedColumn = Column{"_deleted", "BOOLEAN"}

// keyColumns gives the key's columns as the reading has them, or else the lake.
func (k *taking) keyColumns() []Column { return k.columnsOf(k.options.Key...) }

func (k *taking) withinColumn() []Column {
	if k.options.DeleteMissingWithin == "" {
		return nil
	}
	return k.columnsOf(k.options.DeleteMissingWithin)
}

func (k *taking) columnsOf(names ...string) (columns []Column) {
	for _, name := range names {
		c, ok := columnOf(k.columns, name)
		if !ok {
			c, ok = columnOf(k.current.Columns, name)
		}
		if ok && !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	return columns
}

// end gives the engine its memory back.
func (k *taking) end() {
	_, _ = k.conn.ExecContext(context.Background(), "drop table if exists "+dropsTable+"; drop table if exists "+asideTable+"; drop table if exists "+withinTable) // it goes with the connection otherwise
}
