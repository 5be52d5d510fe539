package demo

// milestone is something a customer can reach, and how many days after the start that usually takes.
type milestone struct {
	id       string
	kind     string // functional: it works; customer: it pays
	lag      int
	hardness int // the mood below which it is rarely reached
}

var milestones = []milestone{
	{"first_document_issued", "functional", 6, 8},
	{"team_invited", "functional", 12, 15},
	{"bank_connected", "functional", 25, 30},
	{"month_closed_in_product", "functional", 48, 35},
	{"approval_flow_automated", "functional", 110, 52},
	{"close_under_five_days", "customer", 170, 55},
	{"overdue_down_20_percent", "customer", 240, 60},
}

// achievement is one row of milestones.
type achievement struct {
	account   *account
	milestone milestone
	at        instant
}

var milestoneColumns = []string{"account_id", "milestone", "kind", "achieved_at"}

func (r achievement) cells() []string {
	return []string{r.account.id, r.milestone.id, r.milestone.kind, r.at.String()}
}

// achieve lists what an account reached while it was served.
func (c *Company) achieve(a *account) []achievement {
	chance := newDice(c.seed, "milestones", a.n)
	var rows []achievement
	for _, m := range milestones {
		on := a.first + day(1+m.lag*chance.between(45, 190)/100)
		ready := a.mood.on(on)+chance.bell(10) >= m.hardness
		at := on.working(chance)
		if ready && a.active(on) != nil {
			rows = append(rows, achievement{a, m, at})
		}
	}
	return rows
}
