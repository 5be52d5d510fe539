package pipelines

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/load"
	"lastro/load/postgres"
	"lastro/load/targets"
	"lastro/transform"
)

// PublishError says which targets show the new run and which do not, when not all of them do.
type PublishError struct {
	Published, Left []string
	Err             error
}

// Error names both kinds of targets.
func (e *PublishError) Error() string {
	switch {
	case errors.Is(e.Err, load.ErrUnknown):
		return fmt.Sprintf("%s may show the new run or the one before: %v; run lastro load to publish where it does not", e.Left[0], e.Err)
	case len(e.Published) == 0:
		return fmt.Sprintf("nothing was published, every target is as it was: %v", e.Err)
	}
	return fmt.Sprintf("%s shows the new run, %s is as it was: %v; run lastro load to publish the rest",
		strings.Join(e.Published, ", "), strings.Join(e.Left, ", "), e.Err)
}

// Unwrap gives what went wrong.
func (e *PublishError) Unwrap() error { return e.Err }

// openTargets opens the targets of a pipeline.
func openTargets(config *Config) ([]load.Target, error) {
	opened := make([]load.Target, 0, len(config.Targets))
	for _, target := range config.Targets {
		t, err := targets.Open(targets.Config{
			Kind: target.Kind, Path: target.Path, Keep: target.Keep, Mode: target.Mode,
			DSN: postgres.DSN(target.DSN.Reveal()), Schema: target.Schema, Grant: target.Grant,
		})
		if err != nil {
			return nil, fmt.Errorf("open target %s %s: %w", target.Kind, target.Path+target.Schema, err)
		}
		opened = append(opened, t)
	}
	return opened, nil
}

// behind gives the targets that do not show a run yet.
func behind(ctx context.Context, all []load.Target, runID string) ([]load.Target, error) {
	var left []load.Target
	for _, target := range all {
		shown, err := target.Published(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask %s which run it shows: %w", target.Name(), err)
		}
		if shown != runID {
			left = append(left, target)
		}
	}
	return left, nil
}

// publish shows a build in targets: all of them are written before the first one is switched over.
func publish(ctx context.Context, engine transform.Engine, build *Build, to []load.Target, notify func(Event)) error {
	publication := load.Publication{
		RunID: build.RunID, StartedAt: build.StartedAt, AsOf: build.AsOf, AsKnown: build.AsKnown,
		PolicyVersion: build.PolicyVersion, CodeVersion: build.CodeVersion,
	}
	for _, table := range build.Tables {
		publication.Tables = append(publication.Tables, load.Table{
			Name: table.Name, Description: table.Description, Grain: table.Grain, Key: table.Key, Columns: table.Columns, Rows: table.Rows,
			Open: func(ctx context.Context) (array.RecordReader, error) { return engine.ReadTable(ctx, table.Name) },
		})
	}
	all := make([]string, len(to))
	for i, target := range to {
		all[i] = target.Name()
	}
	staged := make([]load.Staged, 0, len(to))
	discard := func(err error) error {
		for _, s := range staged {
			err = errors.Join(err, s.Discard())
		}
		return err
	}
	for i, target := range to {
		notify(Event{Stage: "load", Item: all[i], Finished: i, Total: len(to)})
		s, err := target.Stage(ctx, publication)
		if err != nil {
			return discard(&PublishError{Left: all, Err: err})
		}
		staged = append(staged, s)
	}
	for i := range staged {
		if err := staged[i].Commit(ctx); err != nil {
			return discard(&PublishError{Published: all[:i], Left: all[i:], Err: err})
		}
	}
	notify(Event{Stage: "load", Finished: len(to), Total: len(to)})
	return nil
}
