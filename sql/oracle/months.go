package oracle

import "math/big"

// longestPlainTerm is the longest term, in months, that is recognised by its dates.
const longestPlainTerm = 60

// intervalMonths is a line's interval in months, nil when it tells none: a unit
// without a count is none.
func intervalMonths(line Line) *big.Rat {
	n := int64(line.IntervalCount)
	if n <= 0 {
		return nil
	}
	switch line.IntervalUnit {
	case "year":
		return big.NewRat(12*n, 1)
	case "month":
		return big.NewRat(n, 1)
	case "week":
		return big.NewRat(n*12, 52)
	case "day":
		return big.NewRat(n*12, 365)
	default:
		return nil
	}
}

// intervalBefore is the day one interval of the line before its service_end.
func intervalBefore(line Line) Day {
	switch line.IntervalUnit {
	case "year":
		return line.ServiceEnd.AddMonths(-12 * line.IntervalCount)
	case "month":
		return line.ServiceEnd.AddMonths(-line.IntervalCount)
	case "week":
		return line.ServiceEnd - Day(7*line.IntervalCount)
	default:
		return line.ServiceEnd - Day(line.IntervalCount)
	}
}

func daysOf(line Line) *big.Rat { return whole(int(line.ServiceEnd - line.ServiceStart)) }

// monthsByDays is a line's months by the length of its service alone.
func monthsByDays(line Line) *big.Rat { return mul(daysOf(line), big.NewRat(12, 365)) }

// fullMonths are the months of a line that is not a proration.
func fullMonths(line Line) *big.Rat {
	if interval := intervalMonths(line); interval != nil {
		return interval
	}
	for n := 1; n <= longestPlainTerm; n++ {
		if line.ServiceStart.AddMonths(n) == line.ServiceEnd || line.ServiceEnd.AddMonths(-n) == line.ServiceStart {
			return whole(n)
		}
	}
	return monthsByDays(line)
}

// prorationMonths are the months of a proration, given the full line it is a part
// of (nil: there is none).
func prorationMonths(line Line, full *Line) *big.Rat {
	if full != nil {
		return quo(mul(fullMonths(*full), daysOf(line)), daysOf(*full))
	}
	if interval := intervalMonths(line); interval != nil {
		return quo(mul(interval, daysOf(line)), whole(int(line.ServiceEnd-intervalBefore(line))))
	}
	return monthsByDays(line)
}

// fullLineOf finds the counted line that a proration is a part of among the
// counted lines of its subscription, or nil.
func fullLineOf(proration Line, subscriptionLines []Line) *Line {
	interval := intervalMonths(proration)
	var found *Line
	for _, line := range subscriptionLines {
		holds := line.ServiceStart <= proration.ServiceStart && proration.ServiceStart < line.ServiceEnd
		if line.IsProration || !holds || interval != nil && interval.Cmp(fullMonths(line)) != 0 {
			continue
		}
		if found == nil || line.ServiceStart > found.ServiceStart || line.ServiceStart == found.ServiceStart && line.ID < found.ID {
			found = &line
		}
	}
	return found
}
