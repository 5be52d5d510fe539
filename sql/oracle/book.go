package oracle

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones of a test do not depend on the machine's
)

// book is a company under its settings, with what is looked up by id indexed.
type book struct {
	company  Company
	settings Settings
	zone     *time.Location

	subscriptions map[string]Subscription
	invoices      map[string]Invoice
	attributes    map[string]Attributes
	versions      map[string][]AccountVersion
	rates         map[string][]Rate // by day

	first    Day // the first day of any window; levels are 0 before it
	accounts []*account
}

func newBook(company Company, settings Settings) (*book, error) {
	if err := settings.check(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(settings.Timezone)
	if err != nil {
		return nil, fmt.Errorf("loading timezone: %w", err)
	}
	b := &book{
		company: company, settings: settings, zone: zone,
		subscriptions: map[string]Subscription{},
		invoices:      map[string]Invoice{},
		attributes:    map[string]Attributes{},
		versions:      map[string][]AccountVersion{},
		rates:         map[string][]Rate{},
	}
	for _, subscription := range company.Subscriptions {
		b.subscriptions[subscription.ID] = subscription
	}
	for _, invoice := range company.Invoices {
		b.invoices[invoice.ID] = invoice
	}
	for _, account := range company.Accounts {
		b.attributes[account.ID] = account.Attributes
	}
	for _, version := range company.History {
		b.versions[version.AccountID] = append(b.versions[version.AccountID], version)
	}
	for _, rate := range company.Rates {
		b.rates[rate.Currency] = append(b.rates[rate.Currency], rate)
	}
	b.sortByDay()
	return b, nil
}

// after tells whether a stamp's date lies after as_of, so that what it dates is
// not known yet.
func (b *book) after(stamp Stamp) bool {
	day, ok := stamp.Day(b.zone)
	return ok && day > b.settings.AsOf
}
