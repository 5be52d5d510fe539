package postgres

import (
	"context"
	"fmt"
	"strings"

	"lastro/load"
)

// differences are the rows of a run that are not in the table as they are. They come into a temporary table first, for
// one connection cannot write to two.
type differences struct {
	*writer
	one   *tablePlan
	known *known
	old   int // rows that the table had
	met   int // of those, that the run has
	list  *hashList
	// inquiry keeps the connection busy at first; until it is answered rows wait in pending.
	inquiry *inquiry
	pending []byte
	copy    *copyIn // once there is a difference
	isNew   string  // the name of the column that says that a row is not in the table yet

	changed, added, removed int64
}

const (
	changesTable = "lastro_changes"
	pendingLimit = 16 << 20 // bytes
	smallTable   = 50_000   // rows
)

// writeDifferences writes the rows that differ, and gives their number. errTouched says that nothing was written, for the
// table has to be read.
func (w *writer) writeDifferences(ctx context.Context, one *tablePlan, r *load.Reader, after *state) (written int, err error) {
	k, err := w.recall(ctx, one)
	if err != nil {
		return 0, err
	}
	if k == nil {
		return after.Rows, w.refill(ctx, one, r, after)
	}
	d := &differences{writer: w, one: one, known: k, old: k.live, list: &hashList{}, isNew: "is_new"}
	for has(one.table, d.isNew) {
		d.isNew += "_"
	}
	if err := d.collect(ctx, r); err != nil {
		return 0, err
	}
	if err := d.apply(ctx); err != nil {
		return 0, err
	}
	after.Activity = one.present.activity
	if d.list.count == 0 && after.Activity.behind(one.state.Activity) {
		after.Activity = one.state.Activity // the server will have counted by the next night
	}
	after.Activity.Inserted += d.added
	after.Activity.Updated += d.changed
	after.Activity.Deleted += d.removed
	return d.list.count, d.keepHashes(ctx, after)
}

// collect reads the run and sends what differs.
func (d *differences) collect(ctx context.Context, r *load.Reader) error {
	// What a person did a moment ago the server may not have counted yet: then the night after finds it. Where asking costs
	// nothing it is asked every night.
	if d.one.mode == compare && (d.one.state.Activity != d.one.present.activity || d.old <= smallTable) {
		d.inquiry = d.untouched(ctx, d.one)
	}
	err := startHasher(r, d.one.layout).each(func(batch hashedBatch) error { return d.meet(ctx, batch) })
	if d.inquiry != nil {
		if failed := d.inquiry.answer(); err == nil {
			err = failed
		}
	}
	if err == nil && d.copy == nil && len(d.pending) > 0 {
		err = d.begin(ctx)
	}
	if err != nil && d.copy != nil {
		return d.copy.abort(err)
	}
	return err
}

// meet compares the rows of a batch with those that are known.
func (d *differences) meet(ctx context.Context, batch hashedBatch) error {
	var enc *encoder
	keyed := len(d.one.key) > 0
	for i, key := range batch.keys {
		var place int
		var what fate
		if keyed {
			var err error
			if place, what, err = d.known.meet(key, batch.rows[i]); err != nil {
				return fmt.Errorf("%w (%s): its model must give each key once", err, d.one.keyText(batch, i))
			}
		} else {
			key, what = d.known.meetCopy(key)
		}
		switch what {
		case same:
			d.met++
			continue
		case changed:
			d.met++
			d.list.change(place, batch.rows[i])
		case added:
			d.list.add(key, batch.rows[i])
		}
		if enc == nil {
			var err error
			if enc, err = d.one.encoder(batch); err != nil {
				return err
			}
		}
		if err := d.send(ctx, enc, i, what); err != nil {
			return err
		}
	}
	return nil
}

// send sends a row to the temporary table.
func (d *differences) send(ctx context.Context, enc *encoder, row int, what fate) error {
	line := d.pending
	if d.copy != nil {
		line = d.copy.buf
	}
	line = append(line, byte((len(enc.fields)+1)>>8), byte(len(enc.fields)+1), 0, 0, 0, 1)
	if what == added {
		d.added++
		line = append(line, 1)
	} else {
		d.changed++
		line = append(line, 0)
	}
	line = enc.append(line, row)
	if enc.err != nil {
		return enc.err
	}
	if d.copy != nil {
		d.copy.buf = line
		return d.copy.flush()
	}
	d.pending = line
	if d.inquiry == nil || d.inquiry.answered() || len(line) > pendingLimit {
		return d.begin(ctx)
	}
	return nil
}

// begin makes the temporary table and sends the rows that wait.
func (d *differences) begin(ctx context.Context) error {
	if d.inquiry != nil {
		if err := d.inquiry.answer(); err != nil {
			return err
		}
	}
	columns := []string{identifier(d.isNew) + " boolean"}
	for _, c := range d.one.columns {
		columns = append(columns, identifier(c.Name)+" "+typeName(c.typ))
	}
	if _, err := d.exec(ctx, fmt.Sprintf("create temporary table %s (%s) on commit drop", changesTable, strings.Join(columns, ", "))); err != nil {
		return err
	}
	d.copy = d.startCopy(ctx, fmt.Sprintf("copy pg_temp.%s from stdin (format binary)", changesTable))
	d.copy.buf = append(d.copy.buf, d.pending...)
	d.pending = nil
	return d.copy.flush()
}
