package records

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func (w wide) big() *big.Int {
	negative := int64(w.high) < 0
	if negative {
		w = w.negative()
	}
	v := new(big.Int).SetUint64(w.high)
	v.Lsh(v, 64).Add(v, new(big.Int).SetUint64(w.low))
	if negative {
		v.Neg(v)
	}
	return v
}

func TestExactAgreesWithRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[+-]?[0-9]{0,22}(\.[0-9]{0,14})?([eE][+-]?[0-9]{1,2})?`).Draw(rt, "number")
		width := rapid.IntRange(1, 38).Draw(rt, "width")
		scale := rapid.IntRange(0, width).Draw(rt, "scale")
		rounds := rapid.Bool().Draw(rt, "rounds")
		got, err := exact([]byte(text), width, scale, rounds)
		want, ok := new(big.Rat).SetString(text)
		if !ok || !strings.ContainsAny(strings.SplitN(strings.ToLower(text), "e", 2)[0], "0123456789") {
			if err == nil {
				rt.Fatalf("%q is taken as %s", text, got.big())
			}
			return
		}
		want.Mul(want, new(big.Rat).SetInt(power(scale)))
		units := new(big.Int).Set(want.Num())
		if !want.IsInt() {
			if !rounds {
				if err == nil {
					rt.Fatalf("%q as decimal(%d,%d) loses digits: %s", text, width, scale, got.big())
				}
				return
			}
			// half away from zero
			doubled := new(big.Int).Mul(want.Num(), big.NewInt(2))
			if want.Sign() < 0 {
				doubled.Sub(doubled, want.Denom())
			} else {
				doubled.Add(doubled, want.Denom())
			}
			units.Quo(doubled, new(big.Int).Mul(want.Denom(), big.NewInt(2)))
		}
		if new(big.Int).Abs(units).Cmp(power(width)) >= 0 {
			if err == nil {
				rt.Fatalf("%q does not fit decimal(%d,%d), but gives %s", text, width, scale, got.big())
			}
			return
		}
		if err != nil || got.big().Cmp(units) != 0 {
			rt.Fatalf("%q as decimal(%d,%d), rounded %t: %s, %v, want %s", text, width, scale, rounds, got.big(), err, units)
		}
	})
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func TestExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1234567890123456.78": "12345678901234567800", "0.0001": "1", "-0": "0", "1e3": "10000000", "12.50000000": "125000", "1E-4": "1",
		"0.00001": errTooPrecise.Error(), "1e99": errTooLarge.Error(), "1e999999999999": errTooLarge.Error(), "1e-999999999999": errTooPrecise.Error(),
		"0e999999999999": "0", "": errNoNumber.Error(), "-": errNoNumber.Error(), "1,5": errNoNumber.Error(), "0x10": errNoNumber.Error(),
		"inf": errNoNumber.Error(), "1e": errNoNumber.Error(), "1 ": errNoNumber.Error(), "1.2.3": errNoNumber.Error(),
	} {
		w, err := exact([]byte(text), 24, 4, false)
		got := w.big().String()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"9223372036854775807": "9223372036854775807", "-9223372036854775808": "-9223372036854775808", "9223372036854775808": errTooLarge.Error(),
		"-9223372036854775809": errTooLarge.Error(), "12.0": "12", "12.5": errNotInteger.Error(), "1e3": "1000", "-5": "-5", "007": "7", "-": errNoNumber.Error(),
		"99999999999999999999": errTooLarge.Error(), "true": errNoNumber.Error(),
	} {
		v, err := integerOf([]byte(text))
		got := fmt.Sprint(v)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestMomentsAgreeWithTime(t *testing.T) {
	t.Parallel()
	low, high := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 30, 23, 59, 59, 999_999_999, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Unix(rapid.Int64Range(low.Unix(), high.Unix()).Draw(rt, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(rt, "nanos")).UTC()
		at = at.Truncate(rapid.SampledFrom([]time.Duration{1, time.Microsecond, time.Millisecond, time.Second}).Draw(rt, "unit"))
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(rt, "offset")*60)
		form := rapid.SampledFrom([]string{
			time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.000-0700", "2006-01-02T15:04:05Z07:00", "2006-01-02t15:04-07:00",
		}).Draw(rt, "form")
		text := at.In(zone).Format(form)
		want, err := time.Parse(form, text)
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := isoMoment([]byte(text)); err != nil || got != want.UnixMicro() {
			rt.Fatalf("%s: %d, %v, want %d", text, got, err, want.UnixMicro())
		}
		if got, err := epochMoment(fmt.Appendf(nil, "%d", at.Unix()), 6); err != nil || got != at.Unix()*1e6 {
			rt.Fatalf("epoch %d: %d, %v", at.Unix(), got, err)
		}
		if got, err := epochMoment(fmt.Appendf(nil, "%d", at.UnixMilli()), 3); err != nil || got != at.UnixMilli()*1e3 {
			rt.Fatalf("epoch_ms %d: %d, %v", at.UnixMilli(), got, err)
		}
		if at.Unix() < 0 {
			return
		}
		if got, err := epochMoment(fmt.Appendf(nil, "%d.%09d", at.Unix(), at.Nanosecond()), 6); err != nil || got != at.UnixMicro() {
			rt.Fatalf("epoch %d.%09d: %d, %v, want %d", at.Unix(), at.Nanosecond(), got, err, at.UnixMicro())
		}
	})
}

func TestMomentsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2026", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "2026-01-31T", "2026-01-31T24:00:00", "2026-01-31T10:60",
		"2026-01-31T10:00:00.Z", "2026-01-31T10:00:00+1", "2026-01-31T10:00:00 UTC", "31/01/2026", "9999-12-31T23:59:59-01:00", "2026-1-3", "2026-01-31x",
		"２０２６-01-31",
	} {
		if v, err := isoMoment([]byte(text)); err == nil {
			t.Errorf("%q is taken as %s", text, time.UnixMicro(v).UTC())
		}
	}
	for _, text := range []string{"1e30", "99999999999999", "-99999999999999", "abc", "2026-01-31"} {
		if v, err := epochMoment([]byte(text), 6); err == nil {
			t.Errorf("%q is taken as %s", text, time.UnixMicro(v).UTC())
		}
	}
	if v, err := isoMoment([]byte("2016-12-31T23:59:60Z")); err != nil || v != time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() {
		t.Errorf("a leap second: %d, %v", v, err)
	}
	if v, err := epochMoment([]byte("-1.5"), 6); err != nil || v != -1_500_000 {
		t.Errorf("before 1970: %d, %v", v, err)
	}
}
