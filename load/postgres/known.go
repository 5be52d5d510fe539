package postgres

import (
	"errors"
	"math/bits"
)

// known are the hashes of a table's rows. A run gives its rows in the order in which the run before gave them, but for
// those that are new; so entries are kept in order, 24 bytes a row, and looked up in order. Only where the order breaks
// off an index is made and used.
type known struct {
	chunks [][]entry
	count  int
	live   int // entries of rows that the table has
	// cursor is where the next row should be. Rows that came to the table later are behind the others: tail is where the
	// next of those should be.
	cursor, tail int
	index        []uint32 // places of entries plus one, by their keys
	indexed      int
	// met and found count the rows that are the same, of tables without a key.
	met, found map[keyHash]uint64
}

type entry struct {
	hi, lo uint64
	row    uint64 // the hash of the row, and marks
}

func (e *entry) key() keyHash { return keyHash{Hi: e.hi, Lo: e.lo} }

// The marks of an entry.
const (
	seen    = 1 << 63 // the new run has the row
	scanned = 1 << 62 // the table was found to have it
	gone    = 1 << 61 // the table has it no more
	content = 1<<hashBits - 1
)

const (
	chunkBits = 16
	chunkRows = 1 << chunkBits
)

func newKnown() *known {
	return &known{met: map[keyHash]uint64{}, found: map[keyHash]uint64{}}
}

func (k *known) at(place int) *entry { return &k.chunks[place>>chunkBits][place&(chunkRows-1)] }

// add appends the entry of a row that the table has.
func (k *known) add(key keyHash, row uint64) (place int) {
	switch {
	case k.count == 0:
		k.chunks = append(k.chunks, nil) // most tables are small
	case k.count&(chunkRows-1) == 0:
		k.chunks = append(k.chunks, make([]entry, 0, chunkRows))
	}
	last := &k.chunks[len(k.chunks)-1]
	*last = append(*last, entry{key.Hi, key.Lo, row})
	k.count++
	k.live++
	if k.index != nil {
		k.enter(k.count - 1)
	}
	return k.count - 1
}

// change gives the entry at a place another hash; gone is none.
func (k *known) change(place int, row uint64) {
	if row&gone != 0 {
		k.live--
	}
	k.at(place).row = row
}

// find gives the entry of a key, nil when there is none.
func (k *known) find(key keyHash) (place int, e *entry) {
	if k.index == nil {
		k.reindex()
	}
	for slot := k.slot(key); k.index[slot] != 0; slot = k.after(slot) {
		place := int(k.index[slot]) - 1
		if e := k.at(place); e.lo == key.Lo && e.hi == key.Hi && e.row&gone == 0 {
			return place, e
		}
	}
	return -1, nil
}

func (k *known) slot(key keyHash) uint64 {
	slot, _ := bits.Mul64(key.Lo, uint64(len(k.index)))
	return slot
}

func (k *known) after(slot uint64) uint64 {
	if slot++; slot == uint64(len(k.index)) {
		return 0
	}
	return slot
}

func (k *known) enter(place int) {
	if k.indexed >= len(k.index)/4*3 {
		k.reindex()
		return
	}
	slot := k.slot(k.at(place).key())
	for k.index[slot] != 0 {
		slot = k.after(slot)
	}
	k.index[slot] = uint32(place + 1)
	k.indexed++
}

func (k *known) reindex() {
	k.index = make([]uint32, k.count/2*3+1024)
	k.indexed = 0
	for place := range k.count {
		if k.at(place).row&gone == 0 {
			k.enter(place)
		}
	}
}

// fate is what becomes of a row of the new run.
type fate int

const (
	same fate = iota
	changed
	added
)

var errTwice = errors.New("two rows have the same key")

// next gives the entry of a key where it is the next one.
func (k *known) next(key keyHash) (place int, e *entry) {
	for k.cursor < k.count && k.at(k.cursor).row&(gone|seen) != 0 {
		k.cursor++
	}
	if k.cursor < k.count {
		if e := k.at(k.cursor); e.lo == key.Lo && e.hi == key.Hi {
			k.cursor++
			return k.cursor - 1, e
		}
	}
	if k.tail < k.count {
		if e := k.at(k.tail); e.lo == key.Lo && e.hi == key.Hi && e.row&(gone|seen) == 0 {
			k.tail++
			return k.tail - 1, e
		}
	}
	place, e = k.find(key)
	if e != nil && place-k.cursor < chunkRows {
		k.cursor = max(k.cursor, place+1)
	} else if e != nil {
		k.tail = place + 1
	}
	return place, e
}

// meet notes a row of the new run, and gives the place of its entry.
func (k *known) meet(key keyHash, row rowHash) (int, fate, error) {
	place, e := k.next(key)
	switch {
	case e == nil:
		return k.add(key, row|seen), added, nil
	case e.row&seen != 0:
		return place, same, errTwice
	case e.row&content == row:
		e.row |= seen
		return place, same, nil
	}
	e.row = row | seen
	return place, changed, nil
}

// meetCopy notes a row of a table without a key. Each of several rows that are the same has a key of its own, which it
// gives.
func (k *known) meetCopy(row keyHash) (keyHash, fate) {
	key := row
	_, e := k.next(key)
	if e != nil && e.row&seen != 0 {
		k.met[row]++
		key = nth(row, k.met[row])
		_, e = k.next(key)
	}
	if e == nil {
		k.add(key, 1|seen)
		return key, added
	}
	e.row |= seen
	return key, same
}

// forgetMet makes rows that were noted rows that the table has.
func (k *known) forgetMet() {
	clear(k.met)
	k.cursor, k.tail = 0, 0
	for place := range k.count {
		k.at(place).row &^= seen
	}
}

// scan notes that the table has a row, and says whether the new run has not.
func (k *known) scan(key keyHash, keyed bool) (vanished bool) {
	_, e := k.find(key)
	if e != nil && e.row&scanned != 0 && !keyed {
		k.found[key]++
		_, e = k.find(nth(key, k.found[key]))
	}
	if e == nil {
		return true // none of ours
	}
	e.row |= scanned
	return e.row&seen == 0
}

// nth is the key of the row that comes after n others that are the same.
func nth(row keyHash, n uint64) keyHash {
	row.Lo += n * 0x9e3779b97f4a7c15
	return row
}
