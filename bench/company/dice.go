package company

import "math/bits"

// dice is a source of chance that every version of Go throws alike (splitmix64).
type dice uint64

// mix scatters a number over all 64 bits; no two numbers give the same.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	return mix(uint64(*d))
}

// under is one of 0 to n-1.
func (d *dice) under(n int) int {
	high, _ := bits.Mul64(d.next(), uint64(n))
	return int(high)
}

// between is one of low to high, both included.
func (d *dice) between(low, high int) int { return low + d.under(high-low+1) }

// odds is true so many times in 10,000.
func (d *dice) odds(in10000 int) bool { return d.under(10_000) < in10000 }

// pick is an index, each as probable as its weight.
func (d *dice) pick(weights ...int) int {
	total := 0
	for _, weight := range weights {
		total += weight
	}
	at := d.under(total)
	for i, weight := range weights {
		if at -= weight; at < 0 {
			return i
		}
	}
	return 0
}
