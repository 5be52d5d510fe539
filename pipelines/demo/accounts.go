package demo

import "slices"

// account is one customer, or one who only tried the product.
type account struct {
	n                 int
	id                string
	name              string
	domain            string
	taxID             string
	country           string
	owner             string
	currency          string
	created           instant
	versions          []version // at least one, in order of time
	segment           *segment  // the present one while the account's life is walked
	first             day       // first day of service or of trial
	inherited, orphan bool
	clause            string // the index of the yearly adjustment, "" for none
	mood              mood
	subs              []*subscription
}

// version is what was true of an account from a day on.
type version struct {
	from                       day
	segment, industry, channel string
}

// asOf is the version that holds on a day: the first one before there was any.
func (a *account) asOf(d day) version {
	v := a.versions[0]
	for _, next := range a.versions[1:] {
		if next.from <= d {
			v = next
		}
	}
	return v
}

var accountColumns = []string{"account_id", "name", "domain", "tax_id", "segment", "industry", "country",
	"acquisition_channel", "owner", "created_at"}

func (a *account) cells(end day) []string {
	v := a.asOf(end)
	return []string{a.id, a.name, a.domain, a.taxID, v.segment, v.industry, a.country, v.channel, a.owner, a.created.String()}
}

var historyColumns = []string{"account_id", "valid_from", "segment", "industry", "country", "acquisition_channel"}

// history is the account's versions up to a day, when there is more than one.
func (a *account) history(end day) [][]string {
	if len(a.versions) < 2 || a.versions[1].from > end {
		return nil
	}
	var rows [][]string
	for _, v := range a.versions {
		if v.from <= end {
			rows = append(rows, []string{a.id, v.from.String(), v.segment, v.industry, a.country, v.channel})
		}
	}
	return rows
}

// change alters the account from a day on, in the versions that are later, too.
func (a *account) change(from day, alter func(*version)) {
	at := 1
	for at < len(a.versions) && a.versions[at].from <= from {
		at++
	}
	for i := at; i < len(a.versions); i++ {
		alter(&a.versions[i])
	}
	v := a.versions[at-1]
	alter(&v)
	switch {
	case v == a.versions[at-1]:
	case v.from == from:
		a.versions[at-1] = v
	default:
		v.from = from
		a.versions = slices.Insert(a.versions, at, v)
	}
}
