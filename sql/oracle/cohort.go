package oracle

// openingBookMonths is how long after the books open an annual may show up first.
const openingBookMonths = 12

// lastCompleteMonth is the last month that ends on or before as_of.
func (b *book) lastCompleteMonth() Month {
	month := b.settings.AsOf.Month()
	if month.Last() > b.settings.AsOf {
		month--
	}
	return month
}

// wasActiveAtMonthClose tells whether an account was active at the close of a
// calendar month on or before a day.
func (b *book) wasActiveAtMonthClose(a *account, day Day) bool {
	for month := b.first.Month(); month.Last() <= day; month++ {
		if a.isActiveOn(month.Last()) {
			return true
		}
	}
	return false
}

// isOpeningBook tells whether an account was there before the books open: an
// earlier started_on, and a first active month close (the open month's, on as_of,
// too) at most 12 months after the month in which they open.
func (b *book) isOpeningBook(a *account) bool {
	opens := b.settings.BooksOpenOn
	if opens == nil || !b.startedBefore(a.id, *opens) {
		return false
	}
	for month := b.first.Month(); month <= b.settings.AsOf.Month(); month++ {
		if a.isActiveOn(min(month.Last(), b.settings.AsOf)) {
			return month-opens.Month() <= openingBookMonths
		}
	}
	return false
}

// startedBefore tells whether an account's earliest subscription started before a
// day; one that starts after as_of is not known.
func (b *book) startedBefore(accountID string, day Day) bool {
	for _, subscription := range b.company.Subscriptions {
		started := subscription.StartedOn
		if subscription.AccountID == accountID && started != nil && *started < day && *started <= b.settings.AsOf {
			return true
		}
	}
	return false
}

// cohortOf is the first complete month at whose close the account is active; the
// opening book is in no cohort.
func (b *book) cohortOf(a *account) *Month {
	if a.isOpeningBook {
		return nil
	}
	for month := b.first.Month(); month <= b.lastCompleteMonth(); month++ {
		if a.isActiveOn(month.Last()) {
			return &month
		}
	}
	return nil
}
