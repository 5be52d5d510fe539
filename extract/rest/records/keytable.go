package records

import "github.com/zeebo/xxh3"

// keyTable finds the last row of each key by a hash of 128 bits: two keys of one hash are not to be expected in the life
// of the universe. It is a table of open addressing, half full at most, and small, since each look at it goes to another
// place: a slot holds half of the hash's upper part, and the row plus 1.
type keyTable struct {
	slots  []uint64 // a power of two; 0: free
	used   int
	hashes []xxh3.Uint128 // by row
}

// put notes the next row and gives the row that had its key before.
func (t *keyTable) put(key xxh3.Uint128) (before uint32, again bool) {
	if 2*t.used >= len(t.slots) {
		t.grow()
	}
	row := uint32(len(t.hashes))
	t.hashes = append(t.hashes, key)
	mask := uint64(len(t.slots) - 1)
	slot := key.Hi&^0xffff_ffff | uint64(row+1)
	for i := key.Lo & mask; ; i = (i + 1) & mask {
		have := t.slots[i]
		if have == 0 {
			t.slots[i] = slot
			t.used++
			return 0, false
		}
		if (have^slot)>>32 == 0 && t.hashes[uint32(have)-1] == key {
			t.slots[i] = slot
			return uint32(have) - 1, true
		}
	}
}

func (t *keyTable) grow() {
	old := t.slots
	t.slots = make([]uint64, max(1024, 4*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		i := t.hashes[uint32(slot)-1].Lo & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = slot
	}
}

func (t *keyTable) clear() {
	clear(t.slots)
	t.used, t.hashes = 0, t.hashes[:0]
}
