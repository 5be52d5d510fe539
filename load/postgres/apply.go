package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// apply brings the differences into the table.
func (d *differences) apply(ctx context.Context) error {
	if d.copy != nil {
		rows, err := d.copy.close()
		if err != nil || rows != d.changed+d.added {
			return arrived(rows, d.changed+d.added, err)
		}
	}
	if vanished := d.old - d.met; vanished > 0 {
		if err := d.remove(ctx, vanished); err != nil {
			return err
		}
	}
	if d.copy == nil {
		return nil
	}
	if err := d.update(ctx); err != nil {
		return err
	}
	if err := d.insert(ctx); err != nil {
		return err
	}
	_, err := d.exec(ctx, "drop table pg_temp."+changesTable)
	return err
}

func (d *differences) update(ctx context.Context) error {
	if d.changed == 0 {
		return nil
	}
	if _, err := d.exec(ctx, fmt.Sprintf("analyze pg_temp.%s (%s)", changesTable, identifiers(d.one.table.Key))); err != nil {
		return err
	}
	var set, where []string
	for i, c := range d.one.columns {
		name := identifier(c.Name)
		if slices.Contains(d.one.key, i) {
			where = append(where, "present."+name+" = news."+name)
		} else {
			set = append(set, name+" = news."+name)
		}
	}
	if err := d.byIndex(ctx, d.changed <= int64(d.old/20)); err != nil {
		return err
	}
	rows, err := d.exec(ctx, fmt.Sprintf("update only %s as present set %s from pg_temp.%s as news where not news.%s and %s",
		d.table(d.one.table.Name), strings.Join(set, ", "), changesTable, identifier(d.isNew), strings.Join(where, " and ")))
	if err := meddled(rows, d.changed, err); err != nil {
		return err
	}
	return d.byIndex(ctx, false)
}

// byIndex has few rows be looked up by the key. The planner would rather read the table from end to end, for it does not
// know that rows that change come in the order of the table.
func (d *differences) byIndex(ctx context.Context, few bool) error {
	value := map[bool]string{true: "off", false: "default"}[few]
	_, err := d.exec(ctx, fmt.Sprintf("set local enable_hashjoin = %s; set local enable_mergejoin = %[1]s", value))
	return err
}

func (d *differences) insert(ctx context.Context) error {
	if d.added == 0 {
		return nil
	}
	names := identifiers(d.one.names())
	rows, err := d.exec(ctx, fmt.Sprintf("insert into %s (%s) select %s from pg_temp.%s where %s",
		d.table(d.one.table.Name), names, names, changesTable, identifier(d.isNew)))
	return meddled(rows, d.added, err)
}

// remove deletes the rows that the run has not. Of these only hashes are known, so the keys in the table are read to
// find them.
func (d *differences) remove(ctx context.Context, vanished int) error {
	var ids []string
	err := d.scan(ctx, d.one.layout, false, func(id rowID, key keyHash, _ rowHash) {
		if d.known.scan(key, len(d.one.key) > 0) {
			ids = append(ids, id.String())
		}
	})
	if err := meddled(int64(len(ids)), int64(vanished), err); err != nil {
		return err
	}
	d.removed = int64(len(ids))
	for some := range slices.Chunk(ids, 10_000) {
		rows, err := d.exec(ctx, fmt.Sprintf("delete from only %s where ctid = any (array[%s]::tid[])", d.table(d.one.table.Name), literals(some)))
		if err := meddled(rows, int64(len(some)), err); err != nil {
			return err
		}
	}
	for place := range d.known.count {
		if e := d.known.at(place); e.row&(seen|gone) == 0 {
			d.list.change(place, gone)
		}
	}
	return nil
}

// keepHashes writes the hashes that changed; all of them, when the changes have become more than half of the rows.
func (d *differences) keepHashes(ctx context.Context, after *state) (err error) {
	before, name := d.one.state, d.one.table.Name
	after.Hashes, after.NextSeq = before.Hashes+d.list.count, before.NextSeq
	if d.list.count == 0 {
		after.WrittenBy = before.WrittenBy
	}
	if d.one.mode == compare && after.Hashes <= after.Rows*3/2+10_000 {
		after.NextSeq, err = d.writeHashes(ctx, name, d.list, before.NextSeq)
		return err
	}
	after.WrittenBy = d.txid
	if err := d.forgetHashes(ctx, name); err != nil {
		return err
	}
	all := d.known.current()
	after.Hashes = all.count
	after.NextSeq, err = d.writeHashes(ctx, name, all, 0)
	return err
}

// meddled says that a statement did not touch the rows that it was meant for.
func meddled(rows, want int64, err error) error {
	if err != nil || rows == want {
		return err
	}
	return fmt.Errorf("%d rows were changed of %d: someone else is changing the table; see that no one does, and run again", rows, want)
}
