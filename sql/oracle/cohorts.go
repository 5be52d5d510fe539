package oracle

import (
	"math/big"
	"strconv"
)

// cohortAge is one row of cohort_retention.
type cohortAge struct {
	group
	cohort Month
	age    int
}

// cohortSums are what the accounts of a cohort add up to at one age.
type cohortSums struct {
	accounts, active      int
	mrrAtZero, mrr, gross *big.Rat
}

// cohortRows follows each cohort through the complete months, at the rates of the
// cohort month's close and with the attributes of that day.
func (b *book) cohortRows() []Row {
	sums := map[cohortAge]*cohortSums{}
	for _, a := range b.accounts {
		if a.cohort == nil {
			continue
		}
		start := a.cohort.Last()
		atZero := larger(b.worthOn(a, start, start), ratZero)
		for month := *a.cohort; month <= b.lastCompleteMonth(); month++ {
			mrr := larger(b.worthOn(a, month.Last(), start), ratZero)
			for _, g := range b.groupsOn(a.id, start) {
				place := cohortAge{g, *a.cohort, int(month - *a.cohort)}
				if sums[place] == nil {
					sums[place] = &cohortSums{mrrAtZero: new(big.Rat), mrr: new(big.Rat), gross: new(big.Rat)}
				}
				sums[place].include(mrr, atZero)
			}
		}
	}
	var rows []Row
	for place, sum := range sums {
		rows = append(rows, cohortRow(place, sum))
	}
	return rows
}

func (s *cohortSums) include(mrr, atZero *big.Rat) {
	s.accounts++
	if mrr.Sign() > 0 {
		s.active++
	}
	s.mrrAtZero.Add(s.mrrAtZero, atZero)
	s.mrr.Add(s.mrr, mrr)
	s.gross.Add(s.gross, smaller(mrr, atZero))
}

func cohortRow(place cohortAge, sum *cohortSums) Row {
	row := place.group.cells()
	row["cohort_month"] = place.cohort.First().String()
	row["age_months"] = strconv.Itoa(place.age)
	row["cohort_accounts"] = strconv.Itoa(sum.accounts)
	row["cohort_mrr"] = moneyText(sum.mrrAtZero)
	row["active_accounts"] = strconv.Itoa(sum.active)
	row["mrr"] = moneyText(sum.mrr)
	row["gross_mrr"] = moneyText(sum.gross)
	row["logo_retention"] = ratioText(whole(sum.active), whole(sum.accounts))
	row["net_retention"] = ratioText(sum.mrr, sum.mrrAtZero)
	row["gross_retention"] = ratioText(sum.gross, sum.mrrAtZero)
	return row
}
