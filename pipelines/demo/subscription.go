package demo

// subscription is one contract of service, from its start (or trial) to its end.
type subscription struct {
	id         string
	account    *account
	started    day  // first day of service or trial
	paidFrom   day  // first day that is paid for
	firstEnd   day  // the end of a first period that is shorter than the term; 0 when it is whole
	until      day  // first day without service; 0 while it runs
	endUnknown bool // the books never recorded the end
	canceled   instant
	reason     string
	trialStart day
	trialEnd   day
	term       int // months paid at once: 1, 3 or 12
	anchor     int // day of the month on which it renews
	parts      []part
	states     []state
	discount   discount
	repriced   day // when the price was last agreed or adjusted
	contract   pledge
	pending    []part // what was agreed to hold from the next renewal on
	invoices   []*invoice
	terms      []*term // as sold, in order of time
}

// state is what a subscription consists of from a day on. The states of all subscriptions are the
// simulator's own account of what was sold: whoever needs the true figures reads them, not the bills.
type state struct {
	from  day
	parts []part
}

// discount is a reduction in percent of the recurring lines, for a number of periods still to be
// billed (forever has no number). It is kept until the next bill, so that nothing is prorated in a
// period that was billed under it.
type discount struct {
	percent  int
	duration string // once, repeating, forever; "" for none
	periods  int
}

// runs tells whether the discount holds for the coming period.
func (d discount) runs() bool {
	return d.duration == "forever" || d.periods > 0
}

// serves tells whether the subscription gives service on a day, trials included.
func (s *subscription) serves(d day) bool {
	return d >= s.started && (s.until == 0 || d < s.until)
}

// paid tells whether the day is one of paid service.
func (s *subscription) paid(d day) bool {
	return s.paidFrom != 0 && d >= s.paidFrom && s.serves(d)
}

// set makes the parts those that hold from a day on.
func (s *subscription) set(from day, parts []part) {
	s.parts = parts
	s.states = append(s.states, state{from, parts})
}

// partsOn is what the subscription consisted of on a day.
func (s *subscription) partsOn(d day) []part {
	var parts []part
	for _, st := range s.states {
		if st.from <= d {
			parts = st.parts
		}
	}
	return parts
}

// seats is the number of seats of the core product.
func seats(parts []part) int {
	for _, p := range parts {
		if tierOf(p.product) >= 0 {
			return p.quantity
		}
	}
	return 0
}

// tierOf is the index of a core product in tiers, -1 for anything else.
func tierOf(p *product) int {
	for i, t := range tiers {
		if t == p {
			return i
		}
	}
	return -1
}

// monthly is what the parts come to in a month, before discounts.
func monthly(parts []part, term int) cents {
	var sum cents
	for _, p := range parts {
		sum += p.termPrice(term).share(1, term)
	}
	return sum
}

// active is the subscription that gives service on a day, nil when there is none.
func (a *account) active(d day) *subscription {
	for _, s := range a.subs {
		if s.serves(d) {
			return s
		}
	}
	return nil
}

// customer is the subscription that is paid for on a day, nil when there is none.
func (a *account) customer(d day) *subscription {
	for _, s := range a.subs {
		if s.paid(d) {
			return s
		}
	}
	return nil
}

var subscriptionColumns = []string{"subscription_id", "account_id", "started_on", "ended_on", "canceled_at",
	"cancel_reason", "trial_start", "trial_end"}

// cells is the subscription as the books show it at the close of a day: an end is known once the
// customer has asked for it, or when it has come.
func (s *subscription) cells(end day) []string {
	ended, canceled, reason := day(0), instant(0), ""
	if s.canceled != 0 && s.canceled.day() <= end {
		ended, canceled, reason = s.until, s.canceled, s.reason
	}
	if s.canceled == 0 && s.until != 0 && s.until <= end && !s.endUnknown {
		ended, reason = s.until, s.reason
	}
	return []string{s.id, s.account.id, s.started.String(), ended.String(), canceled.String(), reason,
		s.trialStart.String(), s.trialEnd.String()}
}
