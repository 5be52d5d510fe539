package demo

import "time"

// Book is all that one customer's records say, with the moment of everything, those after the last day
// too: what a system shows on a day is what is dated up to its end. Dates are given as the moment in
// which they begin in São Paulo; a zero time is none. Amounts are in hundredths of the currency.
type Book struct {
	Account, Name, Domain, TaxID, Country, Currency, Owner string
	Number                                                 int // 1, 2, 3 …
	Created, First                                         time.Time
	Versions                                               []Version
	Inherited                                              bool // a customer from before the books
	Deleted                                                bool // no longer in the CRM
	Subscriptions                                          []Subscription
	Invoices                                               []Invoice
	Deals                                                  []Deal
	Tickets                                                []Ticket
	Answers                                                []Answer
}

// Version is what was true of the customer from a day on.
type Version struct {
	From                       time.Time
	Segment, Industry, Channel string
}

// Subscription is a contract of service and the terms of it.
type Subscription struct {
	ID                                      string
	Started, PaidFrom, TrialStart, TrialEnd time.Time
	Until                                   time.Time // first day without service
	Canceled                                time.Time // when the customer asked
	Reason                                  string
	EndUnknown                              bool // the end was never entered
	Months                                  int  // of a term
	Terms                                   []Term
	Trial                                   []Part // what is tried, of a subscription that never became one
}

// Term is one paid term as it was sold.
type Term struct {
	From, To time.Time
	Parts    []Part
	Percent  int    // off, 0 for none
	Duration string // of the discount
	Periods  int    // that the discount had left when the term began, itself included
	Changes  []Change
}

// Change is what a term consists of from a day on.
type Change struct {
	On    time.Time
	Parts []Part
}

// Part is one product of a subscription and the price of one of it for a term.
type Part struct {
	Product, Plan string
	Quantity      int
	Price         int64
}

// Invoice is one bill. Sent is when it stopped being a draft, zero when it never did.
type Invoice struct {
	ID                                       string
	Issued, Sent, Due, Paid, Voided, Written time.Time
	Lines                                    []Line
}

// Line is one line of a bill.
type Line struct {
	ID, Subscription, Product, Plan, Kind string
	Amount, Discount                      int64
	Duration                              string // of the discount
	Quantity, Months                      int    // Months is 0 for what is no term
	Interval                              int64  // of prorations: the whole term's price
	Start, End                            time.Time
	Proration                             bool
}

// Deal is one opportunity of the sales desk.
type Deal struct {
	ID, Kind, Currency, Channel string
	Won                         bool
	Amount                      int64
	Created, Closed             time.Time
}

// Ticket is one call for help.
type Ticket struct {
	ID, Priority, Channel      string
	Opened, Answered, Resolved time.Time
}

// Answer is one answer to a survey. Traced is false when nobody knows whose it is.
type Answer struct {
	ID, Respondent, Survey, Comment, Language, Touchpoint string
	Score, Min, Max                                       int
	Reversed, Traced                                      bool
	At, Followed                                          time.Time
}
