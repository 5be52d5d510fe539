package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/zeebo/xxh3"

	"lastro/load"
)

// writer is the connection of a run that is being staged.
type writer struct {
	*session
	*Target
	txid int64 // the transaction that everything is written in
	// first says that readers have never seen a run here, so that no one can be in the middle of one.
	first bool
}

func (w *writer) table(name string) string { return w.qualified(name) }

func (t *Target) stage(ctx context.Context, p load.Publication) (_ *staged, err error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	s, err := t.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.leave()
		}
	}()
	w := &writer{session: s, Target: t}
	var names []string
	for _, table := range p.Tables {
		names = append(names, table.Name)
	}
	found, plan, err := w.prepared(ctx, names, func(f *found) (*plan, error) { return t.newPlan(f, p) })
	if err != nil {
		return nil, err
	}
	if err := w.write(ctx, found, plan, p); err != nil {
		return nil, err
	}
	return &staged{writer: w, runID: p.RunID}, ctx.Err()
}

// write brings all of a run into the transaction.
func (w *writer) write(ctx context.Context, f *found, plan *plan, p load.Publication) error {
	row, err := w.one(ctx, "select pg_catalog.txid_current()")
	if err != nil {
		return err
	}
	w.txid = number(row[0])
	if err := w.createOwn(ctx, f); err != nil {
		return err
	}
	for _, name := range plan.forget {
		if err := w.forget(ctx, name); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	for _, one := range plan.tables {
		if err := w.writeTable(ctx, one); err != nil {
			return fmt.Errorf("table %s: %w", one.table.Name, err)
		}
	}
	if err := w.recordRun(ctx, p); err != nil {
		return fmt.Errorf("write %s: %w", load.RunsTable, err)
	}
	return w.grantAll(ctx, plan)
}

// claim keeps other runs from this schema until the transaction ends, or says who is at work there. A run whose program
// was killed a moment ago gets a moment to be noticed.
func (w *writer) claim(ctx context.Context) error {
	id := int64(xxh3.HashString("lastro " + w.schema))
	for begun := time.Now(); ; {
		row, err := w.one(ctx, fmt.Sprintf("select pg_catalog.pg_try_advisory_xact_lock(%d)", id))
		if err != nil || row[0] == "t" {
			return err
		}
		if time.Since(begun) > busyAfter {
			break
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("another run is publishing here: %s; wait until it is done", w.holders(ctx, fmt.Sprintf(
		"l.locktype = 'advisory' and l.objsubid = 1 and l.classid::bigint = %d and l.objid::bigint = %d"+
			" and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())",
		uint32(uint64(id)>>32), uint32(id))))
}

const busyAfter = 500 * time.Millisecond
