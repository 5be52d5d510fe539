package csvdir

import (
	"math/bits"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

func decimals[T decimal.Decimal32 | decimal.Decimal64](values []T, dt arrow.DataType) cell {
	scale := int(dt.(arrow.DecimalType).GetScale())
	return func(line []byte, row int) ([]byte, error) {
		v := int64(values[row])
		if v < 0 {
			return appendDecimal(append(line, '-'), 0, uint64(-v), scale), nil
		}
		return appendDecimal(line, 0, uint64(v), scale), nil
	}
}

func wideDecimals(values []decimal128.Num, dt arrow.DataType) cell {
	scale := int(dt.(arrow.DecimalType).GetScale())
	return func(line []byte, row int) ([]byte, error) {
		v := values[row]
		high, low := uint64(v.HighBits()), v.LowBits()
		if v.Sign() < 0 {
			line = append(line, '-')
			var borrow uint64
			low, borrow = bits.Sub64(0, low, 0)
			high, _ = bits.Sub64(0, high, borrow)
		}
		return appendDecimal(line, high, low, scale), nil
	}
}

// tenTo19 is the greatest power of ten in 64 bits; the square of it is above every decimal of 38 digits.
const tenTo19 = 10_000_000_000_000_000_000

// appendDecimal writes high*2^64+low, below 2^127, with the last scale digits behind the point.
func appendDecimal(line []byte, high, low uint64, scale int) []byte {
	var space [40]byte
	var digits []byte
	if high == 0 {
		digits = strconv.AppendUint(space[:0], low, 10)
	} else {
		front, back := bits.Div64(high, low, tenTo19)
		digits = strconv.AppendUint(space[:0], front, 10)
		digits = appendPadded(digits, back, 19)
	}
	whole := len(digits) - scale
	if whole <= 0 {
		line = append(line, '0')
	} else {
		line = append(line, digits[:whole]...)
	}
	if scale == 0 {
		return line
	}
	line = append(line, '.')
	for ; whole < 0; whole++ {
		line = append(line, '0')
	}
	return append(line, digits[whole:]...)
}

// appendPadded writes v with zeros before it, to width digits of at most 19.
func appendPadded(line []byte, v uint64, width int) []byte {
	var digits [19]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + v%10)
		v /= 10
	}
	return append(line, digits[:width]...)
}
