package demo

// mood is how well a customer does with the product, 0 to 100, month by month. Nobody sees it: what
// is seen are its consequences in churn, usage, tickets and answers, which is why those foretell
// each other.
type mood struct {
	first  int // month of the first value
	values []int
}

// newMood walks around a level of its own; now and then an incident takes it down for some months.
func newMood(chance *dice, first, last int) mood {
	level := clip(62+chance.bell(14), 25, 92)
	m := mood{first: first}
	now := clip(level+chance.bell(8), 5, 98)
	for month := first; month <= last+1; month++ {
		m.values = append(m.values, now)
		now += (level-now)/5 + chance.bell(6)
		if chance.odds(220) {
			now -= chance.between(20, 40)
		}
		now = clip(now, 3, 98)
	}
	return m
}

// on is the mood of a day's month.
func (m mood) on(d day) int {
	return m.values[clip(d.month()-m.first, 0, len(m.values)-1)]
}

// leaving is the factor, in thousandths, by which a mood changes the chance to leave.
func leaving(mood int) int {
	switch {
	case mood < 25:
		return 3800
	case mood < 40:
		return 2100
	case mood < 55:
		return 1150
	case mood < 70:
		return 650
	}
	return 320
}
