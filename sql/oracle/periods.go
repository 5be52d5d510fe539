package oracle

// period is a calendar period, or the twelve months that end with a month (ttm).
type period struct {
	grain      string
	start, end Day // inclusive
	open       Day // the day before the first
	close      Day // the last day, or as_of when that is earlier
	isComplete bool
}

// periods are all periods from the first day on which any account has a level to as_of.
func (b *book) periods(first Day) []period {
	asOf := b.settings.AsOf
	var found []period
	include := func(grain string, start, last Month) {
		end := last.Last()
		found = append(found, period{
			grain: grain, start: start.First(), end: end,
			open: start.First() - 1, close: min(end, asOf), isComplete: end <= asOf,
		})
	}
	for month := first.Month(); month <= asOf.Month(); month++ {
		include("month", month, month)
		include("ttm", month-11, month)
	}
	for month := first.Month() / 3 * 3; month <= asOf.Month(); month += 3 {
		include("quarter", month, month+2)
	}
	for month := first.Month() / 12 * 12; month <= asOf.Month(); month += 12 {
		include("year", month, month+11)
	}
	return found
}

func (p period) cells() Row { return Row{"grain": p.grain, "period_start": p.start.String()} }
