package feed

import "fmt"

// plain is a type whose values, where they are written the plain way, are read here rather than by DuckDB: for the
// bulk of dates and amounts that is several times quicker. What is written otherwise goes to DuckDB as text, which
// judges it; so what is taken here must be a value beyond doubt.
type plain struct {
	kind          plainKind
	digits, scale int // of a decimal: before and after the point
}

type plainKind int

const (
	plainNothing   plainKind = iota
	plainDate                // 2024-06-20
	plainTimestamp           // 2024-06-20T10:00:00Z, or with a space, or without Z: UTC
	plainInteger             // -12
	plainBoolean             // true, false
	plainDecimal             // -1234.50
)

// plainOf gives how values of a DuckDB type are written plainly; decimals of more than 18 digits never are.
func plainOf(sqlType string) plain {
	switch sqlType {
	case "DATE":
		return plain{kind: plainDate}
	case "TIMESTAMP":
		return plain{kind: plainTimestamp}
	case "BIGINT":
		return plain{kind: plainInteger}
	case "BOOLEAN":
		return plain{kind: plainBoolean}
	}
	var width, scale int
	if _, err := fmt.Sscanf(sqlType, "DECIMAL(%d,%d)", &width, &scale); err == nil && width <= 18 {
		return plain{kind: plainDecimal, digits: width - scale, scale: scale}
	}
	return plain{}
}

// read gives a plain value as DuckDB keeps it: days or microseconds since 1970, 0 or 1, units of the last decimal.
func (p plain) read(text []byte) (value int64, ok bool) {
	switch p.kind {
	case plainDate:
		return readDate(text)
	case plainTimestamp:
		return readTimestamp(text)
	case plainInteger:
		return readDecimal(text, 18, 0)
	case plainBoolean:
		return readBoolean(text)
	case plainDecimal:
		return readDecimal(text, p.digits, p.scale)
	case plainNothing:
	}
	return 0, false
}

func readBoolean(text []byte) (value int64, ok bool) {
	switch string(text) {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	return 0, false
}

// readDecimal reads a sign, digits, and a point with digits behind it, of which there is room for so many.
func readDecimal(text []byte, digits, scale int) (value int64, ok bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	before, after := 0, -1 // digits; -1: no point yet
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9' && after < 0:
			before++
		case '0' <= c && c <= '9':
			after++
		case c == '.' && after < 0:
			after = 0
			continue
		default:
			return 0, false
		}
		if before > digits || after > scale {
			return 0, false
		}
		value = value*10 + int64(c-'0')
	}
	if before == 0 || after == 0 {
		return 0, false
	}
	for range scale - max(after, 0) {
		value *= 10
	}
	if negative {
		value = -value
	}
	return value, true
}

var (
	daysBeforeMonth = [13]int64{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
	daysOfMonth     = [13]int64{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
)

// The years that a date of business can lie in.
const (
	firstYear = 1900
	lastYear  = 2200
)

// readDate reads YYYY-MM-DD.
func readDate(text []byte) (days int64, ok bool) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	century, ok1 := twoDigits(text[0:2])
	inCentury, ok2 := twoDigits(text[2:4])
	month, ok3 := twoDigits(text[5:7])
	day, ok4 := twoDigits(text[8:10])
	year := century*100 + inCentury
	if !ok1 || !ok2 || !ok3 || !ok4 || year < firstYear || year > lastYear || month < 1 || month > 12 {
		return 0, false
	}
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	last := daysOfMonth[month]
	if leap && month == 2 {
		last++
	}
	if day < 1 || day > last {
		return 0, false
	}
	days = (year-1970)*365 + leapsBefore(year) - leapsBefore(1970) + daysBeforeMonth[month] + day - 1
	if leap && month > 2 {
		days++
	}
	return days, true
}

// leapsBefore counts the leap days of the years before.
func leapsBefore(year int64) int64 {
	year--
	return year/4 - year/100 + year/400
}

func twoDigits(text []byte) (value int64, ok bool) {
	tens, ones := text[0]-'0', text[1]-'0'
	return int64(tens)*10 + int64(ones), tens <= 9 && ones <= 9
}

// readTimestamp reads YYYY-MM-DDTHH:MM:SSZ.
func readTimestamp(text []byte) (microseconds int64, ok bool) {
	if len(text) == 20 && text[19] == 'Z' {
		text = text[:19]
	}
	if len(text) != 19 || text[10] != 'T' && text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return 0, false
	}
	days, ok0 := readDate(text[:10])
	hour, ok1 := twoDigits(text[11:13])
	minute, ok2 := twoDigits(text[14:16])
	second, ok3 := twoDigits(text[17:19])
	if !ok0 || !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	return (((days*24+hour)*60+minute)*60 + second) * 1_000_000, true
}
