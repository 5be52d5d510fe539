package chaos

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"lastro/extract"
	"lastro/extract/sourcetest"
)

func TestSuite(t *testing.T) {
	for style := range styles {
		t.Run(style, func(t *testing.T) {
			again := ""
			if style == "page" || style == "offset" {
				again = "pages may have shifted while nobody read"
			}
			sourcetest.Run(t, sourcetest.Harness{
				World: func(t *testing.T) sourcetest.World { return served(t, style) },
				Open:  open, Again: again,
			})
		})
	}
}

// open gives a source whose clock runs: half a minute goes by whenever it is looked at, if each page is to be kept.
func open(place string, o sourcetest.Opening) (extract.Source, error) {
	var looked atomic.Int64
	now := func() time.Time {
		if !o.Pieces {
			return o.Now
		}
		return o.Now.Add(time.Duration(looked.Add(1)) * 31 * time.Second)
	}
	return source(place, o, now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, nil)
}

func served(t *testing.T, style string) sourcetest.World {
	w := newWorld()
	a := newAPI(w)
	t.Cleanup(a.Close)
	lock := func() func() { a.mu.Lock(); w.mu.Lock(); return func() { w.mu.Unlock(); a.mu.Unlock() } }
	return sourcetest.World{
		Place: a.URL + "#" + style,
		Put: func(records ...sourcetest.Record) error {
			defer lock()()
			for _, r := range records {
				w.put(r)
			}
			return nil
		},
		Delete: func(ids ...string) error {
			defer lock()()
			for _, id := range ids {
				w.remove(id)
			}
			return nil
		},
		Fail: func(fails bool) error {
			defer lock()()
			a.fails, a.seen = fails, 0
			return nil
		},
		Watch: func(see func(int)) {
			defer lock()()
			a.watch, a.seen = see, 0
		},
		At: func(now time.Time) {
			defer lock()()
			w.clock = now
		},
		Asked: func() int64 {
			defer lock()()
			return a.asked
		},
	}
}
