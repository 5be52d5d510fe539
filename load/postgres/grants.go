package postgres

import (
	"context"
	"fmt"
	"strings"

	"lastro/load"
)

// grantAll lets the roles read what they may not read yet. What others granted or revoked for other roles stays.
func (w *writer) grantAll(ctx context.Context, plan *plan) error {
	missing, err := w.missingGrants(ctx, plan)
	if err != nil || len(missing) == 0 {
		return err
	}
	if _, err := w.exec(ctx, strings.Join(missing, "; ")); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	// A role that may not grant something is only warned.
	if missing, err = w.missingGrants(ctx, plan); err != nil || len(missing) == 0 {
		return err
	}
	return fmt.Errorf("grant: the role of the dsn may not grant what is to be granted: let the owner run %s", strings.Join(missing, "; "))
}

func (w *writer) missingGrants(ctx context.Context, plan *plan) (missing []string, err error) {
	tables := []string{load.RunsTable}
	for _, one := range plan.tables {
		tables = append(tables, one.table.Name)
	}
	for _, role := range w.grant {
		row, err := w.one(ctx, fmt.Sprintf("select pg_catalog.has_schema_privilege(%s, %s, 'usage')", literal(role), literal(w.schema)))
		if err != nil {
			return nil, fmt.Errorf("grant: %w", err)
		}
		if row[0] != "t" {
			missing = append(missing, fmt.Sprintf("grant usage on schema %s to %s", identifier(w.schema), identifier(role)))
		}
		rows, err := w.query(ctx, fmt.Sprintf(`select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where n.nspname = %s and c.relname in (%s) and not pg_catalog.has_table_privilege(%s, c.oid, 'select') order by 1`,
			literal(w.schema), literals(tables), literal(role)))
		if err != nil {
			return nil, fmt.Errorf("grant: %w", err)
		}
		for _, r := range rows {
			missing = append(missing, fmt.Sprintf("grant select on %s to %s", w.table(r[0]), identifier(role)))
		}
	}
	return missing, nil
}
