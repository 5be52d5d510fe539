package postgres

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// The binary form of a numeric is four numbers of 16 bits (count of digits, power of 10000 of the first one, sign,
// digits behind the point) and its digits to the base 10000, none of them 0 at either end.
const (
	numericHead = 8
	negative    = 0x4000
	base        = 10_000
)

// appendNumeric appends the field of a whole number of 128 bits that is to be read with scale digits behind the point:
// its length and its binary form.
func appendNumeric(line []byte, high int64, low uint64, scale int) []byte {
	sign := uint16(0)
	magnitude := uint64(high)
	if high < 0 {
		sign = negative
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		magnitude, _ = bits.Sub64(0, magnitude, borrow)
	}
	// Digits from the last one on. 38 decimal digits and the point within a digit make 11.
	var space [12]uint16
	digits := space[:0]
	// The digit that the number ends within is filled up with zeros.
	if part := scale % 4; part > 0 {
		unit := powers[part]
		var rest uint64
		magnitude, low, rest = divide(magnitude, low, unit)
		digits = append(digits, uint16(rest*powers[4-part]))
	}
	for magnitude > 0 {
		var rest uint64
		magnitude, low, rest = divide(magnitude, low, base*base*base*base)
		for range 4 {
			digits = append(digits, uint16(rest%base))
			rest /= base
		}
	}
	for low > 0 {
		digits = append(digits, uint16(low%base))
		low /= base
	}
	first := len(digits)
	for first > 0 && digits[first-1] == 0 {
		first--
	}
	last := 0
	for last < first && digits[last] == 0 {
		last++
	}
	weight := first - 1 - (scale+3)/4
	if last == first {
		sign, weight = 0, 0
	}
	line = binary.BigEndian.AppendUint32(line, uint32(numericHead+2*(first-last)))
	line = binary.BigEndian.AppendUint64(line, uint64(first-last)<<48|uint64(uint16(int16(weight)))<<32|uint64(sign)<<16|uint64(scale))
	for i := first - 1; i >= last; i-- {
		line = binary.BigEndian.AppendUint16(line, digits[i])
	}
	return line
}

var powers = [5]uint64{1, 10, 100, 1000, 10_000}

// divide divides a number of 128 bits by one of 64.
func divide(high, low, by uint64) (quotientHigh, quotientLow, rest uint64) {
	if high == 0 {
		return 0, low / by, low % by
	}
	quotientHigh, rest = high/by, high%by
	quotientLow, rest = bits.Div64(rest, low, by)
	return quotientHigh, quotientLow, rest
}

var errNotDecimal = errors.New("a numeric that no decimal of 38 digits holds")

// parseNumeric is the reverse of appendNumeric, less the length.
func parseNumeric(field []byte, scale int) (high int64, low uint64, err error) {
	if len(field) < numericHead {
		return 0, 0, errNotDecimal
	}
	count, weight := int(binary.BigEndian.Uint16(field)), int(int16(binary.BigEndian.Uint16(field[2:])))
	sign := binary.BigEndian.Uint16(field[4:])
	if len(field) != numericHead+2*count || sign&^negative != 0 {
		return 0, 0, errNotDecimal
	}
	var h uint64
	for i := range count {
		digit := uint64(binary.BigEndian.Uint16(field[numericHead+2*i:]))
		// The power of 10 of the digit, where that of the last decimal that scale keeps is 0.
		behind := (weight-i)*4 + scale
		by := uint64(base)
		if behind < 0 {
			by = powers[max(4+behind, 0)]
			digit /= powers[min(-behind, 4)]
		}
		var over1, over2 uint64
		if h, low, over1 = multiply(h, low, by); over1 != 0 {
			return 0, 0, errNotDecimal
		}
		var carry uint64
		low, carry = bits.Add64(low, digit, 0)
		if h, over2 = bits.Add64(h, 0, carry); over2 != 0 {
			return 0, 0, errNotDecimal
		}
	}
	for zeros := (weight-count+1)*4 + scale; count > 0 && zeros > 0; zeros -= min(zeros, 4) {
		var over uint64
		if h, low, over = multiply(h, low, powers[min(zeros, 4)]); over != 0 {
			return 0, 0, errNotDecimal
		}
	}
	if h>>63 != 0 {
		return 0, 0, errNotDecimal
	}
	if sign == negative {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		h, _ = bits.Sub64(0, h, borrow)
	}
	return int64(h), low, nil
}

func multiply(high, low, by uint64) (h, l, over uint64) {
	carry, l := bits.Mul64(low, by)
	over, h = bits.Mul64(high, by)
	h, more := bits.Add64(h, carry, 0)
	return h, l, over + more
}
