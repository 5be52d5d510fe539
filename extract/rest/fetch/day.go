package fetch

import (
	"fmt"
	"time"
)

// day is a budget of requests for 24 hours, from the first of them on.
type day struct {
	size  int64 // 0: no budget, requests are counted all the same
	used  int64
	began time.Time
}

const dayLength = 24 * time.Hour

// check begins a new day when the old one is over, and tells when nothing is left of it.
func (d *day) check(now time.Time) error {
	// A day that begins in the future is of a clock that was put back: it ends no later than a day from now.
	if d.began.After(now) {
		d.began = now
	}
	if d.over(now) {
		d.used, d.began = 0, now
	}
	if d.size > 0 && d.used >= d.size {
		return fmt.Errorf("%w: %d of %d since %s: run again after %s, or raise per_day of the connector",
			ErrBudget, d.used, d.size, d.began.UTC().Format(time.RFC3339), d.began.Add(dayLength).UTC().Format(time.RFC3339))
	}
	return nil
}

func (d *day) over(now time.Time) bool {
	return d.began.IsZero() || !now.Before(d.began.Add(dayLength))
}

func (d *day) left(now time.Time) int64 {
	switch {
	case d.size == 0:
		return -1
	case d.over(now):
		return d.size
	}
	return max(0, d.size-d.used)
}
