package company

import "slices"

// part is one product of a subscription.
type part struct {
	product  *product
	quantity int64
	unit     int64 // cents of the account's currency a month and unit
	since    day
}

// subscription is one subscription as it goes on.
type subscription struct {
	*account
	id         string
	started    day
	base       day // its periods begin this many months from here
	term       int // index of terms
	parts      []part
	discount   int64 // percent
	duration   string
	discounted int // periods that it still holds; forever when the duration is
	trialEnd   day
	ended      day
	canceled   moment
	reason     string
}

// subscribe lives one subscription and gives the day of its end, 0 while it runs.
func (a *account) subscribe(from day) day {
	c := &a.chance
	s := &subscription{account: a, id: a.newID("sub_", from.at(c.under(86_400))), started: from, base: from}
	s.term = c.pick(a.segment.terms[:]...)
	tier := &tiers[c.pick(60, 30, 10)]
	s.parts = []part{s.sell(tier, from)}
	s.parts[0].quantity = int64(c.between(a.segment.seats[0], a.segment.seats[1]))
	for range c.pick(40, 45, 15) {
		s.adopt(from)
	}
	if c.odds(1000) {
		s.trialEnd = from + 14
		s.base = s.trialEnd
	}
	if c.odds(1300) {
		s.discount = int64(c.between(1, 5)) * 10
		s.duration = []string{"once", "repeating", "forever"}[c.pick(4, 4, 2)]
		s.discounted = 1
		if s.duration == "repeating" {
			s.discounted = c.between(2, 6)
		}
	}
	end := s.run()
	s.write()
	return end
}

// run goes from period to period. The end it gives is that of service, which the books may not know.
func (s *subscription) run() day {
	c, months := &s.chance, terms[s.term].months
	for n := 0; ; n++ {
		from := s.base.plusMonths(n * months)
		if from > known {
			return 0
		}
		if n > 0 {
			if c.odds(s.segment.leave * leaving[s.term]) {
				return s.lapse(from)
			}
			if s.term == 0 && !s.byDeal && c.odds(120) { // a late renewal, now and then later than any grace
				s.base, n = from+day(c.between(1, 9)), 0
				if from = s.base; from > known {
					return 0
				}
			}
			s.review(from, n*months)
		}
		to := s.base.plusMonths((n + 1) * months)
		if s.byDeal {
			continue
		}
		s.bill(from, to)
		if c.odds(15 * months) {
			if on := from + day(c.between(1, int(to-from)-1)); on <= known {
				s.refund(on, to)
				s.ended, s.canceled, s.reason = on, on.at(c.under(86_400)), reasons[c.under(len(reasons))]
				return on
			}
		}
		if s.discounted == 0 && to-from > 12 && c.odds(200*months) {
			s.change(from+day(c.between(3, int(to-from)-4)), to)
		}
	}
}

// leaving is how many months' odds of leaving meet at a renewal.
var leaving = []int{1, 3, 8}

// lapse ends the subscription with its period; some ends never reach the books.
func (s *subscription) lapse(end day) day {
	c := &s.chance
	if c.odds(2000) && !s.byDeal {
		return end
	}
	s.ended, s.reason = end, reasons[c.under(len(reasons))]
	asked := max(s.started, end-day(c.between(0, 25)))
	s.canceled = asked.at(c.under(86_400))
	s.closeItems(s.parts, end)
	return end
}

// review changes what the subscription holds at a renewal, months after its start.
func (s *subscription) review(from day, months int) {
	c, before := &s.chance, slices.Clone(s.parts)
	scale := leaving[s.term]
	switch core := &s.parts[0]; {
	case c.odds(s.segment.grow * scale):
		core.quantity += max(1, core.quantity*int64(c.between(5, 30))/100)
	case core.quantity > 1 && c.odds(s.segment.shrink*scale):
		core.quantity -= max(1, core.quantity*int64(c.between(5, 25))/100)
	case c.odds(s.segment.adopt * scale):
		s.adopt(from)
	case len(s.parts) > 1 && c.odds(s.segment.drop*scale):
		s.parts = s.parts[:len(s.parts)-1]
	}
	if months%12 == 0 && c.odds(6000) { // the year's adjustment of prices
		percent := int64(c.between(2, 9))
		for i := range s.parts {
			s.parts[i].unit += s.parts[i].unit * percent / 100
		}
	}
	if !s.byDeal {
		return
	}
	for i, old := range before { // what is no longer as it was ends as an item, and goes on as another
		kept := i < len(s.parts) && s.parts[i] == old
		if !kept {
			s.closeItems(before[i:i+1], from)
		}
		if !kept && i < len(s.parts) {
			s.parts[i].since = from
		}
	}
}

func (s *subscription) sell(p *product, on day) part {
	unit := p.price * priceRate[s.currency] / 1000 * terms[s.term].paidMonths / 12
	return part{product: p, quantity: 1, unit: unit * int64(s.chance.between(85, 105)) / 100, since: on}
}

// adopt adds an add-on that the subscription has not.
func (s *subscription) adopt(on day) {
	addon := &addons[s.chance.under(len(addons))]
	if slices.ContainsFunc(s.parts, func(p part) bool { return p.product == addon }) {
		return
	}
	sold := s.sell(addon, on)
	if addon.bySeat {
		sold.quantity = s.parts[0].quantity
	}
	s.parts = append(s.parts, sold)
}

func (s *subscription) write() {
	if s.byDeal && s.ended == 0 {
		s.closeItems(s.parts, 0)
	}
	text := append(s.subscriptions, s.id+","+s.account.id+","...)
	text = append(appendDay(text, s.started), ',')
	text = append(appendDay(text, s.ended), ',')
	text = append(appendMoment(text, s.canceled), ","+s.reason+","...)
	if s.trialEnd != 0 {
		text = appendDay(text, s.started)
	}
	s.subscriptions = append(appendDay(append(text, ','), s.trialEnd), '\n')
}

// closeItems writes parts of a subscription by deal as items that end on a day, 0 while they run.
func (s *subscription) closeItems(parts []part, end day) {
	if !s.byDeal {
		return
	}
	for _, p := range parts {
		since := max(p.since, s.trialEnd)
		if end != 0 && end <= since {
			continue
		}
		text := append(s.items, s.newID("si_", since.at(0))+","+s.account.id+","+s.id+","+p.product.name+","+s.plan(p)+","...)
		text = append(appendInt(text, p.quantity), ","+s.currency+","...)
		text = append(appendCents(text, p.unit*p.quantity), ',')
		text = append(appendDay(text, since), ',')
		s.items = append(appendDay(text, end), '\n')
	}
}

func (s *subscription) plan(p part) string { return p.product.name + "_" + terms[s.term].plan }
