package postgres

import (
	"context"
	"fmt"
	"strings"
)

const oldestVersion = 13

// Check implements load.Target. It only asks.
func (t *Target) Check(ctx context.Context) error {
	return t.wrap(ctx, "check", t.with(ctx, func(s *session) error { return t.check(ctx, s) }))
}

func (t *Target) check(ctx context.Context, s *session) error {
	if v := s.version(); v < oldestVersion {
		return fmt.Errorf("the server is PostgreSQL %s: lastro needs %d or newer", s.ParameterStatus("server_version"), oldestVersion)
	}
	row, err := s.one(ctx, `select pg_catalog.pg_is_in_recovery(), pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create'),
		pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary'), current_user, pg_catalog.current_database()`)
	if err != nil {
		return err
	}
	var mistakes []string
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Sprintf(format, args...)) }
	me, database := identifier(row[3]), identifier(row[4])
	if row[0] == "t" {
		mistake("the server is a replica, which no one can write to: give the dsn of the primary")
	}
	if row[2] != "t" {
		mistake("the role may not make temporary tables: grant temporary on database %s to %s", database, me)
	}
	f, err := s.inspect(ctx, t.schema, nil)
	if err != nil {
		return err
	}
	if !f.schema && row[1] != "t" {
		mistake("the schema is missing and the role may not make it: create schema %s authorization %s", identifier(t.schema), me)
	}
	if f.schema {
		row, err := s.one(ctx, fmt.Sprintf("select pg_catalog.has_schema_privilege(%s, 'create')", literal(t.schema)))
		if err != nil {
			return err
		}
		if row[0] != "t" {
			mistake("the role may not make tables in the schema: grant create, usage on schema %s to %s", identifier(t.schema), me)
		}
	}
	mistakes = append(mistakes, f.foreign(t.schema)...)
	for name, r := range f.relations {
		if !r.owned {
			mistake("table %s is owned by another role: alter table %s owner to %s", name, t.qualified(name), me)
		}
	}
	for _, role := range t.grant {
		rows, err := s.query(ctx, "select 1 from pg_catalog.pg_roles where rolname = "+literal(role))
		if err != nil {
			return err
		}
		if len(rows) == 0 && role != "public" {
			mistake("grant names the role %s, which there is not: create role %s, or correct the name", strings.TrimSpace(role), identifier(role))
		}
	}
	if len(mistakes) > 0 {
		return &RefusedError{Mistakes: mistakes}
	}
	return nil
}
