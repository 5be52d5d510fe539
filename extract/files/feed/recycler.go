//go:build duckdb_arrow

package feed

import (
	"math/bits"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
)

// recycler is C's memory for Arrow buffers, used again for the next batch: getting it anew from the system costs as
// much time as filling it. DuckDB gives buffers back from any thread.
type recycler struct {
	system *mallocator.Mallocator

	mu     sync.Mutex
	free   map[int][][]byte // by capacity
	closed bool
}

var _ memory.Allocator = (*recycler)(nil)

func newRecycler() *recycler {
	return &recycler{system: mallocator.NewMallocator(), free: map[int][][]byte{}}
}

// Allocate gives memory that is not cleared.
func (m *recycler) Allocate(size int) []byte {
	capacity := 1 << bits.Len(uint(max(size, 64)-1))
	m.mu.Lock()
	if kept := m.free[capacity]; len(kept) > 0 {
		last := kept[len(kept)-1]
		m.free[capacity] = kept[:len(kept)-1]
		m.mu.Unlock()
		return last[:size]
	}
	m.mu.Unlock()
	return m.system.Allocate(capacity)[:size]
}

// Reallocate gives more memory with the same beginning.
func (m *recycler) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	more := m.Allocate(size)
	copy(more, b)
	m.Free(b)
	return more
}

// Free keeps the memory for the next Allocate.
func (m *recycler) Free(b []byte) {
	if cap(b) == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.system.Free(b[:cap(b)])
		return
	}
	m.free[cap(b)] = append(m.free[cap(b)], b[:cap(b)])
}

// close gives back to the system what is free, and lets the rest go there when it comes.
func (m *recycler) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for _, kept := range m.free {
		for _, b := range kept {
			m.system.Free(b)
		}
	}
	m.free = nil
}
