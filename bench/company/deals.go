package company

import "fmt"

var (
	dealKinds  = []string{"new", "upsell", "cross_sell", "renewal"}
	categories = []string{"marketing", "sales", "customer_success"}
)

// deals are the customer's opportunities, and the contracts of one that is billed by deal.
func (c *customer) deals() {
	for i, s := range c.served {
		c.deal(0, s.from-day(c.chance.between(5, 60)), true)
		for d := s.from + 90; d <= known && (s.to == 0 || d < s.to); d += 180 {
			if c.chance.odds(2500) {
				c.deal(1+c.chance.under(3), d, c.chance.odds(2000+60*c.mood))
			}
		}
		if c.byDeal || c.chance.odds(500) {
			c.contract(i, s)
		}
	}
}

func (c *customer) deal(kind int, opened day, won bool) {
	at := opened.at(c.chance.under(86_400))
	text := append(c.opportunities, c.newID("op_", at)+","+c.account.id+","+dealKinds[kind]+","...)
	decided := at + moment(c.chance.between(2, 70))*86_400
	if decided.day() > known {
		text = append(text, "false,,"...)
	} else {
		text = append(text, fmt.Sprintf("true,%t,", won)...)
	}
	text = append(appendCents(text, int64(c.chance.between(50_000, 4_000_000))), ","+c.currency+","...)
	text = append(appendMoment(text, at), ',')
	if decided.day() <= known {
		text = appendMoment(text, decided)
	}
	c.opportunities = append(text, ","+channels[c.chance.under(len(channels))]+"\n"...)
}

// contract writes a span of service as yearly terms, each the renewal of the one before.
func (c *customer) contract(n int, s span) {
	before := ""
	value := int64(c.chance.between(300_000, 20_000_000))
	for from := s.from; from <= known && (s.to == 0 || from < s.to); from = from.plusMonths(12) {
		id := fmt.Sprintf("ct_%s_%d_%d", c.account.id, n, from)
		text := append(c.contracts, id+","+c.account.id+",,"...)
		text = append(appendDay(text, from), ',')
		text = append(appendDay(text, from.plusMonths(12)), ',')
		text = append(appendCents(text, value), ","+c.currency+","+before+","...)
		c.contracts = append(appendMoment(text, (from-day(c.chance.under(30))).at(c.chance.under(86_400))), '\n')
		before, value = id, value*int64(c.chance.between(90, 125))/100
	}
}

// spend is what the company spent to win and keep customers, month by month.
func spend() []byte {
	chance := dice(mix(11))
	var text []byte
	for d := books; d <= known; d = d.plusMonths(1) {
		for _, category := range categories {
			for i, channel := range channels {
				if category == "customer_success" && i > 0 {
					break
				}
				text = append(text, fmt.Sprintf("sp_%d_%s_%d,", d, category, i)...)
				text = append(appendDay(text, d+day(chance.under(25))), ","+category+","...)
				if category != "customer_success" {
					text = append(text, channel...)
				}
				text = append(appendCents(append(text, ','), int64(chance.between(2_000_000, 90_000_000))), ",BRL\n"...)
			}
		}
	}
	return text
}
