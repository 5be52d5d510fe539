package demo

import "fmt"

// expense is one row of spend.
type expense struct {
	id       string
	on       day
	category string
	channel  string // "" for what no channel can be charged with
	amount   cents
	currency string
}

var spendColumns = []string{"spend_id", "spent_on", "category", "channel", "amount", "currency"}

func (e expense) cells() []string {
	return []string{e.id, e.on.String(), e.category, e.channel, e.amount.String(), e.currency}
}

// budget is what a month costs in the first month, for a company of the default size.
var budget = []struct {
	category, channel, currency string
	amount                      cents
	growth                      int // percent over the three years
	dom                         int
}{
	{"marketing", "paid", "BRL", 34_000_00, 90, 8},
	{"marketing", "paid", "USD", 2_200_00, 60, 12},
	{"marketing", "organic", "BRL", 16_000_00, 70, 15},
	{"marketing", "referral", "BRL", 9_000_00, 110, 20},
	{"marketing", "partner", "BRL", 12_000_00, 90, 22},
	{"marketing", "", "BRL", 8_500_00, 60, 18},
	{"sales", "outbound", "BRL", 38_000_00, 80, 5},
	{"sales", "partner", "BRL", 14_000_00, 70, 5},
	{"sales", "", "BRL", 41_000_00, 85, 5},
	{"customer_success", "", "BRL", 46_000_00, 150, 5},
}

// expenses are the marketing, sales and customer success costs, month by month.
func (c *Company) expenses() []expense {
	chance := newDice(c.seed, "spend", 0)
	months := c.options.Years * 12
	var rows []expense
	for m := range months + 1 {
		for _, b := range budget {
			on := monthStart(c.start.month()+m) + day(b.dom-1)
			part := 100*months + b.growth*m // percent of the first month, times months
			amount := b.amount.share(part*c.options.Accounts/defaultAccounts, 100*months).share(100+chance.bell(8), 100)
			if b.channel == "referral" && chance.odds(900) {
				continue // no campaign that month
			}
			rows = append(rows, expense{fmt.Sprintf("sp_%04d", len(rows)+1), on, b.category, b.channel, amount, b.currency})
		}
		if at := (c.start.month() + m) % 12; at == 4 || at == 9 { // the trade fairs of May and October
			on := monthStart(c.start.month()+m) + 24
			amount := cents(60_000_00).share(c.options.Accounts, defaultAccounts)
			rows = append(rows, expense{fmt.Sprintf("sp_%04d", len(rows)+1), on, "marketing", "outbound", amount, "BRL"})
		}
	}
	return rows
}
