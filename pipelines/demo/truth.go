package demo

import (
	"time"
)

// Truth is what the company's figures are at the close of a day, by the simulator's own books: what
// was sold, to whom, at which discount, until when. No invoice line is read for it.
type Truth struct {
	Day      string         `json:"day"`
	Months   []MonthTruth   `json:"months"`
	Accounts []AccountTruth `json:"accounts"`
	NPS      []NPSTruth     `json:"nps"`
}

// MonthTruth is one month of the company, in reais; the last one may not be over.
type MonthTruth struct {
	Month       string `json:"month"` // its first day
	Closing     Money  `json:"closing_mrr"`
	Accounts    int    `json:"closing_accounts"`
	New         int    `json:"new_accounts"`
	OpeningBook int    `json:"opening_book_accounts"`
	Reactivated int    `json:"reactivated_accounts"`
	Churned     int    `json:"churned_accounts"`
}

// AccountTruth is one account's MRR at each month's close at which it is active.
type AccountTruth struct {
	Account string           `json:"account_id"`
	MRR     map[string]Money `json:"mrr"` // by the month's first day
}

// NPSTruth counts the answers of a month, the last one of each person.
type NPSTruth struct {
	Month      string `json:"month"`
	Promoters  int    `json:"promoters"`
	Passives   int    `json:"passives"`
	Detractors int    `json:"detractors"`
}

// Truth tells the figures at the close of a day (by the date that it shows), as METRICS.md defines
// them with grace of a week and discounts: recurring.
func (c *Company) Truth(on time.Time) Truth {
	return c.truth(ledger{known: dayOf(on)})
}

// TruthOfFiles is what the files of WriteCSV can tell of it: they leave the date of some write-offs out, and a bill
// that was given up at a time nobody knows counts for nothing, from its first day on.
func (c *Company) TruthOfFiles(on time.Time) Truth {
	return c.truth(ledger{known: dayOf(on), undated: true})
}

func (c *Company) truth(l ledger) Truth {
	truth := Truth{Day: l.known.String(), NPS: c.answers(l.known)}
	exchange := c.exchange(l.known)
	active := make([]bool, len(c.accounts))
	ever := make([]bool, len(c.accounts))
	mrr := make([]map[string]Money, len(c.accounts))
	for month := c.start.month(); monthStart(month) <= l.known; month++ {
		closes := min(monthStart(month+1)-1, l.known)
		row := MonthTruth{Month: monthStart(month).String()}
		for i, a := range c.accounts {
			sum := max(0, l.account(a, closes, exchange))
			row.count(sum > 0, active[i], ever[i], a, closes, c.start)
			if sum > 0 {
				if mrr[i] == nil {
					mrr[i] = map[string]Money{}
				}
				mrr[i][row.Month] = sum
				row.Closing += sum
				row.Accounts++
			}
			active[i], ever[i] = sum > 0, ever[i] || sum > 0
		}
		truth.Months = append(truth.Months, row)
	}
	for i, a := range c.accounts {
		if mrr[i] != nil {
			truth.Accounts = append(truth.Accounts, AccountTruth{a.id, mrr[i]})
		}
	}
	return truth
}

// count files an account under what happened to it in the month.
func (row *MonthTruth) count(now, before, ever bool, a *account, closes, start day) {
	switch {
	case now && !before && ever:
		row.Reactivated++
	case now && !before && a.openingBook(closes, start):
		row.OpeningBook++
	case now && !before:
		row.New++
	case before && !now:
		row.Churned++
	}
}

// openingBook tells whether an account that is active for the first time on a day was a customer
// before the books began.
func (a *account) openingBook(on, start day) bool {
	earliest := on
	for _, s := range a.subs {
		earliest = min(earliest, s.started)
	}
	return earliest < start && on.month()-start.month() <= 12
}

// account is what an account comes to in a month on a day, in reais.
func (l ledger) account(a *account, d day, exchange func(string, day) int) Money {
	var sum Money
	rate := int64(exchange(a.currency, d))
	for _, s := range a.subs {
		if s.paidFrom == 0 || d < s.paidFrom || (s.until != 0 && d >= s.until) {
			continue
		}
		for _, p := range s.products() {
			sum += Money(rounded(int64(l.level(s, p, d))*rate, 10_000))
		}
	}
	return sum
}

// exchange gives the rates known at the close of a day, in 1/10,000.
func (c *Company) exchange(known day) func(currency string, on day) int {
	rates := c.ratesTo(known)
	return func(currency string, on day) int {
		if currency == "BRL" {
			return 10_000
		}
		rate := 0
		for _, r := range rates {
			if r.day > on && rate != 0 {
				break
			}
			if r.currency == currency {
				rate = r.rate
			}
		}
		return rate
	}
}

// answers counts the NPS month by month.
func (c *Company) answers(known day) []NPSTruth {
	type person struct {
		month int
		id    string
	}
	last := map[person]response{}
	for _, a := range c.accounts {
		if a.orphan {
			continue
		}
		for _, r := range c.poll(a, c.support(a)).responses {
			if r.survey != "nps" || r.at.day() > known {
				continue
			}
			who := person{r.at.day().month(), r.respondent}
			if r.respondent == "" {
				who.id = r.id
			}
			if before, ok := last[who]; !ok || r.at > before.at || r.at == before.at && r.id > before.id {
				last[who] = r
			}
		}
	}
	counts := map[int]*NPSTruth{}
	for who, r := range last {
		n := counts[who.month]
		if n == nil {
			n = &NPSTruth{Month: monthStart(who.month).String()}
			counts[who.month] = n
		}
		switch {
		case r.score >= 9:
			n.Promoters++
		case r.score >= 7:
			n.Passives++
		default:
			n.Detractors++
		}
	}
	var rows []NPSTruth
	for m := c.start.month(); m <= known.month(); m++ {
		if counts[m] != nil {
			rows = append(rows, *counts[m])
		}
	}
	return rows
}
