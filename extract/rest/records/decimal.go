package records

import (
	"errors"
	"math"
	"math/bits"
)

var (
	errNoNumber    = errors.New("is no number")
	errTooLarge    = errors.New("is too large for the column")
	errTooPrecise  = errors.New("has more decimals than the column keeps")
	errNotInteger  = errors.New("is no whole number")
	errNotInColumn = errors.New("is of another type than the column")
)

// wide is a whole number of up to 38 digits.
type wide struct{ high, low uint64 }

// timesTenPlus gives 10w + d, which must stay below 2^128.
func (w wide) timesTenPlus(d byte) wide {
	over, low := bits.Mul64(w.low, 10)
	low, carry := bits.Add64(low, uint64(d), 0)
	return wide{w.high*10 + over + carry, low}
}

func (w wide) negative() wide {
	low, borrow := bits.Sub64(0, w.low, 0)
	high, _ := bits.Sub64(0, w.high, borrow)
	return wide{high, low}
}

// exact reads a decimal as the whole number of its smallest units, number * 10^scale, without going through a float. It
// takes what JSON calls a number, and what people write in a text besides: +1, 007, .5, 5. Digits behind the scale must
// be 0, or are rounded half away from zero.
func exact(text []byte, width, scale int, rounds bool) (value wide, err error) {
	i, negative := 0, false
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		negative = text[i] == '-'
		i++
	}
	// The digits without zeros in front: where they are, and the power of ten of the last.
	first, last, seen, point := -1, -1, 0, -1
	j := i
	for ; j < len(text); j++ {
		c := text[j]
		if c == '.' && point < 0 {
			point = j
			continue
		}
		if c-'0' > 9 {
			break
		}
		seen++
		if c != '0' {
			if first < 0 {
				first = j
			}
			last = j
		}
	}
	if seen == 0 {
		return wide{}, errNoNumber
	}
	exponent, ok := exponentOf(text[j:])
	if !ok {
		return wide{}, errNoNumber
	}
	if first < 0 {
		return wide{}, nil
	}
	if point < 0 {
		point = j
	}
	// tens is the power of ten of the digit at last, in the column's smallest units.
	tens := exponent + scale
	if last < point {
		tens += point - last - 1
	} else {
		tens -= last - point
	}
	written := last - first + 1
	if first < point && point < last {
		written--
	}
	if written+tens > width {
		return wide{}, errTooLarge
	}
	if tens < 0 && !rounds {
		return wide{}, errTooPrecise
	}
	keep := written + min(tens, 0) // digits before the cut
	up := false
	taken := 0
	for k := first; k <= last; k++ {
		if text[k] == '.' {
			continue
		}
		if taken >= keep {
			up = taken == keep && keep >= 0 && text[k] >= '5'
			break
		}
		value = value.timesTenPlus(text[k] - '0')
		taken++
	}
	for ; tens > 0; tens-- {
		value = value.timesTenPlus(0)
	}
	if up {
		low, carry := bits.Add64(value.low, 1, 0)
		value = wide{value.high + carry, low}
		if value.isPower(width) {
			return wide{}, errTooLarge
		}
	}
	if negative {
		value = value.negative()
	}
	return value, nil
}

// isPower tells whether w is 10^n.
func (w wide) isPower(n int) bool {
	p := wide{0, 1}
	for range n {
		p = p.timesTenPlus(0)
	}
	return w == p
}

// exponentOf reads e5 or E-12; a text that is empty is 0. What no column can hold is cut to a million.
func exponentOf(text []byte) (int, bool) {
	if len(text) == 0 {
		return 0, true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	sign := 1
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if len(text) == 0 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c-'0' > 9 {
			return 0, false
		}
		n = min(n*10+int(c-'0'), math.MaxInt32)
	}
	return sign * n, true
}

// integerOf reads a whole number of 64 bits, also written as 12.0 or 1e3.
func integerOf(text []byte) (int64, error) {
	// As a rule: up to 18 digits and perhaps a sign.
	if n := len(text); n > 0 && n <= 18 {
		i := 0
		if text[0] == '-' && n > 1 {
			i = 1
		}
		var v int64
		for ; i < n && text[i]-'0' <= 9; i++ {
			v = v*10 + int64(text[i]-'0')
		}
		if i == n {
			if text[0] == '-' {
				v = -v
			}
			return v, nil
		}
	}
	w, err := exact(text, 19, 0, false)
	switch {
	case errors.Is(err, errTooPrecise):
		return 0, errNotInteger
	case err != nil:
		return 0, err
	}
	v := int64(w.low)
	if (w.high == 0 && v >= 0) || (w.high == math.MaxUint64 && v < 0) {
		return v, nil
	}
	return 0, errTooLarge
}
