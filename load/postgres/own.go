package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lastro/load"
)

// createOwn makes the schema and the tables that this target keeps, where they are missing.
func (w *writer) createOwn(ctx context.Context, f *found) error {
	var sql []string
	if !f.schema {
		sql = append(sql, "create schema "+identifier(w.schema))
	}
	create := func(name, comment string, columns ...string) {
		if f.relations[name] == nil {
			sql = append(sql, fmt.Sprintf("create table %s (%s)", w.table(name), strings.Join(columns, ", ")),
				fmt.Sprintf("comment on table %s is %s", w.table(name), literal(comment)))
		}
	}
	create(stateTable, "The tables that lastro publishes in this schema, and what it has to know of them. Kept by lastro.",
		"table_name text primary key", "state text not null")
	create(hashesTable, "Hashes of all published rows, by which lastro finds those that differ. Kept by lastro.",
		"table_name text not null", "seq integer not null", "entries bytea not null", "primary key (table_name, seq)")
	if f.relations[hashesTable] == nil {
		sql = append(sql, fmt.Sprintf("alter table %s alter column entries set storage external", w.table(hashesTable)))
	}
	create(load.RunsTable, "The runs that were published. The one with the latest published_at is what the tables show.",
		"run_id text primary key", "started_at timestamp not null", "as_of date", "as_known text", "policy_version text", "code_version text",
		"published_at timestamp not null")
	w.first = f.relations[load.RunsTable] == nil
	if len(sql) == 0 {
		return nil
	}
	_, err := w.exec(ctx, strings.Join(sql, "; "))
	return err
}

// recordRun writes the row of a run. The latest published_at is the run that is shown, whatever the clock does.
func (w *writer) recordRun(ctx context.Context, p load.Publication) error {
	orNull := func(text string) string {
		if text == "" {
			return "null"
		}
		return literal(text)
	}
	if w.first {
		return w.recordFirst(ctx, p)
	}
	_, err := w.exec(ctx, fmt.Sprintf(`delete from %[1]s where run_id = %[2]s;
		insert into %[1]s (run_id, started_at, as_of, as_known, policy_version, code_version, published_at)
		select %[2]s, %[3]s, %[4]s, %[5]s, %[6]s, %[7]s,
			greatest(pg_catalog.clock_timestamp() at time zone 'utc', (select max(published_at) + interval '1 microsecond' from %[1]s))`,
		w.table(load.RunsTable), literal(p.RunID), literal(p.StartedAt.UTC().Format(timestampText))+"::timestamp",
		orNull(p.AsOf)+"::date", orNull(p.AsKnown), orNull(p.PolicyVersion), orNull(p.CodeVersion)))
	return err
}

// recordFirst writes the first run as the tables are written then: for who began to read before, too. Else that reader
// would find tables with rows and no run.
func (w *writer) recordFirst(ctx context.Context, p load.Publication) error {
	now, err := w.one(ctx, "select pg_catalog.clock_timestamp() at time zone 'utc'")
	if err != nil {
		return err
	}
	line := []string{p.RunID, p.StartedAt.UTC().Format(timestampText), p.AsOf, p.AsKnown, p.PolicyVersion, p.CodeVersion, now[0]}
	for i, text := range line {
		if line[i] = copyEscapes.Replace(text); text == "" {
			line[i] = `\N`
		}
	}
	_, err = w.CopyFrom(ctx, strings.NewReader(strings.Join(line, "\t")+"\n"), fmt.Sprintf("copy %s from stdin (freeze)", w.table(load.RunsTable)))
	return err
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

const timestampText = "2006-01-02 15:04:05.999999"

// keep writes the state of a table when it is not as it was.
func (w *writer) keep(ctx context.Context, table string, before, after *state) error {
	text, err := json.Marshal(after)
	if err != nil {
		return err
	}
	if before != nil {
		was, err := json.Marshal(before)
		if err != nil || string(was) == string(text) {
			return err
		}
	}
	_, err = w.exec(ctx, fmt.Sprintf("insert into %s (table_name, state) values (%s, %s) on conflict (table_name) do update set state = excluded.state",
		w.table(stateTable), literal(table), literal(string(text))))
	return err
}

// forget removes what is kept of a table that is no more.
func (w *writer) forget(ctx context.Context, table string) error {
	if err := w.forgetHashes(ctx, table); err != nil {
		return err
	}
	_, err := w.exec(ctx, fmt.Sprintf("delete from %s where table_name = %s", w.table(stateTable), literal(table)))
	return err
}
