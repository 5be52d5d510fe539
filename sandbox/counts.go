package sandbox

import "sync"

// counts is what was asked and answered so far.
type counts struct {
	mu   sync.Mutex
	seen map[string]int64
}

func newCounts() *counts { return &counts{seen: map[string]int64{}} }

func (c *counts) add(what string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[what] += n
}

// Counts says how many requests each endpoint had ("GET /v1/invoices"), how many of them were refused
// ("429 stripe") and how many faults of each kind were given ("fault truncated").
func (s *Server) Counts() map[string]int64 {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	all := make(map[string]int64, len(s.counts.seen))
	for what, n := range s.counts.seen {
		all[what] = n
	}
	return all
}

// ResetCounts begins to count anew.
func (s *Server) ResetCounts() {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	clear(s.counts.seen)
}
