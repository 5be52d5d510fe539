package csvdir

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow/array"
)

var errYear = errors.New("the date is not within the years 0001 to 9999, which ISO 8601 can write: make it NULL in the model")

// Days from 1970-01-01 to 0001-01-01 and to 9999-12-31.
const firstDay, lastDay = -719162, 2932896

// appendDate writes a day, counted from 1970-01-01, as 2025-01-31. The sums are Howard Hinnant's civil_from_days
// (https://howardhinnant.github.io/date_algorithms.html): eras of 400 years that begin in March.
func appendDate(line []byte, day int64) ([]byte, error) {
	if day < firstDay || day > lastDay {
		return line, errYear
	}
	z := uint64(day + 719468) // from 0000-03-01
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month := yoe+era*400, mp+3
	if month > 12 {
		year, month = year+1, month-12
	}
	line = appendPadded(line, year, 4)
	line = appendPadded(append(line, '-'), month, 2)
	return appendPadded(append(line, '-'), doy-(153*mp+2)/5+1, 2), nil
}

// timestamps writes microseconds in UTC. Those with a zone are stored in UTC too, so both kinds are written alike.
func timestamps(a *array.Timestamp) cell {
	values := a.TimestampValues()
	return func(line []byte, row int) ([]byte, error) {
		second, fraction := floorDiv(int64(values[row]), 1e6)
		day, second := floorDiv(second, 24*60*60)
		line, err := appendDate(line, day)
		if err != nil {
			return line, err
		}
		line = appendPadded(append(line, 'T'), uint64(second/3600), 2)
		line = appendPadded(append(line, ':'), uint64(second/60%60), 2)
		line = appendPadded(append(line, ':'), uint64(second%60), 2)
		if fraction != 0 {
			line = appendPadded(append(line, '.'), uint64(fraction), 6)
			for line[len(line)-1] == '0' {
				line = line[:len(line)-1]
			}
		}
		return append(line, 'Z'), nil
	}
}

func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}
