package oracle

import (
	"fmt"
	"math/big"
)

// story builds the company of a case, one paid line after another.
type story struct{ company Company }

// money is a whole amount of the currency.
func money(units int64) *big.Rat { return big.NewRat(units, 1) }

// account makes an account known.
func (s *story) account(id string) {
	for _, known := range s.company.Accounts {
		if known.ID == id {
			return
		}
	}
	s.company.Accounts = append(s.company.Accounts, Account{ID: id, Name: id})
}

// line adds a paid recurring line in BRL, issued on its first day, of one unit of
// plan basic, for one interval of a month unless changed.
func (s *story) line(account, subscription, product string, amount *big.Rat, start, end Day, changes ...func(*Line)) {
	s.account(account)
	id := len(s.company.Lines) + 1
	line := Line{
		ID: fmt.Sprintf("line_%03d", id), InvoiceID: fmt.Sprintf("inv_%03d", id),
		AccountID: account, SubscriptionID: subscription, ProductID: product, PlanID: "basic",
		Kind: "recurring", Currency: "BRL", Amount: amount, Quantity: whole(1),
		ServiceStart: start, ServiceEnd: end, IntervalUnit: "month", IntervalCount: 1,
		InvoiceStatus: "paid", IssuedAt: On(start),
	}
	for _, change := range changes {
		change(&line)
	}
	s.company.Lines = append(s.company.Lines, line)
}

// months adds monthly lines, one after another from a day on.
func (s *story) months(account, subscription, product string, amount *big.Rat, start Day, count int, changes ...func(*Line)) {
	for n := range count {
		s.line(account, subscription, product, amount, start.AddMonths(n), start.AddMonths(n+1), changes...)
	}
}

// year adds one yearly line.
func (s *story) year(account, subscription, product string, amount *big.Rat, start Day, changes ...func(*Line)) {
	s.line(account, subscription, product, amount, start, start.AddMonths(12), append(changes, yearly)...)
}

// ends records that a subscription ended.
func (s *story) ends(account, subscription string, started, ended Day) {
	s.company.Subscriptions = append(s.company.Subscriptions, Subscription{
		ID: subscription, AccountID: account, StartedOn: &started, EndedOn: &ended,
	})
}

func yearly(l *Line) { l.IntervalUnit = "year" }

func prorated(l *Line) { l.IsProration = true }

func units(n int) func(*Line) { return func(l *Line) { l.Quantity = whole(n) } }

func onPlan(name string) func(*Line) { return func(l *Line) { l.PlanID = name } }

func inCurrency(code string) func(*Line) { return func(l *Line) { l.Currency = code } }

func discounted(amount *big.Rat, duration string) func(*Line) {
	return func(l *Line) { l.DiscountAmount, l.DiscountDuration = amount, duration }
}
