package oracle

import "slices"

// Reduce drops records from a company as long as it still fails, and gives a company
// from which no single record that was tried can be dropped: a small example of a
// failure that a random company showed.
func Reduce(company Company, fails func(Company) bool) Company {
	for dropped := true; dropped; {
		dropped = false
		for _, account := range accountIDs(company) {
			if without := company.without(account); fails(without) {
				company, dropped = without, true
			}
		}
		tryDropping(&company, &company.Lines, fails, &dropped)
		tryDropping(&company, &company.Items, fails, &dropped)
		tryDropping(&company, &company.Subscriptions, fails, &dropped)
		tryDropping(&company, &company.History, fails, &dropped)
		tryDropping(&company, &company.Invoices, fails, &dropped)
		tryDropping(&company, &company.Rates, fails, &dropped)
	}
	return company
}

// tryDropping drops each record of one kind without which the company still fails.
func tryDropping[T any](company *Company, records *[]T, fails func(Company) bool, dropped *bool) {
	for i := len(*records) - 1; i >= 0; i-- {
		kept := *records
		*records = slices.Delete(slices.Clone(kept), i, i+1)
		if fails(*company) {
			*dropped = true
			continue
		}
		*records = kept
	}
}

// accountIDs are the accounts of lines and items, and those that are known.
func accountIDs(c Company) []string {
	var ids []string
	for _, account := range c.Accounts {
		ids = append(ids, account.ID)
	}
	for _, line := range c.Lines {
		ids = append(ids, line.AccountID)
	}
	for _, item := range c.Items {
		ids = append(ids, item.AccountID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// without is the company without one account and all that belongs to it.
func (c Company) without(account string) Company {
	return Company{
		Accounts:      except(c.Accounts, func(r Account) bool { return r.ID == account }),
		History:       except(c.History, func(r AccountVersion) bool { return r.AccountID == account }),
		Subscriptions: except(c.Subscriptions, func(r Subscription) bool { return r.AccountID == account }),
		Lines:         except(c.Lines, func(r Line) bool { return r.AccountID == account }),
		Items:         except(c.Items, func(r Item) bool { return r.AccountID == account }),
		Invoices:      except(c.Invoices, func(r Invoice) bool { return r.AccountID == account }),
		Rates:         c.Rates,
	}
}

func except[T any](records []T, drop func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(records), drop)
}
