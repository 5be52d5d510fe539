package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lastro/load"
)

// writeTable makes a table what the run has it to be, and keeps what the next run has to know.
func (w *writer) writeTable(ctx context.Context, one *tablePlan) error {
	after := &state{Key: one.table.Key, Columns: one.names(), Rows: int(one.table.Rows), HashVersion: hashVersion, WrittenBy: w.txid}
	written, err := w.writeRows(ctx, one, after)
	if errors.Is(err, errTouched) && one.mode == compare {
		one.mode = reread
		written, err = w.writeRows(ctx, one, after)
	}
	if err != nil {
		return err
	}
	if one.index && one.mode != create {
		if _, err := w.exec(ctx, fmt.Sprintf("create unique index on %s (%s)", w.table(one.table.Name), identifiers(one.table.Key))); err != nil {
			return err
		}
	}
	if err := w.comment(ctx, one, after); err != nil {
		return fmt.Errorf("write comments: %w", err)
	}
	if written > after.Rows/10 {
		if err := w.analyze(ctx, one); err != nil {
			return fmt.Errorf("analyze: %w", err)
		}
	}
	return w.keep(ctx, one.table.Name, one.state, after)
}

// writeRows writes the rows that have to be written, and gives their number.
func (w *writer) writeRows(ctx context.Context, one *tablePlan, after *state) (written int, err error) {
	r, err := one.table.Read(ctx)
	if err != nil {
		return 0, err
	}
	defer r.Release()
	written = after.Rows
	switch one.mode {
	case create:
		err = w.createTable(ctx, one, r, after)
	case rewrite:
		err = w.refill(ctx, one, r, after)
	default:
		written, err = w.writeDifferences(ctx, one, r, after)
	}
	// What the context and the reader say is the cause; the server only passes on that it stopped.
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case r.Err() != nil:
		return 0, r.Err()
	}
	return written, err
}

// fillFactor leaves room in each page of a table for the rows of it that the next nights change: they stay in the page,
// and the index as it is.
const fillFactor = 90

// createTable makes a table with its rows, and indexes it when they are there.
func (w *writer) createTable(ctx context.Context, one *tablePlan, r *load.Reader, after *state) error {
	columns := make([]string, len(one.columns))
	for i, c := range one.columns {
		columns[i] = identifier(c.Name) + " " + typeName(c.typ)
	}
	for _, at := range one.key {
		columns[at] += " not null"
	}
	row, err := w.one(ctx, fmt.Sprintf("create table %s (%s) with (fillfactor = %d); select pg_catalog.pg_relation_filenode(%s::regclass)",
		w.table(one.table.Name), strings.Join(columns, ", "), fillFactor, literal(w.table(one.table.Name))))
	if err != nil {
		return err
	}
	after.Activity.File = number(row[0])
	if err := w.fill(ctx, one, r, after, w.first); err != nil {
		return err
	}
	if len(one.key) == 0 {
		return nil
	}
	_, err = w.exec(ctx, fmt.Sprintf("alter table %s add primary key (%s)", w.table(one.table.Name), identifiers(one.table.Key)))
	return err
}

// refill writes all rows of a run in place of those that are there.
func (w *writer) refill(ctx context.Context, one *tablePlan, r *load.Reader, after *state) error {
	removed, err := w.exec(ctx, "delete from only "+w.table(one.table.Name))
	if err != nil {
		return err
	}
	after.Activity = one.present.activity
	after.Activity.Deleted += removed
	return w.fill(ctx, one, r, after, false)
}

// fill writes all rows of a run into an empty table. Frozen rows are as good as vacuumed, and visible to those who
// began to read before: only the first run of a schema may write such.
func (w *writer) fill(ctx context.Context, one *tablePlan, r *load.Reader, after *state, frozen bool) error {
	options := "format binary"
	if frozen {
		options += ", freeze"
	}
	c := w.startCopy(ctx, fmt.Sprintf("copy %s (%s) from stdin (%s)", w.table(one.table.Name), identifiers(one.names()), options))
	list := &hashList{}
	copies := newKnown() // tells rows that are the same from each other, where there is no key
	err := startHasher(r, one.layout).each(func(batch hashedBatch) error {
		enc, err := one.encoder(batch)
		if err != nil {
			return err
		}
		for i, key := range batch.keys {
			c.buf = append(c.buf, byte(len(enc.fields)>>8), byte(len(enc.fields)))
			c.buf = enc.append(c.buf, i)
			if err := c.flush(); err != nil {
				return err
			}
			if len(one.key) == 0 {
				key, _ = copies.meetCopy(key)
			}
			list.add(key, batch.rows[i])
		}
		return enc.err
	})
	if err != nil {
		return c.abort(err)
	}
	if rows, err := c.close(); err != nil || rows != one.table.Rows {
		return arrived(rows, one.table.Rows, err)
	}
	after.Activity.Inserted += one.table.Rows
	if !w.first {
		if err := w.forgetHashes(ctx, one.table.Name); err != nil {
			return err
		}
	}
	after.Hashes = list.count
	after.NextSeq, err = w.writeHashes(ctx, one.table.Name, list, 0)
	return err
}

func arrived(rows, want int64, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%d rows arrived of %d", rows, want)
}

// analyze brings the planner's statistics up to date. Where the table is being vacuumed it leaves that to the server.
func (w *writer) analyze(ctx context.Context, one *tablePlan) error {
	table := w.table(one.table.Name)
	if one.mode == create {
		_, err := w.exec(ctx, "analyze "+table)
		return err
	}
	_, err := w.exec(ctx, fmt.Sprintf("savepoint analyzed; set local lock_timeout = 2000; analyze %s; set local lock_timeout = %d; release savepoint analyzed",
		table, w.lockWait.Milliseconds()))
	if isCode(err, lockNotAvailable) {
		_, err = w.exec(ctx, "rollback to savepoint analyzed; release savepoint analyzed")
	}
	return err
}
