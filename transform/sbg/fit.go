package sbg

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Age is what was seen of customers at one age.
type Age struct {
	// Age is in periods and counts from 1.
	Age int
	// AtRisk were still there after Age-1 periods, and are known to have left at the end of this one or not; Left did.
	AtRisk, Left int64
}

// Fit is a model and how well it is known.
type Fit struct {
	Model
	LogLikelihood float64
	// AlphaError and BetaError are standard errors, from the observed information.
	AlphaError, BetaError float64
}

// What keeps a model from being fitted.
var (
	ErrNoChurn = errors.New("no account left at an age above one month")
	ErrAlike   = errors.New("churn does not fall with age, so that no finite alpha and beta fit best; clv_simple describes it")
)

// mostAlike is the largest alpha + beta that tells anything: customers whose churn differs by less are all alike.
const mostAlike = 1e5

// Estimate gives the parameters of the largest likelihood. Its numbers are finite; where there are none, the error is ErrNoChurn or
// ErrAlike.
func Estimate(ages []Age) (Fit, error) {
	left, seen, later := 0.0, 0.0, int64(0)
	for _, age := range ages {
		if age.Age < 1 || age.Left < 0 || age.Left > age.AtRisk {
			return Fit{}, fmt.Errorf("fit churn by age: age %d has %d customers, %d of whom left", age.Age, age.AtRisk, age.Left)
		}
		left, seen = left+float64(age.Left), seen+float64(age.AtRisk)
		if age.Age > 1 {
			later += age.Left
		}
	}
	if later == 0 {
		return Fit{}, ErrNoChurn // the likelihood grows as alpha and beta shrink
	}
	if left == seen {
		return Fit{}, ErrAlike
	}
	// The limit of large alpha and beta are customers all alike, who leave at one rate whatever their age: what else fits must fit
	// better. There can be another hill beside that limit, so every hill that is seen from afar is climbed.
	rate := left / seen
	best := Fit{LogLikelihood: left*math.Log(rate) + (seen-left)*math.Log(1-rate)}
	l := likelihood{ages}
	for _, foot := range l.hills() {
		fit, err := climb(l, foot)
		if err == nil && fit.LogLikelihood > best.LogLikelihood {
			best = fit
		}
	}
	if best.Alpha == 0 {
		return Fit{}, ErrAlike
	}
	return best, nil
}

// climb finds the maximum from a first guess by Newton's method on the logarithms of the parameters, which keeps them positive.
func climb(l likelihood, guess Model) (Fit, error) {
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return -l.at(exp(x)) },
		Grad: func(gradient, x []float64) {
			m := exp(x)
			alpha, beta := l.gradient(m)
			gradient[0], gradient[1] = -alpha*m.Alpha, -beta*m.Beta
		},
		Hess: func(hessian *mat.SymDense, x []float64) {
			m := exp(x)
			alpha, beta := l.gradient(m)
			aa, ab, bb := l.information(m)
			hessian.SetSym(0, 0, aa*m.Alpha*m.Alpha-alpha*m.Alpha)
			hessian.SetSym(0, 1, ab*m.Alpha*m.Beta)
			hessian.SetSym(1, 1, bb*m.Beta*m.Beta-beta*m.Beta)
		},
	}
	// what is said of convergence is looked at below, at the point itself
	settings := &optimize.Settings{GradientThreshold: 1e-9, MajorIterations: 100, Converger: optimize.NeverTerminate{}}
	start := []float64{math.Log(guess.Alpha), math.Log(guess.Beta)}
	result, err := optimize.Minimize(problem, start, settings, &optimize.Newton{})
	if result == nil {
		return Fit{}, err
	}
	return l.fit(exp(result.X))
}

func exp(x []float64) Model { return Model{math.Exp(x[0]), math.Exp(x[1])} }
