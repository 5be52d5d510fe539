package oracle

import (
	"fmt"
	"time"
)

// Day is a calendar date: days since 1970-01-01.
type Day int

// Date is the Day of a year, a month (1 to 12) and a day of the month.
func Date(year, month, day int) Day {
	return Day(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads a date written as 2024-01-31.
func ParseDay(text string) (Day, error) {
	moment, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date (write it as 2024-01-31)", text)
	}
	return Day(moment.Unix() / 86400), nil
}

// DayIn is the date of an instant in a timezone.
func DayIn(instant time.Time, zone *time.Location) Day {
	year, month, day := instant.In(zone).Date()
	return Date(year, int(month), day)
}

// String writes the date as 2024-01-31.
func (d Day) String() string { return d.midnight().Format(time.DateOnly) }

// AddMonths moves a date by calendar months; a day past the month's end is the
// month's last day.
func (d Day) AddMonths(months int) Day {
	target := d.Month() + Month(months)
	return min(target.First()+Day(d.midnight().Day()-1), target.Last())
}

// Month is the calendar month that holds the day.
func (d Day) Month() Month {
	moment := d.midnight()
	return Month(moment.Year()*12 + int(moment.Month()) - 1)
}

func (d Day) midnight() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Month is a calendar month: year * 12 + month of the year, which starts at 0.
type Month int

// First is the month's first day.
func (m Month) First() Day { return Date(int(m)/12, int(m)%12+1, 1) }

// Last is the month's last day.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// Stamp is a moment as a record tells it: an instant, a bare date, or (the zero
// value) nothing.
type Stamp struct {
	instant time.Time
	day     Day
	kind    stampKind
}

type stampKind int

const (
	stampMissing stampKind = iota
	stampInstant
	stampDate
)

// At is the Stamp of an instant.
func At(instant time.Time) Stamp { return Stamp{instant: instant, kind: stampInstant} }

// On is the Stamp of a bare date, which is taken as is in every timezone.
func On(day Day) Stamp { return Stamp{day: day, kind: stampDate} }

// Day is the stamp's date in a timezone, and whether there is one.
func (s Stamp) Day(zone *time.Location) (Day, bool) {
	switch s.kind {
	case stampInstant:
		return DayIn(s.instant, zone), true
	case stampDate:
		return s.day, true
	default:
		return 0, false
	}
}

// String writes an instant with its own offset (UTC as Z), a date bare, and nothing
// as "".
func (s Stamp) String() string {
	switch s.kind {
	case stampInstant:
		return s.instant.Format(time.RFC3339Nano)
	case stampDate:
		return s.day.String()
	default:
		return ""
	}
}

// ParseStamp reads a bare date, or an instant with Z or an offset; "" is missing.
func ParseStamp(text string) (Stamp, error) {
	if text == "" {
		return Stamp{}, nil
	}
	if day, err := ParseDay(text); err == nil {
		return On(day), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00"} {
		if instant, err := time.Parse(layout, text); err == nil {
			return At(instant), nil
		}
	}
	return Stamp{}, fmt.Errorf("%q is neither a date nor an instant (write it as 2024-01-31 or 2024-01-31T12:00:00Z)", text)
}
