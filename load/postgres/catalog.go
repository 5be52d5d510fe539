package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"lastro/load"
)

// The tables that this target keeps beside those it publishes.
const (
	stateTable  = "lastro_tables"
	hashesTable = "lastro_hashes"
)

// state is what is kept of a published table, as JSON in lastro_tables.
type state struct {
	Key     []string `json:"key"`
	Columns []string `json:"columns"` // in the order in which rows are hashed
	Rows    int      `json:"rows"`
	// WrittenBy is the transaction that last wrote rows. Rows of a later one are not of ours.
	WrittenBy   int64             `json:"written_by"`
	Activity    activity          `json:"activity"`
	HashVersion int               `json:"hash_version"`
	Hashes      int               `json:"hashes"`   // entries in lastro_hashes
	NextSeq     int               `json:"next_seq"` // of lastro_hashes
	Comments    map[string]string `json:"comments"` // as this target wrote them, by column; "" is the table's
}

// relation is a table of the schema as the database has it.
type relation struct {
	kind     string // r is a table, v a view, as pg_class has it
	owned    bool   // by a role that we are
	comment  string
	activity activity
	columns  map[string]attribute
	unique   []uniqueIndex
}

// activity is what the server counts of a table: rows that were ever inserted, updated and deleted, by transactions that
// failed too, and the file that it lies in. The counts may be late or be reset. But where they are what they must be,
// no one but this target has written to the table.
type activity struct {
	Inserted int64 `json:"inserted"`
	Updated  int64 `json:"updated"`
	Deleted  int64 `json:"deleted"`
	File     int64 `json:"file"`
}

// behind says that the server has not counted yet what it has in b.
func (a activity) behind(b activity) bool {
	return a.Inserted <= b.Inserted && a.Updated <= b.Updated && a.Deleted <= b.Deleted && a.File == b.File
}

type attribute struct {
	typ, comment string
	notNull      bool
}

type uniqueIndex struct {
	name       string
	constraint string // "" for an index alone
	columns    []string
}

// found is what lies in the schema.
type found struct {
	schema    bool
	relations map[string]*relation // those of the names that were asked for, and of this target's own
	states    map[string]*state    // nil when nothing was ever published here
}

func (s *session) inspect(ctx context.Context, schema string, names []string) (*found, error) {
	f := &found{relations: map[string]*relation{}}
	rows, err := s.query(ctx, "select oid from pg_catalog.pg_namespace where nspname = "+literal(schema))
	if err != nil || len(rows) == 0 {
		return f, err
	}
	f.schema = true
	oid := rows[0][0]
	rows, err = s.query(ctx, `select relname from pg_catalog.pg_class where relkind in ('r', 'p') and relname = `+literal(stateTable)+" and relnamespace = "+oid)
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		if err := s.readStates(ctx, f, schema); err != nil {
			return nil, err
		}
	}
	for name := range f.states {
		names = append(names, name)
	}
	return f, s.readRelations(ctx, f, oid, append(names, load.RunsTable, stateTable, hashesTable))
}

func (s *session) readStates(ctx context.Context, f *found, schema string) error {
	table := identifier(schema) + "." + stateTable
	rows, err := s.query(ctx, "select table_name, state from "+table)
	if err != nil {
		return fmt.Errorf("read %s.%s, which lastro keeps: %w", schema, stateTable, err)
	}
	f.states = map[string]*state{}
	for _, row := range rows {
		st := &state{}
		if err := json.Unmarshal([]byte(row[1]), st); err != nil {
			return fmt.Errorf("%s.%s has no state of table %s that can be read: %w", schema, stateTable, row[0], err)
		}
		f.states[row[0]] = st
	}
	return nil
}

func (s *session) readRelations(ctx context.Context, f *found, oid string, names []string) error {
	of := fmt.Sprintf("c.relnamespace = %s and c.relname in (%s)", oid, literals(names))
	rows, err := s.query(ctx, `select c.relname, c.relkind, pg_catalog.pg_has_role(c.relowner, 'usage'), pg_catalog.obj_description(c.oid, 'pg_class'),
		pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid), pg_catalog.pg_stat_get_tuples_deleted(c.oid),
		pg_catalog.pg_relation_filenode(c.oid)
		from pg_catalog.pg_class c where c.relkind != 'i' and `+of)
	if err != nil {
		return err
	}
	for _, row := range rows {
		f.relations[row[0]] = &relation{kind: row[1], owned: row[2] == "t", comment: row[3], columns: map[string]attribute{},
			activity: activity{number(row[4]), number(row[5]), number(row[6]), number(row[7])}}
	}
	rows, err = s.query(ctx, `select c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_catalog.col_description(c.oid, a.attnum)
		from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
		where a.attnum > 0 and not a.attisdropped and c.relkind != 'i' and `+of)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if r := f.relations[row[0]]; r != nil {
			r.columns[row[1]] = attribute{typ: row[2], notNull: row[3] == "t", comment: row[4]}
		}
	}
	return s.readIndexes(ctx, f, of)
}

// readIndexes reads the unique indexes over plain columns.
func (s *session) readIndexes(ctx context.Context, f *found, of string) error {
	rows, err := s.query(ctx, `select c.relname, i.relname, coalesce(k.conname, ''), pg_catalog.json_agg(a.attname order by n.at)
		from pg_catalog.pg_index x
		join pg_catalog.pg_class c on c.oid = x.indrelid
		join pg_catalog.pg_class i on i.oid = x.indexrelid
		left join pg_catalog.pg_constraint k on k.conindid = x.indexrelid and k.contype in ('p', 'u')
		cross join lateral pg_catalog.unnest(x.indkey) with ordinality as n(attnum, at)
		join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = n.attnum
		where x.indisunique and x.indisvalid and x.indpred is null and x.indexprs is null and n.at <= x.indnkeyatts and `+of+`
		group by 1, 2, 3 order by 3 desc, 2`)
	if err != nil {
		return err
	}
	for _, row := range rows {
		index := uniqueIndex{name: row[1], constraint: row[2]}
		if err := json.Unmarshal([]byte(row[3]), &index.columns); err != nil {
			return err
		}
		if r := f.relations[row[0]]; r != nil {
			r.unique = append(r.unique, index)
		}
	}
	return nil
}

// published gives the run whose tables readers see, "" when there is none.
func (s *session) published(ctx context.Context, schema string) (string, error) {
	rows, err := s.query(ctx, `select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		where n.nspname = `+literal(schema)+" and c.relname = "+literal(load.RunsTable))
	if err != nil || len(rows) == 0 {
		return "", err
	}
	rows, err = s.query(ctx, fmt.Sprintf("select run_id from %s.%s order by published_at desc limit 1", identifier(schema), load.RunsTable))
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0][0], nil
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n
}
