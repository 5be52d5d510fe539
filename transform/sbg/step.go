package sbg

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lastro/transform"
)

// Step fits the model to each group of the rows it reads, which are ordered by group: dimension, dimension_value, age_months,
// at_risk, events, and discount_rate, the yearly one.
var Step = transform.Step{
	Columns: []transform.Column{
		{Name: "dimension", Type: "varchar"}, {Name: "dimension_value", Type: "varchar"},
		{Name: "alpha", Type: "double"}, {Name: "beta", Type: "double"}, {Name: "log_likelihood", Type: "double"},
		{Name: "alpha_std_error", Type: "double"}, {Name: "beta_std_error", Type: "double"},
		{Name: "discounted_months", Type: "double"}, {Name: "note", Type: "varchar"},
	},
	Run: fitGroups,
}

// group is the ages of one dimension's value.
type group struct {
	dimension, value any
	ages             []Age
	discountRate     float64
}

func fitGroups(ctx context.Context, input transform.Rows) ([][]any, error) {
	groups, err := readGroups(input)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, 0, len(groups))
	for _, g := range groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := g.fit()
		if err != nil {
			return nil, fmt.Errorf("%v %v: %w", g.dimension, g.value, err)
		}
		rows = append(rows, append([]any{g.dimension, g.value}, row...))
	}
	return rows, nil
}

func readGroups(input transform.Rows) ([]*group, error) {
	at, err := input.Require("dimension", "dimension_value", "age_months", "at_risk", "events", "discount_rate")
	if err != nil {
		return nil, err
	}
	var groups []*group
	for i, row := range input.Values {
		age, isAge := row[at[2]].(int64)
		atRisk, isRisk := row[at[3]].(int64)
		left, isLeft := row[at[4]].(int64)
		rate, isRate := row[at[5]].(float64)
		if !isAge || !isRisk || !isLeft || !isRate {
			return nil, fmt.Errorf("row %d of the SELECT is %v; age_months, at_risk and events must be whole numbers, discount_rate a double", i+1, row)
		}
		last := len(groups) - 1
		if last < 0 || groups[last].dimension != row[at[0]] || groups[last].value != row[at[1]] {
			groups = append(groups, &group{dimension: row[at[0]], value: row[at[1]], discountRate: rate})
			last++
		}
		groups[last].ages = append(groups[last].ages, Age{int(age), atRisk, left})
	}
	return groups, nil
}

// fit gives alpha, beta, log-likelihood, their errors, the discounted months and the note.
func (g group) fit() ([]any, error) {
	row := make([]any, 7)
	note := &row[6]
	fit, err := Estimate(g.ages)
	if errors.Is(err, ErrNoChurn) || errors.Is(err, ErrAlike) {
		*note = err.Error()
		return row, nil
	}
	if err != nil {
		return nil, err
	}
	row[0], row[1], row[2], row[3], row[4] = fit.Alpha, fit.Beta, fit.LogLikelihood, fit.AlphaError, fit.BetaError
	life, err := fit.ExpectedLife(math.Expm1(math.Log1p(g.discountRate) / 12)) // the rate of a month
	if err != nil {
		*note = err.Error()
		return row, nil
	}
	row[5] = life
	return row, nil
}
