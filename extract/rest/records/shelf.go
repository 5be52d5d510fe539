package records

import (
	"slices"
	"sync"
)

// shelf keeps the memory of page groups that have ended for later ones of as many columns: a reading has hundreds.
type shelf struct {
	columns []kept // _extra last
	gone    []byte
	lines   []int64
	rows    []uint32
	keys    keyTable
}

type kept struct {
	defined []byte
	numbers []int64
	text    []byte
	ends    []uint32
}

// shelves are those that no group uses now. There is no sync.Pool: what allocates beside would empty it between two
// groups.
var shelves struct {
	sync.Mutex
	free []*shelf
}

// mostShelves is how many are kept: groups of one reading come one after the other.
const mostShelves = 2

// Release lets go of the memory that page groups have lent to each other. A source calls it when it has read.
func Release() {
	shelves.Lock()
	defer shelves.Unlock()
	shelves.free = nil
}

func takeShelf(columns int) *shelf {
	shelves.Lock()
	defer shelves.Unlock()
	for i, s := range shelves.free {
		if len(s.columns) == columns {
			shelves.free = slices.Delete(shelves.free, i, i+1)
			return s
		}
	}
	return &shelf{columns: make([]kept, columns)}
}

func putShelf(s *shelf) {
	shelves.Lock()
	defer shelves.Unlock()
	if len(shelves.free) == mostShelves {
		shelves.free = slices.Delete(shelves.free, 0, 1)
	}
	shelves.free = append(shelves.free, s)
}

// borrow gives the writer memory of an earlier group.
func (w *Writer) borrow() {
	s := takeShelf(len(w.columns) + 1)
	w.gone, w.lines, w.rows, w.keys = s.gone[:0], s.lines[:0], s.rows[:0], s.keys
	for i, c := range append(slices.Clip(w.columns), &w.extra) {
		k := s.columns[i]
		c.defined, c.numbers, c.text, c.ends = k.defined[:0], k.numbers[:0], k.text[:0], k.ends[:0]
	}
	w.shelf = s
}

// giveBack lends the memory to the next group.
func (w *Writer) giveBack() {
	s := w.shelf
	if s == nil {
		return
	}
	w.shelf = nil
	w.keys.clear()
	s.gone, s.lines, s.rows, s.keys = w.gone, w.lines, w.rows, w.keys
	s.columns = s.columns[:0]
	for _, c := range append(slices.Clip(w.columns), &w.extra) {
		s.columns = append(s.columns, kept{c.defined, c.numbers, c.text, c.ends})
		c.defined, c.numbers, c.text, c.ends = nil, nil, nil, nil
	}
	w.gone, w.lines, w.rows, w.keys = nil, nil, nil, keyTable{}
	putShelf(s)
}
