package records

import "github.com/zeebo/xxh3"

// keyTable finds the last row of each key by a hash of 128 bits: two keys of one hash are not to be expected in the life
// of the universe. It is a table of open addressing, half full at most.
type keyTable struct {
	entries []keyEntry // a power of two
	used    int
}

type keyEntry struct {
	key xxh3.Uint128
	row uint32 // plus 1; 0: the entry is free
}

// put notes the row of a key and gives the row it had before.
func (t *keyTable) put(key xxh3.Uint128, row uint32) (before uint32, again bool) {
	if 2*t.used >= len(t.entries) {
		t.grow()
	}
	e := t.find(key)
	if e.row > 0 {
		before, e.row = e.row-1, row+1
		return before, true
	}
	e.key, e.row = key, row+1
	t.used++
	return 0, false
}

func (t *keyTable) find(key xxh3.Uint128) *keyEntry {
	mask := uint64(len(t.entries) - 1)
	for i := key.Lo & mask; ; i = (i + 1) & mask {
		if e := &t.entries[i]; e.row == 0 || e.key == key {
			return e
		}
	}
}

func (t *keyTable) grow() {
	old := t.entries
	t.entries = make([]keyEntry, max(1024, 2*len(old)))
	for _, e := range old {
		if e.row > 0 {
			*t.find(e.key) = e
		}
	}
}

func (t *keyTable) clear() {
	clear(t.entries)
	t.used = 0
}
