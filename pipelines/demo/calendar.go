package demo

import (
	"time"
)

// day is a calendar date, counted from 1970-01-01. 0 stands for no date.
type day int

// instant is a moment in UTC, in seconds from 1970. 0 stands for never.
type instant int64

const (
	secondsADay = 24 * 60 * 60
	// localBehind is how far São Paulo is behind UTC (no summer time since 2019).
	localBehind = 3 * 60 * 60
)

// dayOf is the date of t as t itself shows it.
func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return dateOf(y, int(m), d)
}

// dateOf is the day of a year, month and day of the month; months past December run on.
func dateOf(year, month, dom int) day {
	return day(time.Date(year, time.Month(month), dom, 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

func (d day) time() time.Time {
	return time.Unix(int64(d)*secondsADay, 0).UTC()
}

func (d day) String() string {
	if d == 0 {
		return ""
	}
	return d.time().Format(time.DateOnly)
}

// month numbers the months: year*12 + month - 1.
func (d day) month() int {
	y, m, _ := d.time().Date()
	return y*12 + int(m) - 1
}

func (d day) dom() int {
	return d.time().Day()
}

// addMonths is the anchor's day of the month n months after d's month, or that month's last day
// when it is shorter: a service that starts on the 31st renews on the last of February, then on the
// 31st again.
func (d day) addMonths(n, anchor int) day {
	m := d.month() + n
	first, next := monthStart(m), monthStart(m+1)
	return min(first+day(anchor)-1, next-1)
}

// nextAnchor is the first day after d that falls on the anchor.
func (d day) nextAnchor(anchor int) day {
	if same := d.addMonths(0, anchor); same > d {
		return same
	}
	return d.addMonths(1, anchor)
}

// monthStart is the first day of a month as month() numbers it.
func monthStart(month int) day {
	return dateOf(month/12, month%12+1, 1)
}

// at is a moment of the day between two hours of São Paulo, the last one excluded.
func (d day) at(chance *dice, fromHour, toHour int) instant {
	second := chance.between(fromHour*3600, toHour*3600-1)
	return instant(int64(d)*secondsADay + int64(second) + localBehind)
}

// working is a moment within office hours; now and then late in the evening, when the date in UTC is
// already the next one.
func (d day) working(chance *dice) instant {
	if chance.odds(400) {
		return d.at(chance, 21, 24)
	}
	return d.at(chance, 8, 19)
}

// day is the date of the moment in São Paulo.
func (t instant) day() day {
	return day((int64(t) - localBehind) / secondsADay)
}

func (t instant) String() string {
	if t == 0 {
		return ""
	}
	return time.Unix(int64(t), 0).UTC().Format("2006-01-02T15:04:05Z")
}

// isBusinessDay tells the days on which Brazilian banks are open: no weekends, no national holidays.
func (d day) isBusinessDay() bool {
	t := d.time()
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	y, m, dom := t.Date()
	switch int(m)*100 + dom {
	case 101, 421, 501, 907, 1012, 1102, 1115, 1225:
		return false
	case 1120: // Consciência Negra, a national holiday from 2024 on
		return y < 2024
	}
	switch d - easter(y) {
	case -48, -47, -2, 60: // Carnival's Monday and Tuesday, Good Friday, Corpus Christi
		return false
	}
	return true
}

// easter is Easter Sunday by the anonymous Gregorian computus.
func easter(year int) day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return dateOf(year, n/31, n%31+1)
}
