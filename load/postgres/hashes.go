package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
)

// The hashes of a table's rows lie in lastro_hashes, thousands to a row: the table as it once was, then what each run
// changed. They are read in order of seq: an entry is a row that came, or says what became of an earlier one. Once the
// changes outweigh the rows, all is written anew.

const (
	entryBytes  = 24
	hashesChunk = 32 << 10 // entries in a row
)

// hashList collects entries in the form in which they are kept.
type hashList struct {
	chunks [][]byte
	count  int
}

// add lists a row that is new.
func (h *hashList) add(key keyHash, row uint64) { h.append(key.Hi, key.Lo, row) }

// change lists the new hash of an entry; gone is none.
func (h *hashList) change(place int, row uint64) { h.append(uint64(place), 0, row|ofPlace) }

// ofPlace is the mark of an entry that changes an earlier one.
const ofPlace = 1 << 62

func (h *hashList) append(hi, lo, row uint64) {
	if h.count%hashesChunk == 0 {
		size := hashesChunk * entryBytes
		if h.count == 0 {
			size = entryBytes // most lists are short
		}
		h.chunks = append(h.chunks, make([]byte, 0, size))
	}
	last := &h.chunks[len(h.chunks)-1]
	*last = binary.LittleEndian.AppendUint64(*last, hi)
	*last = binary.LittleEndian.AppendUint64(*last, lo)
	*last = binary.LittleEndian.AppendUint64(*last, row)
	h.count++
}

// current lists the rows of the new run.
func (k *known) current() *hashList {
	list := &hashList{}
	for place := range k.count {
		if e := k.at(place); e.row&seen != 0 {
			list.add(e.key(), e.row&content)
		}
	}
	return list
}

// writeHashes appends a list to the hashes of a table, and gives the next free number.
func (w *writer) writeHashes(ctx context.Context, table string, list *hashList, seq int) (int, error) {
	if list.count == 0 {
		return seq, nil
	}
	c := w.startCopy(ctx, fmt.Sprintf("copy %s (table_name, seq, entries) from stdin (format binary)", w.table(hashesTable)))
	for _, chunk := range list.chunks {
		c.buf = append(c.buf, 0, 3)
		c.buf = appendText(c.buf, table)
		c.buf = append32(c.buf, uint32(seq))
		c.buf = append(binary.BigEndian.AppendUint32(c.buf, uint32(len(chunk))), chunk...)
		if err := c.flush(); err != nil {
			return seq, c.abort(err)
		}
		seq++
	}
	_, err := c.close()
	return seq, err
}

// forgetHashes removes all hashes of a table.
func (w *writer) forgetHashes(ctx context.Context, table string) error {
	_, err := w.exec(ctx, fmt.Sprintf("delete from %s where table_name = %s", w.table(hashesTable), literal(table)))
	return err
}

// addAll adds entries in the form in which they are kept.
func (k *known) addAll(entries []byte) error {
	for b := entries; len(b) >= entryBytes; b = b[entryBytes:] {
		hi, lo, row := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
		switch {
		case row&ofPlace == 0:
			k.add(keyHash{Hi: hi, Lo: lo}, row)
		case hi >= uint64(k.count):
			return errTouched
		default:
			k.change(int(hi), row&^ofPlace)
		}
	}
	return nil
}

// readHashes reads the hashes of a table.
func (w *writer) readHashes(ctx context.Context, table string) (*known, error) {
	k, damaged := newKnown(), error(nil)
	in := &copyReader{row: func(fields [][]byte) error {
		if damaged == nil && len(fields) == 1 {
			damaged = k.addAll(fields[0])
		}
		return nil
	}}
	err := w.copyOut(ctx, in, fmt.Sprintf("copy (select entries from %s where table_name = %s order by seq) to stdout (format binary)",
		w.table(hashesTable), literal(table)))
	if err == nil {
		err = damaged
	}
	return k, err
}
