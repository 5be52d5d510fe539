package rest

import (
	"context"

	"lastro/extract"
	"lastro/extract/lake"
)

// Plan says what Read would ask for, and why. It asks the API nothing.
func (s *Source) Plan(ctx context.Context, known *lake.View) (extract.Plan, error) {
	var plan extract.Plan
	c := cursorOf(known, s.name)
	for _, r := range s.streams {
		m := s.mode(r, c)
		part := extract.PartPlan{Name: r.Endpoint.Path, Read: m.unable == "", Why: m.why}
		if m.unable != "" {
			part.Why = m.unable
		}
		plan.Streams = append(plan.Streams, extract.StreamPlan{ID: s.id(r.Name), Key: r.PrimaryKey, Parts: []extract.PartPlan{part}})
	}
	return plan, ctx.Err()
}
