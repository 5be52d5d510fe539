package pipelines

import "context"

// RunAll extracts what is new, builds the tables from it, checks them and publishes them. Where nothing has changed since
// the last run it does nothing, and says so by the status unchanged.
func RunAll(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error {
		// what was known on another day is not to be read again
		if j.options.AsKnown == "" {
			if err := j.extract(ctx, true); err != nil {
				return err
			}
		}
		built, err := j.transform(ctx)
		if err != nil || j.options.isSelection() {
			return err
		}
		loaded, err := j.load(ctx)
		if err == nil && !built && !loaded {
			j.outcome.Run.Status = StatusUnchanged
		}
		return err
	})
}

// Extract reads what is new into the lake.
func Extract(ctx context.Context, config *Config, options Options) (*Outcome, error) {
	return do(ctx, config, options, func(ctx context.Context, j *job) error { return j.extract(ctx, false) })
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
