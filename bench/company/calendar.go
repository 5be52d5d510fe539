package company

import "time"

// day is a date, in days from 1970-01-01; 0 is none.
type day int32

// moment is a UTC time in seconds from 1970-01-01; 0 is none.
type moment int64

// The calendar spans the company's years and what lies a little before and after.
var (
	calendarFrom, calendarTo = dayOf("2019-01-01"), dayOf("2030-01-01")

	dates = calendar()

	// books is the first day of the company, known the last that counts.
	books, known = dayOf("2020-09-01"), dayOf(AsOf)
)

type date struct {
	text             [10]byte
	year, month, day int
}

func dayOf(text string) day {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err) // only ever given the constants of this package
	}
	return day(at.Unix() / 86_400)
}

func calendar() []date {
	all := make([]date, 0, calendarTo-calendarFrom)
	for d := calendarFrom; d < calendarTo; d++ {
		at := time.Unix(int64(d)*86_400, 0).UTC()
		entry := date{year: at.Year(), month: int(at.Month()), day: at.Day()}
		copy(entry.text[:], at.Format(time.DateOnly))
		all = append(all, entry)
	}
	return all
}

func (d day) date() *date { return &dates[d-calendarFrom] }

// plusMonths is the same day of a later month, or that month's last day.
func (d day) plusMonths(n int) day {
	from := d.date()
	months := from.year*12 + from.month - 1 + n
	first := time.Date(months/12, time.Month(months%12+1), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return day(first.Unix()/86_400) + day(min(from.day, last)-1)
}

// month counts months from the first of the calendar.
func (d day) month() int { return (d.date().year-2019)*12 + d.date().month - 1 }

const calendarMonths = 11 * 12

func (d day) at(second int) moment { return moment(d)*86_400 + moment(second) }

func (m moment) day() day { return day(m / 86_400) }

func appendDay(text []byte, d day) []byte {
	if d == 0 {
		return text
	}
	return append(text, d.date().text[:]...)
}

func appendMoment(text []byte, m moment) []byte {
	if m == 0 {
		return text
	}
	text = append(appendDay(text, m.day()), 'T')
	second := int(m % 86_400)
	for _, part := range [3]int{second / 3600, second / 60 % 60, second % 60} {
		text = append(text, byte('0'+part/10), byte('0'+part%10), ':')
	}
	text[len(text)-1] = 'Z'
	return text
}
