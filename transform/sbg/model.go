// Package sbg is the shifted-beta-geometric model of churn: each customer leaves at the end of any period with a probability
// of its own that never changes, and these probabilities are spread over customers as a beta distribution. Churn falls with age,
// since those likely to leave leave first. After Fader and Hardie, "How to Project Customer Retention", Journal of Interactive
// Marketing 21 (2007), and "Customer-Base Valuation in a Contractual Setting", Marketing Science 29 (2010).
package sbg

import (
	"errors"
	"math"
)

// Model is a beta distribution of churn probabilities. Both parameters are positive.
type Model struct{ Alpha, Beta float64 }

// ErrEndless says that without a discount rate the periods that a customer stays have no finite sum.
var ErrEndless = errors.New("without a discount rate the expected life is not finite, as alpha is at most 1")

// Hazard is the share of those still there after age-1 periods who leave at the end of period age, which counts from 1.
func (m Model) Hazard(age int) float64 { return m.Alpha / (m.Alpha + m.Beta + float64(age-1)) }

// Survival is the share of customers that are still there after age periods.
func (m Model) Survival(age int) float64 {
	survival := 1.0
	for t := 1; t <= age; t++ {
		survival *= 1 - m.Hazard(t)
	}
	return survival
}

// ExpectedLife is the discounted number of periods that a new customer stays: the sum of S(t)/(1+rate)^t over t >= 0.
func (m Model) ExpectedLife(rate float64) (float64, error) {
	if rate == 0 {
		if m.Alpha <= 1 {
			return 0, ErrEndless
		}
		return (m.Alpha + m.Beta - 1) / (m.Alpha - 1), nil
	}
	return hypergeometric(m.Beta, m.Alpha+m.Beta, 1/(1+rate)), nil
}

// ResidualLife is the discounted number of periods that a customer still stays which has renewed so many times, seen just before
// its next renewal, whose period is not discounted: the sum of S(t)/S(renewed)/(1+rate)^(t-renewed-1) over t > renewed.
func (m Model) ResidualLife(renewed int, rate float64) (float64, error) {
	// whoever has stayed is described by the same model with a larger beta
	next := Model{m.Alpha, m.Beta + float64(renewed) + 1}
	life, err := next.ExpectedLife(rate)
	return life * (1 - m.Hazard(renewed+1)), err
}

// hypergeometric is Gauss's 2F1(1, b; c; z) for c > b > 0 and 0 <= z < 1, the sum of (b)_t/(c)_t z^t, by Gauss's continued
// fraction: some 100 steps where the sum itself takes thousands of terms, as z is near 1. It is evaluated by Lentz's method.
func hypergeometric(b, c, z float64) float64 {
	const tiny, precision, steps = 1e-300, 1e-15, 100_000_000
	c-- // the fraction is that of F(b, 1; c+1; z)
	value, numerators, denominators := 1.0, 1.0, 0.0
	for step := range steps {
		k := float64(step / 2)
		var term float64
		switch {
		case step == 0:
			term = b / (c + 1)
		case step%2 == 0:
			term = (b + k) * (c + k) / ((c + 2*k) * (c + 2*k + 1))
		default:
			k++
			term = k * (c - b + k) / ((c + 2*k - 1) * (c + 2*k))
		}
		denominators = 1 / away(1-term*z*denominators, tiny)
		numerators = away(1-term*z/numerators, tiny)
		change := numerators * denominators
		value *= change
		if math.Abs(change-1) < precision {
			break
		}
	}
	return 1 / value
}

// away keeps a number that is to be divided by from being 0.
func away(value, tiny float64) float64 {
	if value == 0 {
		return tiny
	}
	return value
}
