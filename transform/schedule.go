package transform

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// schedule is one run of a build: which models wait, run and are done. Only run's goroutine touches it.
type schedule struct {
	builder  *Builder
	selected *Selection
	now      func() time.Time
	limit    int
	open     map[string]int // selected models not yet done that each waits for
	ready    []*Model
	running  int
	done     map[string]bool
	report   Report
}

// outcome is what became of one model.
type outcome struct {
	model *Model
	rows  int64
	begun time.Time
	err   error
}

func (s *schedule) run(ctx context.Context) error {
	models := s.models()
	for _, m := range models {
		for _, parent := range m.parents {
			if s.selected.names[parent] {
				s.open[m.Name]++
			}
		}
		if s.open[m.Name] == 0 {
			s.ready = append(s.ready, m)
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	outcomes := make(chan outcome)
	var failure error
	for s.running > 0 || (failure == nil && len(s.ready) > 0) {
		for failure == nil && len(s.ready) > 0 && s.running < s.limit {
			s.start(ctx, outcomes, len(models))
		}
		o := <-outcomes
		s.running--
		seconds := s.now().Sub(o.begun).Seconds()
		if o.err != nil {
			s.notify(Event{Kind: Failed, Model: o.model, Seconds: seconds, Err: o.err, Finished: len(s.done), Total: len(models)})
			if failure == nil {
				failure = o.err
			}
			stop()
			continue
		}
		s.finish(o, seconds, len(models))
	}
	return s.failure(failure, models)
}

// models gives the models to build: the selected ones without the checks.
func (s *schedule) models() []*Model {
	var models []*Model
	for _, m := range s.selected.Models() {
		if !m.IsCheck() {
			models = append(models, m)
		}
	}
	return models
}

func (s *schedule) start(ctx context.Context, outcomes chan<- outcome, total int) {
	m := s.ready[0]
	s.ready = s.ready[1:]
	s.running++
	s.notify(Event{Kind: Started, Model: m, Finished: len(s.done), Total: total})
	begun := s.now()
	go func() {
		rows, err := s.builder.build(ctx, m)
		outcomes <- outcome{model: m, rows: rows, begun: begun, err: err}
	}()
}

func (s *schedule) finish(o outcome, seconds float64, total int) {
	s.done[o.model.Name] = true
	s.report.Built = append(s.report.Built, ModelReport{Name: o.model.Name, Layer: o.model.Layer, Rows: o.rows, Seconds: seconds})
	s.notify(Event{Kind: Done, Model: o.model, Rows: o.rows, Seconds: seconds, Finished: len(s.done), Total: total})
	for _, child := range s.builder.Project.children[o.model.Name] {
		m := s.builder.Project.byName[child]
		if !s.selected.names[child] || m.IsCheck() {
			continue
		}
		if s.open[child]--; s.open[child] == 0 {
			s.ready = append(s.ready, m)
		}
	}
}

func (s *schedule) notify(e Event) {
	if s.builder.Notify != nil {
		s.builder.Notify(e)
	}
}

// failure completes the first error with what was not done.
func (s *schedule) failure(first error, models []*Model) error {
	if first == nil {
		return nil
	}
	var notBuilt []string
	for _, m := range models {
		if !s.done[m.Name] {
			notBuilt = append(notBuilt, m.Name)
		}
	}
	var failed *BuildError
	if !errors.As(first, &failed) {
		return first
	}
	failed.NotBuilt = notBuilt
	if errors.Is(failed.Err, context.Canceled) || errors.Is(failed.Err, context.DeadlineExceeded) {
		return fmt.Errorf("build stopped at model %s, %d of %d models done: %w", failed.Model, len(s.done), len(models), failed.Err)
	}
	return failed
}
