package demo

import "testing"

func TestAddMonthsKeepsTheAnchor(t *testing.T) {
	for _, c := range []struct {
		from   day
		months int
		anchor int
		want   day
	}{
		{dateOf(2024, 1, 31), 1, 31, dateOf(2024, 2, 29)},
		{dateOf(2024, 2, 29), 1, 31, dateOf(2024, 3, 31)},
		{dateOf(2025, 1, 15), -12, 15, dateOf(2024, 1, 15)},
		{dateOf(2023, 11, 30), 3, 30, dateOf(2024, 2, 29)},
		{dateOf(2023, 12, 5), 1, 5, dateOf(2024, 1, 5)},
	} {
		if got := c.from.addMonths(c.months, c.anchor); got != c.want {
			t.Errorf("%s and %d months at %d: got %s, want %s", c.from, c.months, c.anchor, got, c.want)
		}
	}
	if got, want := dateOf(2024, 1, 1).nextAnchor(15), dateOf(2024, 1, 15); got != want {
		t.Errorf("next 15th after the 1st: got %s, want %s", got, want)
	}
	if got, want := dateOf(2024, 1, 15).nextAnchor(15), dateOf(2024, 2, 15); got != want {
		t.Errorf("next 15th after the 15th: got %s, want %s", got, want)
	}
}

func TestBusinessDays(t *testing.T) {
	for d, want := range map[day]bool{
		dateOf(2024, 2, 12):  false, // Carnival
		dateOf(2024, 2, 13):  false,
		dateOf(2024, 2, 14):  true,
		dateOf(2024, 3, 29):  false, // Good Friday
		dateOf(2025, 6, 19):  false, // Corpus Christi
		dateOf(2023, 11, 20): true,
		dateOf(2024, 11, 20): false,
		dateOf(2024, 11, 23): false, // a Saturday
		dateOf(2024, 11, 25): true,
	} {
		if got := d.isBusinessDay(); got != want {
			t.Errorf("%s is a business day: got %t, want %t", d, got, want)
		}
	}
}

func TestInstantsAreLocalDays(t *testing.T) {
	chance := newDice(1, "test", 0)
	d := dateOf(2025, 8, 31)
	late := d.at(chance, 21, 24)
	if late.day() != d {
		t.Errorf("%s lies on %s in São Paulo, want %s", late, late.day(), d)
	}
	if got := late.String()[:10]; got != "2025-09-01" {
		t.Errorf("late on 31 August the date in UTC is %s, want 2025-09-01", got)
	}
}

func TestShareRoundsHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		amount      cents
		part, whole int
		want        cents
	}{{5, 1, 2, 3}, {-5, 1, 2, -3}, {100, 1, 3, 33}, {-200, 1, 3, -67}, {8900, 10462, 10000, 9311}} {
		if got := c.amount.share(c.part, c.whole); got != c.want {
			t.Errorf("%d * %d/%d: got %d, want %d", c.amount, c.part, c.whole, got, c.want)
		}
	}
}
