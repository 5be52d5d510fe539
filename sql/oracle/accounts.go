package oracle

import (
	"cmp"
	"math/big"
)

// account is one account's keys and its MRR on every day.
type account struct {
	id    string
	keys  []*keyHistory // in the order of their names
	first Day
	mrr   []*big.Rat

	isOpeningBook bool
	cohort        *Month // nil: in no cohort
}

// mrrOn is the account's MRR on a day, in reporting currency.
func (a *account) mrrOn(day Day) *big.Rat {
	if day < a.first {
		return ratZero
	}
	return a.mrr[day-a.first]
}

func (a *account) isActiveOn(day Day) bool { return a.mrrOn(day).Sign() > 0 }

// worthOn is the sum of the account's levels of one day at the rates of another.
func (b *book) worthOn(a *account, levels, rates Day) *big.Rat {
	sum := new(big.Rat)
	for _, history := range a.keys {
		sum.Add(sum, b.value(history.on(levels).level, history.currency, rates))
	}
	return sum
}

// loadAccounts finds each account's MRR of every day, its opening book and cohort.
func (b *book) loadAccounts(histories []*keyHistory) {
	for _, history := range histories { // sorted, so an account's keys stand together
		last := len(b.accounts) - 1
		if last < 0 || b.accounts[last].id != history.account {
			b.accounts = append(b.accounts, &account{id: history.account, first: b.first})
			last++
		}
		b.accounts[last].keys = append(b.accounts[last].keys, history)
	}
	for _, a := range b.accounts {
		for day := b.first; day <= b.settings.AsOf; day++ {
			a.mrr = append(a.mrr, larger(b.worthOn(a, day, day), ratZero))
		}
		a.isOpeningBook = b.isOpeningBook(a)
		a.cohort = b.cohortOf(a)
	}
}

// firstLevel is the first day on which any account has a level.
func (b *book) firstLevel() (Day, bool) {
	for day := b.first; day <= b.settings.AsOf; day++ {
		for _, a := range b.accounts {
			for _, history := range a.keys {
				if history.on(day).level.Sign() != 0 {
					return day, true
				}
			}
		}
	}
	return 0, false
}

func (k key) compare(other key) int {
	return cmp.Or(
		cmp.Compare(k.account, other.account), cmp.Compare(k.subscription, other.subscription),
		cmp.Compare(k.product, other.product), cmp.Compare(k.currency, other.currency))
}
