package demo

import "fmt"

// usageRow is one account's use on the day it was measured, a Monday.
type usageRow struct {
	account                             *account
	day                                 day
	active, licensed, actions, features int
}

var usageColumns = []string{"account_id", "day", "active_users", "licensed_users", "key_actions", "features_used"}

func (u usageRow) cells() []string {
	return []string{u.account.id, u.day.String(), fmt.Sprint(u.active), fmt.Sprint(u.licensed), fmt.Sprint(u.actions), fmt.Sprint(u.features)}
}

// use measures an account every Monday on which it is served. Use follows the mood, dips over the
// turn of the year, and fades in the weeks before a customer leaves.
func (c *Company) use(a *account) []usageRow {
	chance := newDice(c.seed, "usage", a.n)
	var rows []usageRow
	monday := c.start + day((8-int(c.start.time().Weekday()))%7)
	for d := monday; d <= c.horizon; d += 7 {
		s := a.active(d)
		if s == nil || d < c.start {
			continue
		}
		licensed := seats(s.partsOn(d))
		mood := a.mood.on(d)
		share := clip(22+mood*75/100+chance.bell(6), 3, 100) // percent of the seats
		if s.until != 0 {
			share = share * clip(int(s.until-d)+20, 25, 100) / 100
		}
		if week := d.time().YearDay() / 7; week <= 1 || week >= 51 {
			share = share * 55 / 100
		}
		if chance.odds(40 + max(0, 30-mood)*60) { // nobody came
			share = 0
		}
		active := (licensed*share + 50) / 100
		features := 0
		if active > 0 {
			features = clip(3+mood/12+2*len(s.partsOn(d))+chance.bell(1), 1, 20)
		}
		rows = append(rows, usageRow{a, d, active, licensed, active * max(1, 8+mood/6+chance.bell(4)), features})
	}
	return rows
}
