package demo

import "fmt"

// ticket is one row of tickets. What happens after the last day has not happened yet.
type ticket struct {
	id       string
	account  *account
	opened   instant
	answered instant
	resolved instant
	priority string
	channel  string
}

var ticketColumns = []string{"ticket_id", "account_id", "opened_at", "first_response_at", "resolved_at", "priority", "channel"}

func (t ticket) cells(end day) []string {
	return []string{t.id, t.account.id, t.opened.String(), t.answered.by(end).String(), t.resolved.by(end).String(), t.priority, t.channel}
}

// by is the moment if it lies at or before the end of a day, never otherwise.
func (t instant) by(end day) instant {
	if t.day() > end {
		return 0
	}
	return t
}

// support draws an account's tickets month by month: more from large customers, in the first three
// months, and in a bad mood.
func (c *Company) support(a *account) []ticket {
	chance := newDice(c.seed, "support", a.n)
	var tickets []ticket
	for m := c.start.month(); m <= c.horizon.month(); m++ {
		first := monthStart(m)
		mood := a.mood.on(first)
		expected := a.segment.tickets * (170 - mood) / 100 // in 10,000
		if first-a.first < 90 {
			expected = expected * 16 / 10
		}
		for ; expected > 0; expected -= 10_000 {
			if !chance.odds(min(expected, 10_000)) {
				continue
			}
			t := c.ticket(a, chance, first+day(chance.between(0, 27)), mood)
			if a.active(t.opened.day()) != nil {
				t.id = fmt.Sprintf("tk_%04d_%03d", a.n, len(tickets)+1)
				tickets = append(tickets, t)
			}
		}
	}
	return tickets
}

func (c *Company) ticket(a *account, chance *dice, on day, mood int) ticket {
	t := ticket{account: a, opened: on.working(chance)}
	level := chance.weighted(20, 52, 12+(100-mood)/6, 3+(100-mood)/12)
	t.priority = []string{"low", "normal", "high", "urgent"}[level]
	t.channel = []string{"email", "chat", "phone", "portal"}[chance.weighted(34, 38, 12, 16)]
	wait := []int{26, 14, 6, 2}[level] // hours to an answer
	t.answered = t.opened + instant(chance.between(10, 60*wait)*60)
	solve := chance.between(1, 24*(9-2*level)) * (140 - mood) / 80 // hours more
	t.resolved = t.answered + instant((1+solve)*3600)
	if chance.odds(150) { // nobody answered in writing
		t.answered = 0
	}
	if chance.odds(120) { // left open
		t.resolved = 0
	}
	return t
}
