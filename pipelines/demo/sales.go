package demo

import "fmt"

// sales is the desk that writes down one account's deals and contracts.
type sales struct {
	chance        *dice
	contracts     []contract
	opportunities []opportunity
}

// opportunity is one row of opportunities. A deal with closed in the future is still open.
type opportunity struct {
	id       string
	account  string
	kind     string // new, upsell, cross_sell, renewal
	won      bool
	amount   cents // for a year
	currency string
	created  instant
	closed   instant
	channel  string
}

var opportunityColumns = []string{"opportunity_id", "account_id", "kind", "is_closed", "is_won", "amount",
	"currency", "created_at", "closed_at", "channel"}

// cells is the deal as it stands at the close of a day.
func (o opportunity) cells(end day) []string {
	closed, isClosed, isWon := "", "false", ""
	if o.closed.day() <= end {
		closed, isClosed, isWon = o.closed.String(), "true", fmt.Sprint(o.won)
	}
	return []string{o.id, o.account, o.kind, isClosed, isWon, o.amount.String(), o.currency,
		o.created.String(), closed, o.channel}
}

func (s *sales) add(a *account, kind string, won bool, amount cents, created, closed day) {
	if amount <= 0 || created >= closed {
		return
	}
	s.opportunities = append(s.opportunities, opportunity{
		id: fmt.Sprintf("op_%04d_%02d", a.n, len(s.opportunities)+1), account: a.id, kind: kind, won: won,
		amount: amount, currency: a.currency, created: created.working(s.chance), closed: closed.working(s.chance),
		channel: a.versions[0].channel,
	})
}

// won writes down a deal that brought a subscription.
func (s *sales) won(a *account, kind string, on day, amount cents) {
	created := max(on-day(s.chance.between(15, 110)), a.created.day())
	s.add(a, kind, true, amount, created, on)
}

// changed writes down the deal behind a change, and sometimes another one of the kind that was lost.
func (s *sales) changed(a *account, kind string, on day, monthly cents) {
	if kind == "reduction" {
		return
	}
	if s.chance.odds(7500) {
		s.add(a, kind, true, monthly*12, on-day(s.chance.between(10, 60)), on)
	}
	if s.chance.odds(4500) {
		asked := on + day(s.chance.between(20, 120))
		s.add(a, kind, false, monthly*cents(s.chance.between(8, 20)), asked, asked+day(s.chance.between(15, 80)))
	}
}

// renewed and lost close the deal about the renewal of a contract that ends on to.
func (s *sales) renewed(sub *subscription, to day) {
	s.renewal(sub, true, to-90, to-day(s.chance.between(0, 20)))
}

func (s *sales) lost(sub *subscription, to day) {
	s.renewal(sub, false, to-90, to)
}

func (s *sales) renewal(sub *subscription, won bool, created, closed day) {
	if sub.contract.signed {
		s.add(sub.account, "renewal", won, yearly(sub.parts), created, closed)
	}
}

// lostDeals are the new customers that were never won: no account was made for them.
func (c *Company) lostDeals() []opportunity {
	chance := newDice(c.seed, "lost deals", 0)
	var deals []opportunity
	for m := range c.options.Years*12 + 1 {
		month := monthStart(c.start.month() + m)
		for range (8 + m/4) * c.options.Accounts / defaultAccounts {
			created := month + day(chance.between(0, 27))
			seg := segments[chance.weighted(55, 33, 12)]
			seats := chance.between(seg.seats[0], seg.seats[1])
			deals = append(deals, opportunity{
				id: fmt.Sprintf("op_x_%04d", len(deals)+1), kind: "new",
				amount:  tiers[1].price["BRL"] * 12 * cents(seats),
				created: created.working(chance), closed: (created + day(chance.between(10, 150))).working(chance),
				currency: "BRL", channel: channels[chance.weighted(seg.channels[:]...)],
			})
		}
	}
	return deals
}
