package targettest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"lastro/load"
)

// HoldPostgres decides which run of a schema to read by taking a snapshot of the database.
func HoldPostgres(dsn, schema string) (Held, error) {
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	h := &heldSnapshot{conn: conn, schema: schema}
	if _, err := h.rows(ctx, "begin isolation level repeatable read read only; set local timezone = 'UTC'; select 1 from pg_class limit 1"); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// heldSnapshot is a transaction that sees the database as it was when it began.
type heldSnapshot struct {
	conn   *pgconn.PgConn
	schema string
}

func (h *heldSnapshot) Close() error { return h.conn.Close(context.Background()) }

func (h *heldSnapshot) Read() (Snapshot, error) {
	ctx := context.Background()
	s := Snapshot{Tables: map[string][][]string{}}
	runs, err := h.rows(ctx, fmt.Sprintf("select run_id from %q.lastro_runs order by published_at desc limit 1", h.schema))
	if err != nil {
		return s, err
	}
	if len(runs) != 2 {
		return s, errors.New("no run is shown")
	}
	s.RunID = runs[1][0]
	names, err := h.rows(ctx, fmt.Sprintf("select relname from pg_class where relnamespace = %s::regnamespace and relkind = 'r' and relname not in ('lastro_tables', 'lastro_hashes', %s)",
		quote(`"`+h.schema+`"`), quote(load.RunsTable)))
	if err != nil {
		return s, err
	}
	for _, name := range names[1:] {
		if s.Tables[name[0]], err = h.rows(ctx, fmt.Sprintf("select * from %q.%q", h.schema, name[0])); err != nil {
			return s, fmt.Errorf("table %s: %w", name[0], err)
		}
	}
	return s, nil
}

// rows gives the rows of the last statement after a row of names.
func (h *heldSnapshot) rows(ctx context.Context, sql string) ([][]string, error) {
	results := h.conn.Exec(ctx, sql)
	var out [][]string
	for results.NextResult() {
		result := results.ResultReader()
		fields := result.FieldDescriptions()
		out = [][]string{make([]string, len(fields))}
		for i, f := range fields {
			out[0][i] = f.Name
		}
		for result.NextRow() {
			row := make([]string, len(fields))
			for i, cell := range result.Values() {
				var err error
				if row[i], err = pgText(cell, fields[i].DataTypeOID); err != nil {
					return nil, errors.Join(err, results.Close())
				}
			}
			out = append(out, row)
		}
	}
	return out, results.Close()
}

// pgText gives a cell that the server wrote as text, as Table takes it.
func pgText(cell []byte, oid uint32) (string, error) {
	const boolOID, float4OID, float8OID, timestampOID, timestamptzOID = 16, 700, 701, 1114, 1184
	text := string(cell)
	switch {
	case cell == nil:
		return Null, nil
	case oid == boolOID:
		return map[string]string{"t": "true", "f": "false"}[text], nil
	case oid == float4OID, oid == float8OID:
		return plainFloat(text, map[uint32]int{float4OID: 32, float8OID: 64}[oid])
	case oid == timestampOID, oid == timestamptzOID:
		at, err := time.Parse("2006-01-02 15:04:05.999999", strings.TrimSuffix(text, "+00"))
		return at.Format(time.RFC3339Nano), err
	}
	return text, nil
}
