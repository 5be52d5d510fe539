package records

import (
	"errors"
	"math/bits"
)

var (
	errNoMoment = errors.New("is no moment as 2026-01-31T12:00:00Z")
	errNoDate   = errors.New("is no date as 2026-01-31")
	errNoEpoch  = errors.New("is no number of seconds since 1970")
	errYear     = errors.New("is not within the years 1 to 9999")
)

const (
	dayMicros  = 86_400_000_000
	firstDay   = -719_162  // 0001-01-01
	behindDays = 2_932_897 // 10000-01-01
)

// isoMoment reads a date, or a date and a time with any offset or none (UTC then), as microseconds UTC. A date may be
// parted from the time by T, t or a space; digits behind the microseconds are cut.
func isoMoment(text []byte) (micros int64, err error) {
	day, rest, err := isoDay(text)
	if err != nil {
		return 0, err
	}
	if len(rest) == 0 {
		return day * dayMicros, nil
	}
	if rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ' {
		return 0, errNoMoment
	}
	micros, rest, ok := clock(rest[1:])
	if !ok {
		return 0, errNoMoment
	}
	offset, ok := offsetOf(rest)
	if !ok {
		return 0, errNoMoment
	}
	micros += day*dayMicros - offset
	if micros < firstDay*dayMicros || micros >= behindDays*dayMicros {
		return 0, errYear
	}
	return micros, nil
}

// isoDay reads 2026-01-31 as days since 1970.
func isoDay(text []byte) (day int64, rest []byte, err error) {
	if len(text) < 10 || text[4] != '-' || text[7] != '-' {
		return 0, nil, errNoMoment
	}
	year, yok := two(text)
	years, yok2 := two(text[2:])
	month, mok := two(text[5:])
	d, dok := two(text[8:])
	if year = year*100 + years; !yok || !yok2 || !mok || !dok || month < 1 || month > 12 || d < 1 || d > daysIn(year, month) {
		return 0, nil, errNoMoment
	}
	if year == 0 {
		return 0, nil, errYear
	}
	return daysOf(year, month, d), text[10:], nil
}

func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysOf counts the days from 1970-01-01 in the Gregorian calendar: years begin in March, so that the leap day is last.
func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719_468
}

// clock reads 12:00, 12:00:00 or 12:00:00.123456789.
func clock(text []byte) (micros int64, rest []byte, ok bool) {
	if len(text) < 5 || text[2] != ':' {
		return 0, nil, false
	}
	hour, hok := two(text)
	minute, mok := two(text[3:])
	if !hok || !mok || hour > 23 || minute > 59 {
		return 0, nil, false
	}
	micros = (hour*60 + minute) * 60_000_000
	text = text[5:]
	if len(text) < 3 || text[0] != ':' {
		return micros, text, true
	}
	second, sok := two(text[1:])
	if !sok || second > 60 { // 60: a leap second, which is the next minute's first
		return 0, nil, false
	}
	micros += second * 1_000_000
	text = text[3:]
	if len(text) < 2 || (text[0] != '.' && text[0] != ',') {
		return micros, text, true
	}
	i, unit := 1, int64(100_000)
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		micros += int64(text[i]-'0') * unit
		unit /= 10
	}
	return micros, text[i:], i > 1
}

// offsetOf reads Z, +01:00, +0100, +01 or nothing, as microseconds east.
func offsetOf(text []byte) (micros int64, ok bool) {
	if len(text) == 0 || (len(text) == 1 && text[0]|0x20 == 'z') {
		return 0, true
	}
	if text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	var hours, minutes int64
	hok, mok := false, true
	switch len(text) {
	case 3:
		hours, hok = two(text[1:])
	case 5:
		hours, hok = two(text[1:])
		minutes, mok = two(text[3:])
	case 6:
		hours, hok = two(text[1:])
		minutes, mok = two(text[4:])
		mok = mok && text[3] == ':'
	}
	if !hok || !mok || hours > 23 || minutes > 59 {
		return 0, false
	}
	micros = (hours*60 + minutes) * 60_000_000
	if text[0] == '-' {
		micros = -micros
	}
	return micros, true
}

func two(text []byte) (int64, bool) {
	a, b := text[0]-'0', text[1]-'0'
	return int64(a)*10 + int64(b), a <= 9 && b <= 9
}

// epochMoment reads a number of seconds or milliseconds since 1970 as microseconds: digits behind those are cut.
//
// scale is 6 for seconds, 3 for milliseconds.
func epochMoment(text []byte, scale int) (int64, error) {
	if n := len(text); n > 0 && n <= 13 {
		if v, err := integerOf(text); err == nil {
			v *= [7]int64{3: 1_000, 6: 1_000_000}[scale]
			if v < firstDay*dayMicros || v >= behindDays*dayMicros {
				return 0, errYear
			}
			return v, nil
		}
	}
	// As exact, but one digit more than needed is cut, not refused: six decimals of seconds are three of milliseconds.
	w, err := exact(text, 38, scale+12, true)
	if errors.Is(err, errNoNumber) {
		return 0, errNoEpoch
	}
	if err != nil {
		return 0, errYear
	}
	negative := int64(w.high) < 0
	if negative {
		w = w.negative()
	}
	const cut = 1_000_000_000_000
	if w.high >= cut {
		return 0, errYear
	}
	q, r := bits.Div64(w.high, w.low, cut)
	if q > 1<<62 {
		return 0, errYear
	}
	micros := int64(q)
	if negative {
		micros = -micros
		if r > 0 {
			micros--
		}
	}
	if micros < firstDay*dayMicros || micros >= behindDays*dayMicros {
		return 0, errYear
	}
	return micros, nil
}
