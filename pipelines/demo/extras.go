package demo

// once is a line for something that is done once.
func (b *biller) once(s *subscription, p *product, from day, days int) line {
	return line{
		subscription: s.id, product: p, kind: "one_time", amount: p.price[b.account.currency], quantity: 1,
		start: from, end: from + day(days),
	}
}

// usage is the line for the documents above the plan's allowance in the month before a day; none for
// customers that stay within it.
func (b *biller) usage(s *subscription, on day) []line {
	if !b.overages || b.chance.odds(3500) {
		return nil
	}
	hundreds := 1 + seats(s.parts)*b.chance.between(2, 14)/100
	return []line{{
		subscription: s.id, product: overage, kind: "usage", quantity: hundreds,
		amount: overage.price[b.account.currency] * cents(hundreds),
		start:  on.addMonths(-1, s.anchor), end: on, term: 1,
	}}
}

// overage bills such a line on its own, in the months in which nothing else is billed.
func (b *biller) overage(s *subscription, on day) {
	if lines := b.usage(s, on); lines != nil {
		b.issue(on, lines...)
	}
}

// extras are what comes along in a term: trainings, goodwill credits after a bad month, and invoices
// that were typed and forgotten as drafts.
func (b *biller) extras(s *subscription, from, to day) {
	on := from + day(b.chance.between(1, int(to-from)-1))
	months := max(1, s.term)
	switch {
	case b.chance.odds(70 * months):
		b.issue(on, b.once(s, training, on, 2))
	case b.account.mood.on(on) < 45 && b.chance.odds(250*months):
		b.issue(on, b.once(s, slaCredit, on, 1))
	case b.chance.odds(25 * months):
		inv := b.enter(on, []line{b.once(s, training, on, 2)})
		inv.draft = true
	}
}
