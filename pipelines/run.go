package pipelines

import (
	"context"
	"errors"
)

// RunAll extracts what is new, builds the tables from it, checks them and publishes them. Where nothing has changed since
// the last run it does nothing, and says so by the status unchanged.
func RunAll(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error {
		// what was known on another day is not to be read again
		if j.options.AsKnown == "" {
			if err := j.extract(ctx, true); err != nil {
				return err
			}
			if j.partial != nil && !j.config.AllowStale {
				return j.partial
			}
		}
		built, err := j.transform(ctx)
		if err != nil || j.options.isSelection() {
			if err == nil && j.partial != nil {
				j.partial.Extracted = true
			}
			return errors.Join(err, j.partialError())
		}
		loaded, err := j.load(ctx)
		switch {
		case err != nil:
			return err
		case j.partial != nil:
			j.partial.Published, j.partial.Stands = loaded, !loaded
			return j.partial
		case !built && !loaded:
			j.outcome.Run.Status = StatusUnchanged
		}
		return nil
	})
}

// Extract reads what is new into the lake.
func Extract(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error {
		if err := j.extract(ctx, false); err != nil {
			return err
		}
		if j.partial != nil {
			j.partial.Extracted = true
		}
		return j.partialError()
	})
}

// Transform builds and checks the tables from what the lake holds, and publishes nothing.
func Transform(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error {
		built, err := j.transform(ctx)
		if err == nil && !built {
			j.outcome.Run.Status = StatusUnchanged
		}
		return err
	})
}

// Load publishes the last good build to the targets that do not show it yet.
func Load(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error {
		loaded, err := j.load(ctx)
		if err == nil && !loaded {
			j.outcome.Run.Status = StatusUnchanged
		}
		return err
	})
}
