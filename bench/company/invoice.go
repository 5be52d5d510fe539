package company

import "strconv"

// line is one line of an invoice, amounts in cents.
type line struct {
	part      part
	kind      string
	amount    int64
	discount  int64
	duration  string
	interval  int64 // price of a whole term, where a proration says it
	start     day
	end       day
	noTerm    bool
	proration bool
}

// bill issues the invoice of a period.
func (s *subscription) bill(from, to day) {
	c, months := &s.chance, int64(terms[s.term].months)
	lines := make([]line, 0, 4)
	for _, p := range s.parts {
		l := line{part: p, kind: "recurring", amount: p.unit * p.quantity * months, start: from, end: to}
		if s.discounted > 0 {
			l.discount, l.duration = l.amount*s.discount/100, s.duration
		}
		lines = append(lines, l)
	}
	if s.discounted > 0 && s.duration != "forever" {
		s.discounted--
	}
	if from > s.base && s.term == 0 && c.odds(400) { // what was used above the plan in the month before
		lines = append(lines, line{part: s.parts[0], kind: "usage", amount: int64(c.between(500, 90_000)), start: from - 28, end: from})
	}
	if from == s.base && c.odds(700) {
		setup := part{product: &product{name: "onboarding"}, quantity: 1}
		lines = append(lines, line{part: setup, kind: "one_time", amount: int64(c.between(500, 9000)) * 100, start: from, end: from + 30, noTerm: true})
	}
	s.issue(from, lines)
}

// change adds seats in mid-term: the old state is credited and the new one charged for the rest of it.
func (s *subscription) change(on, to day) {
	if on > known {
		return
	}
	old := s.parts[0]
	more := max(1, old.quantity*int64(s.chance.between(5, 30))/100)
	if s.chance.odds(3000) && old.quantity > more {
		more = -more
	}
	s.parts[0].quantity += more
	s.issue(on, []line{s.prorated(old, -1, on, to), s.prorated(s.parts[0], 1, on, to)})
}

// refund credits the rest of a term.
func (s *subscription) refund(on, to day) {
	var lines []line
	for _, p := range s.parts {
		lines = append(lines, s.prorated(p, -1, on, to))
	}
	s.issue(on, lines)
}

func (s *subscription) prorated(p part, sign int64, on, to day) line {
	months := terms[s.term].months
	whole := p.unit * p.quantity * int64(months)
	days := int64(to - to.plusMonths(-months))
	l := line{part: p, kind: "recurring", amount: sign * ((whole*int64(to-on)*2 + days) / (2 * days)), start: on, end: to, proration: true}
	if s.full && whole > 0 {
		l.interval = whole
	}
	return l
}

// issue writes an invoice. A few are written with a mistake first, and voided.
func (s *subscription) issue(on day, lines []line) {
	c := &s.chance
	at := on.at(c.under(86_400))
	if c.odds(80) {
		s.enter(at, lines, "void", at+moment(c.between(60, 9000)), 0)
	}
	paid := at + moment(s.paysIn+c.between(0, 6))*86_400
	switch {
	case at.day() > known-8 && c.odds(300):
		s.enter(at, lines, "draft", 0, 0)
	case c.odds(50) && s.term == 0:
		off := at + moment(c.between(60, 90))*86_400
		switch {
		case c.odds(500): // written off on a day that nobody wrote down
			off = 0
			fallthrough
		case off.day() <= known:
			s.enter(at, lines, "uncollectible", off, 0)
		default:
			s.enter(at, lines, "open", 0, 0)
		}
	case paid.day() > known:
		s.enter(at, lines, "open", 0, 0)
	default:
		s.enter(at, lines, "paid", paid, paid)
	}
}

// enter writes an invoice and its lines, in the state that it is in since a moment.
func (s *subscription) enter(at moment, lines []line, status string, since, paid moment) {
	s.bills++
	id := s.newID("in_", at)
	var total int64
	for i := range lines {
		total += lines[i].amount - lines[i].discount
		lineID := s.newID("il_", at)
		s.soiled(at, func(text []byte, fault fault) []byte {
			return s.appendLine(text, lineID, id, &lines[i], status, since, at, fault)
		})
	}
	s.invoices.add(at, s.tie(), func(text []byte) []byte {
		text = append(text, id+","+s.account.id+","...)
		text = append(appendMoment(text, at), ',')
		text = append(appendMoment(text, at+moment(s.segment.due)*86_400), ',')
		text = append(appendMoment(text, paid), ","+status+","...)
		return append(appendCents(text, total), ","+s.currency+"\n"...)
	})
}

// tie puts rows of one second in an order.
func (s *subscription) tie() uint64 { return uint64(s.n)<<24 | s.rows }

func (s *subscription) appendLine(text []byte, lineID, invoice string, l *line, status string, since, at moment, broken fault) []byte {
	account, kind, end, currency, quantity := s.account.id, l.kind, l.end, s.currency, l.part.quantity
	switch broken {
	case noAccount:
		account = ""
	case strangeKind:
		kind = "assinatura"
	case endsBeforeStart:
		end = l.start
	case strangeCurrency:
		currency = "R$"
	case lessThanNothing:
		quantity = -quantity
	case otherwise:
		quantity++
	}
	text = append(text, lineID+","+invoice+","+account+","+s.id+","+l.part.product.name+","...)
	if l.kind == "recurring" {
		text = append(text, s.plan(l.part)...)
	}
	text = append(text, ","+kind+","+currency+","...)
	text = append(appendCents(text, l.amount), ',')
	if l.duration != "" {
		text = appendCents(text, l.discount)
	}
	text = append(appendInt(append(text, ","+l.duration+","...), quantity), ',')
	if l.interval != 0 {
		text = appendCents(text, l.interval)
	}
	text = append(appendDay(append(text, ','), l.start), ',')
	text = append(appendDay(text, end), ',')
	if l.noTerm || l.kind != "recurring" {
		text = append(text, ",,"...)
	} else {
		text = append(text, terms[s.term].unit+","+terms[s.term].count+","...)
	}
	text = append(strconv.AppendBool(text, l.proration), ","+status+","...)
	text = append(appendMoment(text, since), ',')
	return append(appendMoment(text, at), '\n')
}

func appendInt(text []byte, n int64) []byte { return strconv.AppendInt(text, n, 10) }

// appendCents writes cents as a decimal with two places.
func appendCents(text []byte, cents int64) []byte {
	if cents < 0 {
		text, cents = append(text, '-'), -cents
	}
	return append(appendInt(text, cents/100), '.', byte('0'+cents/10%10), byte('0'+cents%10))
}
