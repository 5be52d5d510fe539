package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"lastro/load"
)

// rowID is where a row lies in a table, a ctid.
type rowID struct {
	block  uint32
	offset uint16
}

func (id rowID) String() string { return fmt.Sprintf("(%d,%d)", id.block, id.offset) }

// scan reads columns of all rows of a table and gives their hashes. Without the columns that are not of the key, the hash
// of the row means nothing.
func (w *writer) scan(ctx context.Context, l *layout, whole bool, row func(id rowID, key keyHash, content rowHash)) error {
	columns := l.key
	if whole || len(columns) == 0 {
		columns = append(append([]int(nil), l.key...), l.tail...)
	}
	names := []string{"ctid"}
	for _, at := range columns {
		names = append(names, identifier(l.columns[at].Name))
	}
	rec := records{layout: l}
	in := &copyReader{row: func(fields [][]byte) error {
		if len(fields) != len(names) || len(fields[0]) != 6 {
			return errNotCopy
		}
		rec.reset(1)
		for i, at := range columns {
			if err := fillSlot(rec.row(0), &l.columns[at], fields[i+1]); err != nil {
				return fmt.Errorf("column %s: %w", l.columns[at].Name, err)
			}
		}
		key, hash := rec.hashes(0)
		row(rowID{binary.BigEndian.Uint32(fields[0]), binary.BigEndian.Uint16(fields[0][4:])}, key, hash)
		return nil
	}}
	return w.copyOut(ctx, in, fmt.Sprintf("copy (select %s from only %s) to stdout (format binary)", strings.Join(names, ", "), w.table(l.table.Name)))
}

// fillSlot makes of a field what fill makes of the value that it was encoded from.
func fillSlot(record []byte, c *column, field []byte) error {
	if field == nil {
		return nil
	}
	slot := record[c.offset+1 : c.end]
	record[c.offset] = 1
	if c.typ.Kind == load.Varchar {
		putText(slot, field)
		return nil
	}
	if c.typ.Kind == load.Decimal || c.typ.Kind == load.HugeInt {
		high, low, err := parseNumeric(field, c.typ.Scale)
		if err != nil { // NaN, which no run publishes
			record[c.offset] = 2
			return nil
		}
		binary.LittleEndian.PutUint64(slot, low)
		if len(slot) == 16 {
			binary.LittleEndian.PutUint64(slot[8:], uint64(high))
		}
		return nil
	}
	if len(field) != len(slot) && c.typ.Kind != load.TinyInt {
		return errNotCopy
	}
	switch c.typ.Kind {
	case load.TinyInt:
		slot[0] = field[len(field)-1]
	case load.Date:
		binary.LittleEndian.PutUint32(slot, uint32(arrowDate(int32(binary.BigEndian.Uint32(field)))))
	case load.Timestamp, load.TimestampTZ:
		binary.LittleEndian.PutUint64(slot, uint64(arrowMicros(int64(binary.BigEndian.Uint64(field)))))
	default:
		for i, b := range field {
			slot[len(slot)-1-i] = b
		}
	}
	return nil
}
