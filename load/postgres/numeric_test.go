package postgres

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"pgregory.net/rapid"
)

func TestNumericThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`-?[0-9]{1,38}`).Draw(t, "digits")
		scale := rapid.IntRange(0, 38).Draw(t, "scale")
		n, err := decimal128.FromString(digits, 38, 0)
		if err != nil {
			t.Fatal(err)
		}
		field := appendNumeric(nil, n.HighBits(), n.LowBits(), scale)
		if int(field[3]) != len(field)-4 {
			t.Fatalf("the length is %d of %d bytes", field[3], len(field)-4)
		}
		for _, at := range []int{12, len(field) - 2} { // no digit at an end is 0
			if len(field) > 12 && field[at] == 0 && field[at+1] == 0 {
				t.Fatalf("%s with %d behind the point: % x", digits, scale, field)
			}
		}
		high, low, err := parseNumeric(field[4:], scale)
		if back := decimal128.New(high, low); err != nil || back != n {
			t.Fatalf("%s with %d behind the point comes back as %s: %v", digits, scale, back.ToString(0), err)
		}
	})
}

// TestNumericForms has forms as the server writes them.
func TestNumericForms(t *testing.T) {
	for _, c := range []struct {
		value int64
		scale int
		want  string
	}{
		{0, 4, "00 00 00 00 00 00 00 04"},
		{1, 4, "00 01 ff ff 00 00 00 04 00 01"},
		{-123_400, 4, "00 02 00 00 40 00 00 04 00 0c 0d 48"},
		{12_340_000, 3, "00 02 00 01 00 00 00 03 00 01 09 24"},
		{100_000_000, 0, "00 01 00 02 00 00 00 00 00 01"},
		{15, 1, "00 02 00 00 00 00 00 01 00 01 13 88"},
	} {
		if got := fmt.Sprintf("% x", appendNumeric(nil, c.value>>63, uint64(c.value), c.scale)[4:]); got != c.want {
			t.Errorf("%d with %d behind the point: %s, not %s", c.value, c.scale, got, c.want)
		}
	}
	for _, field := range []string{"", "\x00\x00\x00\x00\xc0\x00\x00\x00", "\x00\x01\x00\x10\x00\x00\x00\x00\x00\x01", "\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01"} {
		if _, _, err := parseNumeric([]byte(field), 4); err == nil {
			t.Errorf("% x is taken for a decimal", field)
		}
	}
}
