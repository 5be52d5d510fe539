package spec

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Duration is a span of time as files write it: 30s, 10m, 2h, 30d.
type Duration time.Duration

var errNoSpan = errors.New("it must be a span of time, as 30s, 10m, 2h or 30d")

// UnmarshalText reads it.
func (d *Duration) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	if days, ok := strings.CutSuffix(written, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 {
			return errNoSpan
		}
		*d = Duration(n) * Duration(24*time.Hour)
		return nil
	}
	parsed, err := time.ParseDuration(written)
	if err != nil || parsed < 0 {
		return errNoSpan
	}
	*d = Duration(parsed)
	return nil
}

// Std gives it as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }
