package demo

import (
	"hash/fnv"
	"math/rand/v2"
)

// dice is one stream of chance. Every account and subject has a stream of its own, so that a change
// in one part of the simulation leaves the others as they were. All of it is integer arithmetic:
// the company is then the same, byte for byte, on every processor.
type dice struct {
	source *rand.Rand
}

// newDice gives the stream of one subject, for the n-th account (0 for the company as a whole).
func newDice(seed uint64, subject string, n int) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(subject)) // a hash never fails to write
	return &dice{rand.New(rand.NewPCG(seed, h.Sum64()+uint64(n)))}
}

// between is a whole number from lo to hi, both included; lo when hi is not above it.
func (d *dice) between(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	return lo + d.source.IntN(hi-lo+1)
}

// odds is true n times in 10,000.
func (d *dice) odds(n int) bool {
	return d.source.IntN(10_000) < n
}

// bell is a number around 0 with the standard deviation sd, nearly normal (the sum of twelve even
// draws), never further than six deviations away.
func (d *dice) bell(sd int) int {
	sum := 0
	for range 12 {
		sum += d.source.IntN(1001) - 500
	}
	return sum * sd / 1000
}

// weighted is an index, chosen in proportion to its weight.
func (d *dice) weighted(weights ...int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	n := d.source.IntN(total)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return len(weights) - 1
}

// pick is one of the choices.
func pick[T any](d *dice, choices []T) T {
	return choices[d.source.IntN(len(choices))]
}

// clip holds n between lo and hi.
func clip(n, lo, hi int) int {
	return min(max(n, lo), hi)
}
