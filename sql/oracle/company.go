package oracle

import "math/big"

// Company is what the oracle reads: the canonical records of section 1 that
// sections 2 to 4 use. Their order means nothing.
type Company struct {
	Accounts      []Account
	History       []AccountVersion
	Subscriptions []Subscription
	Lines         []Line
	Items         []Item
	Invoices      []Invoice
	Rates         []Rate
}

// Attributes are the account attributes that can be dimensions; "" is missing.
type Attributes struct {
	Segment, Industry, Country, AcquisitionChannel string
}

// Account is a row of accounts.
type Account struct {
	ID, Name, Domain string
	Attributes
	CreatedAt Stamp
}

// AccountVersion is a row of account_history: all attributes from a day on.
type AccountVersion struct {
	AccountID string
	ValidFrom Day
	Attributes
}

// Subscription is a row of subscriptions.
type Subscription struct {
	ID, AccountID string
	StartedOn     *Day
	EndedOn       *Day // first day without service
	CanceledAt    Stamp
}

// Line is a row of invoice_lines. Amounts are before tax and signed.
type Line struct {
	ID, InvoiceID, AccountID, SubscriptionID, ProductID, PlanID string
	Kind                                                        string // recurring, usage, one_time
	Currency                                                    string
	Amount                                                      *big.Rat
	DiscountAmount                                              *big.Rat // nil: none
	DiscountDuration                                            string   // once, repeating, forever, or missing
	Quantity                                                    *big.Rat // nil: missing
	IntervalAmount                                              *big.Rat // nil: missing
	ServiceStart                                                Day
	ServiceEnd                                                  Day    // exclusive
	IntervalUnit                                                string // day, week, month, year, or missing
	IntervalCount                                               int
	IsProration                                                 bool
	InvoiceStatus                                               string // draft, open, paid, uncollectible, void
	StatusChangedAt                                             Stamp
	IssuedAt                                                    Stamp
}

// Item is a row of subscription_items: MRR told by the source.
type Item struct {
	ID, AccountID, SubscriptionID, ProductID, PlanID string
	Quantity                                         *big.Rat // nil: missing
	Currency                                         string
	MRR                                              *big.Rat
	StartsOn                                         Day
	EndsOn                                           *Day // exclusive; nil: running
}

// Invoice is a row of invoices.
type Invoice struct {
	ID, AccountID           string
	IssuedAt, DueAt, PaidAt Stamp
	Status                  string
	Total                   *big.Rat
	Currency                string
}

// Rate is a row of fx_rates: reporting-currency units for one unit.
type Rate struct {
	Day      Day
	Currency string
	Rate     *big.Rat
}
