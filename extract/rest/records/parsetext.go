package records

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// text reads from behind the opening quote to behind the closing one.
func (s *scanner) text(start int) int {
	b, i := s.body, start
	var flags uint8
	for {
		// Eight bytes at once: the first that is a quote, a backslash, a control character or no ASCII.
		for i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			quote, slash := x^(lows*'"'), x^(lows*'\\')
			stop := ((quote - lows) | (slash - lows) | (x - lows*' ') | x) & highs
			// A byte of which only the borrow of a lower one was seen stops once too often: it is looked at below.
			if stop != 0 {
				i += bits.TrailingZeros64(stop) / 8
				break
			}
			i += 8
		}
		if i >= len(b) {
			return s.fail(i, "")
		}
		switch c := b[i]; {
		case c == '"':
			s.add(start, i, isText, flags)
			return i + 1
		case c == '\\':
			flags |= escaped
			next, half := s.escape(i)
			if next < 0 {
				return -1
			}
			if half {
				flags |= unpaired
				s.rough = next
			}
			i = next
		case c < ' ':
			return s.fail(i, "a control character stands in a text")
		case c < utf8.RuneSelf:
			i++
		default:
			for i < len(b) && b[i] >= utf8.RuneSelf {
				r, size := utf8.DecodeRune(b[i:])
				if r == utf8.RuneError && size == 1 {
					if !utf8.FullRune(b[i:]) {
						return s.fail(len(b), "")
					}
					return s.fail(i, "a text is no UTF-8")
				}
				i += size
			}
		}
	}
}

// escape reads one escape, or both of a surrogate pair. half tells that one came alone.
func (s *scanner) escape(i int) (next int, half bool) {
	b := s.body
	if i+1 >= len(b) {
		return s.fail(len(b), ""), false
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, false
	case 'u':
	default:
		return s.fail(i, "a backslash is followed by none of \"\\/bfnrtu"), false
	}
	for j := i + 2; j < i+6; j++ {
		if j >= len(b) {
			return s.fail(len(b), ""), false
		}
		if hexDigit(b[j]) < 0 {
			return s.fail(j, "a hexadecimal digit must stand here"), false
		}
	}
	switch first := hex4(b[i+2:]); {
	case first < 0xd800 || first > 0xdfff:
		return i + 6, false
	case first < 0xdc00 && pairs(b[i+6:]):
		return i + 12, false
	}
	return i + 6, true
}

// pairs tells whether an escape of the second half of a surrogate pair stands here.
func pairs(b []byte) bool {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return false
	}
	for _, c := range b[2:6] {
		if hexDigit(c) < 0 {
			return false
		}
	}
	second := hex4(b[2:])
	return second >= 0xdc00 && second <= 0xdfff
}

func hex4(b []byte) rune {
	return rune(hexDigit(b[0])<<12 | hexDigit(b[1])<<8 | hexDigit(b[2])<<4 | hexDigit(b[3]))
}

func hexDigit(c byte) int {
	switch {
	case c-'0' <= 9:
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
