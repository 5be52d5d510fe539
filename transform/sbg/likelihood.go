package sbg

import "math"

// likelihood is that of what was seen: at each age so many of those at risk left, each with the hazard of that age.
type likelihood struct{ ages []Age }

// at is the logarithm of the likelihood.
func (l likelihood) at(m Model) float64 {
	sum := 0.0
	for _, age := range l.ages {
		left, stayed, t := age.parts()
		sum -= (left + stayed) * math.Log(m.Alpha+m.Beta+t)
		if left > 0 {
			sum += left * math.Log(m.Alpha)
		}
		if stayed > 0 {
			sum += stayed * math.Log(m.Beta+t)
		}
	}
	return sum
}

// gradient is the slope along alpha and beta.
func (l likelihood) gradient(m Model) (alpha, beta float64) {
	for _, age := range l.ages {
		left, stayed, t := age.parts()
		both := (left + stayed) / (m.Alpha + m.Beta + t)
		alpha += left/m.Alpha - both
		beta += stayed/(m.Beta+t) - both
	}
	return alpha, beta
}

// hills gives points at the foot of each hill: those of a coarse grid that are higher than their neighbours.
func (l likelihood) hills() []Model {
	var points, hills []Model
	for log := -12.0; log <= math.Log(mostAlike); log++ {
		points = append(points, l.ridge(math.Exp(log)))
	}
	for i, point := range points {
		before, after := points[max(i-1, 0)], points[min(i+1, len(points)-1)]
		if l.at(point) >= max(l.at(before), l.at(after)) {
			hills = append(hills, point)
		}
	}
	return hills
}

// ridge gives the best of the models whose alpha and beta have a sum, by bisection: the likelihood has one top along alpha.
func (l likelihood) ridge(sum float64) Model {
	low, high := 0.0, sum
	for range 40 {
		m := Model{(low + high) / 2, sum - (low+high)/2}
		if alpha, beta := l.gradient(m); alpha > beta {
			low = m.Alpha
		} else {
			high = m.Alpha
		}
	}
	return Model{(low + high) / 2, sum - (low+high)/2}
}

// information is the observed information, the second derivatives with the other sign.
func (l likelihood) information(m Model) (aa, ab, bb float64) {
	for _, age := range l.ages {
		left, stayed, t := age.parts()
		sum := m.Alpha + m.Beta + t
		both := (left + stayed) / (sum * sum)
		aa += left/(m.Alpha*m.Alpha) - both
		ab -= both
		bb += stayed/((m.Beta+t)*(m.Beta+t)) - both
	}
	return aa, ab, bb
}

// fit makes sure that a point is a maximum of parameters that mean something, and tells how well they are known.
func (l likelihood) fit(m Model) (Fit, error) {
	alpha, beta := l.gradient(m)
	aa, ab, bb := l.information(m)
	determinant := aa*bb - ab*ab
	// the step to the top that Newton's method would still take, against the standard error: nothing, at a maximum
	rest := (bb*alpha*alpha - 2*ab*alpha*beta + aa*beta*beta) / determinant
	fit := Fit{m, l.at(m), math.Sqrt(bb / determinant), math.Sqrt(aa / determinant)}
	isMaximum := aa > 0 && determinant > 0 && math.Abs(rest) < 1e-8
	if !isMaximum || !(m.Alpha+m.Beta <= mostAlike) || !finite(fit.LogLikelihood, fit.AlphaError, fit.BetaError) {
		return Fit{}, ErrAlike
	}
	return fit, nil
}

func (a Age) parts() (left, stayed, before float64) {
	return float64(a.Left), float64(a.AtRisk - a.Left), float64(a.Age - 1)
}

func finite(values ...float64) bool {
	for _, value := range values {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return false
		}
	}
	return true
}
