package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lastro/transform"
	"lastro/transform/duckdb"
)

// transform builds and checks the tables. built is false when the last good build is of the same inputs.
func (j *job) transform(ctx context.Context) (built bool, err error) {
	in, err := gather(j.config, j.options, j.lake, j.ledger)
	if err != nil {
		return false, err
	}
	run := &j.outcome.Run
	run.AsOf, run.AsKnown, run.InputsFingerprint = in.asOf.Date, in.asKnown, in.fingerprint
	if in.asOf.Warning != "" {
		j.warn(in.asOf.Warning)
	}
	last, err := j.builds.latest()
	if err != nil {
		return false, err
	}
	if last != nil && last.Fingerprint == in.fingerprint && !j.options.Force && !j.options.isSelection() {
		j.outcome.Build = last
		return false, nil
	}
	good := ""
	if last != nil {
		good = last.RunID
	}
	if err := j.builds.clean(good); err != nil {
		return false, err
	}
	build := &Build{
		RunID: run.ID, StartedAt: run.StartedAt, Fingerprint: in.fingerprint, AsOf: in.asOf.Date, AsKnown: in.asKnown,
		PolicyVersion: run.PolicyVersion, CodeVersion: run.CodeVersion, Timezone: j.config.Timezone, Currency: j.config.Currency,
		file: j.builds.database(run.ID),
	}
	if err := j.make(ctx, build, in); err != nil {
		return false, errors.Join(err, os.RemoveAll(build.file), os.RemoveAll(build.file+".wal"))
	}
	if j.options.isSelection() {
		j.outcome.Selected = build.file
		return true, nil
	}
	build.Warnings = run.Warnings
	if err := j.builds.keep(build); err != nil {
		return false, err
	}
	j.outcome.Build = build
	return true, nil
}

// make fills the build's database and checks it.
func (j *job) make(ctx context.Context, build *Build, in inputs) (err error) {
	project, err := parseProject(ctx, j.config, knownStreams(in.view))
	if err != nil {
		return err
	}
	selection, err := selectModels(project, j.options.Select, j.options.Exclude)
	if err != nil {
		return err
	}
	j.outcome.Also = selection.also
	engine, err := duckdb.Open(ctx, duckdb.Options{
		Path: build.file, MemoryLimit: j.config.MemoryLimit, Threads: j.config.Threads,
		TempDir: j.tempDir(), Readable: []string{filepath.Join(j.config.State, "lake")},
	})
	if err != nil {
		return fmt.Errorf("open a new build: %w", err)
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	for _, stream := range in.view.Streams() {
		if err := engine.Expose(ctx, transform.Stream{Source: stream.ID.Source, Name: stream.ID.Stream, SQL: stream.CurrentSQL()}); err != nil {
			return err
		}
	}
	if err := give(ctx, engine, j.config, build, in.view); err != nil {
		return err
	}
	builder := transform.Builder{Project: project, Selection: selection.built, Engine: engine, Now: j.options.Now, Notify: j.built}
	if _, err := builder.Run(ctx); err != nil {
		return err
	}
	if err := j.check(ctx, project, selection.named, engine); err != nil {
		return err
	}
	if j.options.isSelection() {
		return nil
	}
	build.Tables, err = describe(ctx, engine, project)
	return err
}

// built writes each model that is done into the ledger's row.
func (j *job) built(event transform.Event) {
	done := event.Kind == transform.Done
	if done {
		j.outcome.Run.Models = append(j.outcome.Run.Models, ModelRow{Name: event.Model.Name, Seconds: event.Seconds, Rows: event.Rows})
		j.options.Log.Info("built", "model", event.Model.Name, "rows", event.Rows, "seconds", event.Seconds)
	}
	j.options.Notify(Event{
		Stage: "transform", Item: event.Model.Name, Done: done, Rows: event.Rows, Seconds: event.Seconds,
		Finished: event.Finished, Total: event.Total,
	})
}

// check runs the checks of a selection; those of severity error that fail are the error.
func (j *job) check(ctx context.Context, project *transform.Project, selection *transform.Selection, engine transform.Engine) error {
	j.options.Notify(Event{Stage: "check", Total: 1})
	results, err := project.RunChecks(ctx, engine, selection, transform.CheckOptions{Now: j.options.Now})
	if err != nil {
		return err
	}
	failed := &CheckFailedError{}
	for _, result := range results {
		j.outcome.Run.Checks = append(j.outcome.Run.Checks, CheckRow{Name: result.ID(), Severity: string(result.Severity), Failures: result.Failures})
		if result.Passed {
			continue
		}
		j.outcome.Failed = append(j.outcome.Failed, result)
		if result.Severity == transform.SeverityError {
			failed.Failed = append(failed.Failed, result)
			continue
		}
		for _, row := range result.Sample {
			j.warn(strings.Join(row, " "))
		}
	}
	j.options.Notify(Event{Stage: "check", Finished: 1, Total: 1})
	if len(failed.Failed) > 0 {
		return failed
	}
	return nil
}
