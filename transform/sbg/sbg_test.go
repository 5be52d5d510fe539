package sbg

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// ages gives what was seen of customers of whom so many are left after each period.
func ages(left ...int64) []Age {
	var all []Age
	for i, survivors := range left[1:] {
		all = append(all, Age{i + 1, left[i], left[i] - survivors})
	}
	return all
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.6f, want %v", what, got, want)
	}
}

// The survival of Fader and Hardie's two segments over seven years, per thousand, and what they publish of it.
var (
	highEnd = ages(1000, 869, 743, 653, 593, 551, 517, 491)
	regular = ages(1000, 631, 468, 382, 326, 289, 262, 241)
)

func TestPublishedSegments(t *testing.T) {
	for _, test := range []struct {
		name                       string
		ages                       []Age
		alpha, beta, logLikelihood float64
		forecast                   []float64 // of the years 8 to 12
	}{
		{"High End", highEnd, 0.668, 3.806, -1611.158, []float64{0.4605, 0.4358, 0.4142, 0.3951, 0.3780}},
		{"Regular", regular, 0.704, 1.182, -1680.265, []float64{0.2201, 0.2044, 0.1912, 0.1799, 0.1701}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fit, err := Estimate(test.ages)
			if err != nil {
				t.Fatal(err)
			}
			within(t, "alpha", fit.Alpha, test.alpha, 0.0005)
			within(t, "beta", fit.Beta, test.beta, 0.0005)
			within(t, "log-likelihood", fit.LogLikelihood, test.logLikelihood, 0.0005)
			published := Model{test.alpha, test.beta} // from which the forecasts are
			for i, want := range test.forecast {
				within(t, "forecast", published.Survival(8+i), want, 0.00005)
				within(t, "forecast of the fit", fit.Survival(8+i), want, 0.0001)
			}
		})
	}
}

// The maximum lies at 3.790681 and 15.160817; what is published of it stopped a little beside.
func TestCounts(t *testing.T) {
	fit, err := Estimate(ages(10000, 8000, 6480, 5307, 4391))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "alpha", fit.Alpha, 3.79069, 0.00001)
	within(t, "beta", fit.Beta, 15.1608, 0.00005)
}

// The usual mistakes by one period are 7.345, of six renewals, and 6.845, with the first term discounted too.
func TestResidualLife(t *testing.T) {
	fit, err := Estimate(highEnd)
	if err != nil {
		t.Fatal(err)
	}
	for renewed, want := range map[int]float64{7: 7.530, 6: 7.345} {
		life, err := fit.ResidualLife(renewed, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "residual life", life, want, 0.0005)
	}
	life, _ := fit.ResidualLife(7, 0.1)
	within(t, "residual life with the first term discounted", life/1.1, 6.845, 0.0005)
}

// TestExpectedLife compares with the sum itself.
func TestExpectedLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Model{math.Exp(rapid.Float64Range(-7, 7).Draw(t, "log alpha")), math.Exp(rapid.Float64Range(-7, 7).Draw(t, "log beta"))}
		rate := rapid.Float64Range(0.002, 1).Draw(t, "rate")
		sum, survival, discount := 0.0, 1.0, 1.0
		for age := 1; survival*discount > 1e-15*sum*rate; age++ {
			sum += survival * discount
			survival *= 1 - m.Hazard(age)
			discount /= 1 + rate
		}
		life, err := m.ExpectedLife(rate)
		if err != nil || math.Abs(life-sum) > 1e-9*sum {
			t.Fatalf("%+v at %v: life is %v, %v; its sum %v", m, rate, life, err, sum)
		}
	})
}

// Without a discount rate it is the limit of small ones, where there is one.
func TestExpectedLifeWithoutRate(t *testing.T) {
	m := Model{2.5, 6}
	life, err := m.ExpectedLife(0)
	near, _ := m.ExpectedLife(1e-12)
	if err != nil || life != 5 || math.Abs(life-near) > 1e-6 {
		t.Errorf("life is %v, %v; with a rate near 0 it is %v", life, err, near)
	}
	if life, err := (Model{1, 6}).ExpectedLife(0); !errors.Is(err, ErrEndless) {
		t.Errorf("life is %v, %v", life, err)
	}
}

func TestNothingToLearn(t *testing.T) {
	for _, test := range []struct {
		name string
		ages []Age
		want error
	}{
		{"nothing", nil, ErrNoChurn},
		{"nobody", ages(0, 0, 0), ErrNoChurn},
		{"nobody leaves", ages(100, 100, 100, 100), ErrNoChurn},
		{"all leave at once", ages(100, 0, 0), ErrNoChurn},
		{"some leave at once", ages(100, 60, 60, 60), ErrNoChurn},
		{"all leave in time", ages(100, 50, 0), ErrAlike},
		{"all leave together", ages(100, 100, 0), ErrAlike},
		{"one rate", ages(1000, 900, 810, 729), ErrAlike},
		{"churn rises", ages(1000, 990, 900, 500), ErrAlike},
	} {
		if fit, err := Estimate(test.ages); !errors.Is(err, test.want) {
			t.Errorf("%s: fit is %+v, error %v", test.name, fit, err)
		}
	}
	if fit, err := Estimate([]Age{{1, 5, 6}}); err == nil {
		t.Errorf("more left than there were: fit is %+v", fit)
	}
}

// TestAnyAges: whatever was seen, the numbers are finite, no better point is near, and the model leaves as many as left.
func TestAnyAges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		there := rapid.Int64Range(1, 1_000_000).Draw(t, "accounts")
		var seen []Age
		for age := range rapid.IntRange(1, 60).Draw(t, "ages") {
			left := rapid.Int64Range(0, there).Draw(t, "left")
			if rapid.Bool().Draw(t, "few") {
				left /= 20
			}
			seen = append(seen, Age{age + 1, there, left})
			there -= left
			there -= rapid.Int64Range(0, there/3).Draw(t, "censored")
		}
		fit, err := Estimate(seen)
		if err != nil {
			if errors.Is(err, ErrAlike) {
				noBetter(t, seen)
			} else if !errors.Is(err, ErrNoChurn) {
				t.Fatal(err)
			}
			return
		}
		life, err := fit.ExpectedLife(0.008)
		if err != nil || !finite(fit.Alpha, fit.Beta, fit.LogLikelihood, fit.AlphaError, fit.BetaError, life) || life < 1 {
			t.Fatalf("fit is %+v, life %v, %v", fit, life, err)
		}
		left, expected := 0.0, 0.0
		for _, age := range seen {
			left += float64(age.Left)
			expected += float64(age.AtRisk) * fit.Hazard(age.Age)
		}
		if math.Abs(left-expected) > 1e-3*(1+left) {
			t.Fatalf("%v left, the model says %v", left, expected)
		}
		l := likelihood{seen}
		for _, near := range []Model{{fit.Alpha * 1.1, fit.Beta}, {fit.Alpha, fit.Beta * 1.1}, {fit.Alpha * 0.9, fit.Beta * 0.9}, {fit.Alpha * 2, fit.Beta * 2}} {
			if l.at(near) > fit.LogLikelihood {
				t.Fatalf("%+v is better than %+v", near, fit)
			}
		}
	})
}

// noBetter looks whether any customers that differ explain what was seen better than those that are all alike.
func noBetter(t *rapid.T, seen []Age) {
	left, all := 0.0, 0.0
	for _, age := range seen {
		left, all = left+float64(age.Left), all+float64(age.AtRisk)
	}
	alike := left * math.Log(left/all)
	if left < all {
		alike += (all - left) * math.Log(1-left/all)
	}
	for log := -8.0; log < 9; log += 0.25 {
		for mean := 0.01; mean < 1; mean += 0.01 {
			m := Model{math.Exp(log) * mean, math.Exp(log) * (1 - mean)}
			if better := (likelihood{seen}).at(m); better > alike+1e-6*math.Abs(alike) {
				t.Fatalf("%v: %+v has %v, customers all alike %v", seen, m, better, alike)
			}
		}
	}
}

// TestStandardErrors: with more customers they shrink by the root, and they are the width of the likelihood.
func TestStandardErrors(t *testing.T) {
	fit, err := Estimate(highEnd)
	if err != nil {
		t.Fatal(err)
	}
	// ten times the customers, the errors by the root of ten
	var many []Age
	for _, age := range highEnd {
		many = append(many, Age{age.Age, 10 * age.AtRisk, 10 * age.Left})
	}
	more, err := Estimate(many)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "error of alpha", fit.AlphaError/more.AlphaError, math.Sqrt(10), 1e-6)
	within(t, "error of beta", fit.BetaError/more.BetaError, math.Sqrt(10), 1e-6)
	// the likelihood a standard error away, the other parameter at its best, is lower by a half, roughly
	l, best := likelihood{many}, math.Inf(-1)
	for beta := more.Beta * 0.8; beta < more.Beta*1.2; beta += more.Beta / 10000 {
		best = math.Max(best, l.at(Model{more.Alpha + more.AlphaError, beta}))
	}
	within(t, "fall of the likelihood", more.LogLikelihood-best, 0.5, 0.05)
}
