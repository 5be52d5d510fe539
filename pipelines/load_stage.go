package pipelines

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"lastro/load"
	"lastro/transform/duckdb"
)

// ErrNothingBuilt says that there is no good build to publish.
var ErrNothingBuilt = errors.New("there is no build to publish: run lastro transform, or lastro run, first")

// load publishes the last good build. loaded is false when every target showed it already.
func (j *job) load(ctx context.Context) (loaded bool, err error) {
	build, err := j.builds.latest()
	if err != nil {
		return false, err
	}
	if build == nil {
		return false, ErrNothingBuilt
	}
	j.outcome.Build = build
	all, err := openTargets(j.config)
	if err != nil {
		return false, err
	}
	left := all
	if !j.options.Force {
		if left, err = behind(ctx, all, build.RunID); err != nil {
			return false, err
		}
	}
	// what was known on another day was judged on that day
	if len(left) > 0 && len(build.Stale) > 0 && !j.config.AllowStale && build.AsKnown == "" {
		return false, &StaleError{build.Stale}
	}
	if len(left) > 0 {
		if err := j.publishTo(ctx, build, left); err != nil {
			return false, err
		}
	}
	run := &j.outcome.Run
	run.AsOf, run.AsKnown, run.Published = build.AsOf, build.AsKnown, len(left) > 0
	for _, target := range all {
		run.Targets = append(run.Targets, TargetRow{Name: target.Name(), Status: "shows " + build.RunID})
	}
	return len(left) > 0, nil
}

func (j *job) publishTo(ctx context.Context, build *Build, left []load.Target) (err error) {
	limit, err := memoryLimit(ctx, j.config, 0)
	if err != nil {
		return err
	}
	engine, err := duckdb.Open(ctx, duckdb.Options{
		Path: build.file, ReadOnly: true, MemoryLimit: limit, Threads: j.config.Threads,
		TempDir: j.tempDir(), Readable: []string{filepath.Join(j.config.State, "lake")},
	})
	if err != nil {
		return fmt.Errorf("open the build %s: %w", build.RunID, err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	return publish(ctx, engine, build, left, j.options.Notify)
}
