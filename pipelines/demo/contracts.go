package demo

import "fmt"

// pledge is where a subscription stands with its signed contracts.
type pledge struct {
	signed bool   // it has contracts at all
	latest string // the contract in force, or its last amendment
	end    day    // the first day after it
}

// contract is one row of contracts: a term that was signed, and what it is worth in all.
type contract struct {
	id         string
	account    *account
	start, end day
	value      cents
	renews     string
	signed     instant
}

var contractColumns = []string{"contract_id", "account_id", "product_id", "term_start", "term_end", "value",
	"currency", "renewal_of", "signed_at"}

func (c contract) cells() []string {
	return []string{c.id, c.account.id, "", c.start.String(), c.end.String(), c.value.String(),
		c.account.currency, c.renews, c.signed.String()}
}

// pledge signs a contract for the term from..to, unless one that is in force reaches that far. Some
// large customers sign for two years, still paying year by year.
func (s *sales) pledge(sub *subscription, from, to day) {
	if !sub.contract.signed || from < sub.contract.end {
		return
	}
	start := to.addMonths(-12, sub.anchor) // earlier than from when the books took it over
	if sub.firstEnd == 0 || to != sub.firstEnd {
		start = from
	}
	months := 12
	if sub.account.segment == segments[2] && s.chance.odds(2000) {
		months = 24
	}
	renews := sub.contract.latest
	if s.chance.odds(2000) { // left to be matched by its dates
		renews = ""
	}
	c := contract{
		account: sub.account, start: start, end: to.addMonths(months-12, sub.anchor),
		value: yearly(sub.parts) * cents(months/12), renews: renews,
		signed: (start - day(s.chance.between(2, 30))).working(s.chance),
	}
	s.sign(sub, c)
}

// amend signs, for a change in mid-term of a large customer, an amendment that takes the contract's
// place until its end.
func (s *sales) amend(sub *subscription, on day) {
	if !sub.contract.signed || on >= sub.contract.end || !s.chance.odds(5000) {
		return
	}
	end := sub.contract.end
	s.sign(sub, contract{
		account: sub.account, start: on, end: end,
		value: yearly(sub.parts).share(int(end-on), 365), renews: sub.contract.latest,
		signed: on.working(s.chance),
	})
}

func (s *sales) sign(sub *subscription, c contract) {
	c.id = fmt.Sprintf("ct_%04d_%d", sub.account.n, len(s.contracts)+1)
	sub.contract.latest, sub.contract.end = c.id, c.end
	s.contracts = append(s.contracts, c)
}

// yearly is what the parts cost for a year paid at once.
func yearly(parts []part) cents {
	var sum cents
	for _, p := range parts {
		sum += p.termPrice(12)
	}
	return sum
}
