package files

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"lastro/extract/lake"
)

// quarantine writes what the spool holds, in the order of the files, each record as it stands there.
func (g *group) quarantine(ctx context.Context) error {
	names := make([]string, len(g.files))
	for i, f := range g.files {
		names[i] = f.name
	}
	if g.faults.count() == 0 {
		return g.session.Txn.Quarantine(ctx, g.stream.id, names, nil)
	}
	if err := g.faults.flush(); err != nil {
		return fmt.Errorf("keep bad records aside: %w", err)
	}
	return g.session.Txn.Quarantine(ctx, g.stream.id, names, g.quarantined(ctx))
}

func (g *group) quarantined(ctx context.Context) iter.Seq2[lake.QuarantinedRecord, error] {
	query := "select faults.*, null as _record from (" + g.faults.sql() + ") as faults order by file, line"
	if g.input.recordsSQL != "" {
		query = "select faults.*, records._record from (" + g.faults.sql() + ") as faults left join (" + g.input.recordsSQL +
			") as records on records._file = faults.file and records._line = faults.line order by file, line"
	}
	return func(yield func(lake.QuarantinedRecord, error) bool) {
		wanted := true
		err := g.eachFault(ctx, query, func(r lake.QuarantinedRecord) bool {
			wanted = yield(r, nil)
			return wanted
		})
		if err != nil && wanted {
			yield(lake.QuarantinedRecord{}, err)
		}
	}
}

func (g *group) eachFault(ctx context.Context, query string, yield func(lake.QuarantinedRecord) bool) (err error) {
	rows, err := g.session.Conn.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("gather bad records: %w", err)
	}
	var raw *rawReader
	if g.input.recordsSQL == "" {
		raw = g.input.rawRecord()
		defer func() { err = errors.Join(err, raw.close()) }()
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r lake.QuarantinedRecord
		var record sql.NullString
		if err := rows.Scan(&r.File, &r.Line, &r.Column, &r.Reason, &record); err != nil {
			return fmt.Errorf("gather bad records: %w", err)
		}
		r.Record = record.String
		if raw != nil {
			if r.Record, err = raw.record(r.File, r.Line); err != nil {
				return err
			}
		}
		if !yield(r) {
			return nil
		}
	}
	return rows.Err()
}
