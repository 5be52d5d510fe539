package oracle

import (
	"math"
	"math/big"
	"strconv"
)

// normal95 is the standard normal quantile of a two-sided 95% interval.
const normal95 = 1.959963984540054

// lifetime is how long an account was followed, in months since its cohort month,
// and whether it ended there.
type lifetime struct {
	months int
	ended  bool
}

// survival gives the rows of survival and of survival_summary.
func (b *book) survival() (survival, summary []Row) {
	followUp := b.lastCompleteMonth() - Month(b.settings.SurvivalReturnMonths)
	lifetimes := map[group][]lifetime{}
	for _, a := range b.accounts {
		if a.cohort == nil || *a.cohort > followUp {
			continue
		}
		for _, g := range b.groupsOn(a.id, a.cohort.Last()) {
			lifetimes[g] = append(lifetimes[g], b.lifetimeOf(a, followUp))
		}
	}
	for g, members := range lifetimes {
		curve, total := kaplanMeier(g, members)
		survival, summary = append(survival, curve...), append(summary, total)
	}
	return survival, summary
}

// lifetimeOf follows an account until the first close that begins a spell of more
// than survival_return_months inactive closes, or until follow-up ends.
func (b *book) lifetimeOf(a *account, followUp Month) lifetime {
	for month := *a.cohort; month <= followUp; month++ {
		returned := false
		for later := month; later <= month+Month(b.settings.SurvivalReturnMonths); later++ {
			returned = returned || a.isActiveOn(later.Last())
		}
		if !returned {
			return lifetime{int(month - *a.cohort), true}
		}
	}
	return lifetime{int(followUp - *a.cohort), false}
}

// kaplanMeier estimates the curve of one group: Greenwood's standard error (0 where
// survival is 0) and log-log confidence limits.
func kaplanMeier(g group, members []lifetime) (curve []Row, summary Row) {
	largest, allEvents := 0, 0
	for _, member := range members {
		largest = max(largest, member.months)
	}
	survival, greenwood, median := whole(1), new(big.Rat), ""
	for age := 0; age <= largest; age++ {
		atRisk, events := 0, 0
		for _, member := range members {
			if member.months >= age {
				atRisk++
			}
			if member.ended && member.months == age {
				events++
			}
		}
		allEvents += events
		survival = mul(survival, big.NewRat(int64(atRisk-events), int64(atRisk)))
		if events < atRisk {
			greenwood = add(greenwood, big.NewRat(int64(events), int64(atRisk*(atRisk-events))))
		}
		row := g.cells()
		row["age_months"] = strconv.Itoa(age)
		row["at_risk"], row["events"] = strconv.Itoa(atRisk), strconv.Itoa(events)
		writeCurve(row, survival, greenwood)
		curve = append(curve, row)
		if share, _ := survival.Float64(); median == "" && share <= 0.5+1e-9 {
			median = strconv.Itoa(age)
		}
	}
	summary = g.cells()
	summary["accounts"], summary["events"] = strconv.Itoa(len(members)), strconv.Itoa(allEvents)
	summary["median_months"] = median
	return curve, summary
}

func writeCurve(row Row, survival, greenwood *big.Rat) {
	share, _ := survival.Float64()
	variance, _ := greenwood.Float64()
	row["survival"] = doubleText(share)
	row["std_error"] = doubleText(share * math.Sqrt(variance))
	row["ci_low"], row["ci_high"] = "", ""
	if survival.Sign() > 0 && survival.Cmp(whole(1)) < 0 {
		place := math.Log(-math.Log(share))
		reach := normal95 * math.Sqrt(variance) / -math.Log(share)
		row["ci_low"] = doubleText(math.Exp(-math.Exp(place + reach)))
		row["ci_high"] = doubleText(math.Exp(-math.Exp(place - reach)))
	}
}
