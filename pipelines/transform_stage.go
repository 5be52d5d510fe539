package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/transform"
	"lastro/transform/duckdb"
)

// ErrEmptyLake says that no record was ever read, so that there is nothing to make tables of.
var ErrEmptyLake = errors.New("the lake holds no stream yet: run lastro extract, or lastro run, first")

// transform builds and checks the tables. built is false when the last good build is of the same inputs.
func (j *job) transform(ctx context.Context) (built bool, err error) {
	in, err := gather(j.config, j.options, j.lake, j.ledger)
	if err != nil {
		return false, err
	}
	run := &j.outcome.Run
	run.AsOf, run.AsKnown, run.InputsFingerprint = in.asOf.Date, in.asKnown, in.fingerprint
	run.StaleStreams = staleStreams(j.config, in.view)
	if in.asOf.Warning != "" {
		j.warn(in.asOf.Warning)
	}
	if len(in.view.Streams()) == 0 {
		return false, ErrEmptyLake
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
		Stale: run.StaleStreams, file: j.builds.database(run.ID),
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
	for _, warning := range unused(j.config, project, mappable(j.config, knownStreams(in.view))) {
		j.warn(warning)
	}
	limit, err := memoryLimit(ctx, j.config, size(in.view))
	if err != nil {
		return err
	}
	opened, err := duckdb.Open(ctx, duckdb.Options{
		Path: build.file, MemoryLimit: limit, Threads: j.config.Threads,
		TempDir: j.tempDir(), Readable: []string{filepath.Join(j.config.State, "lake")},
	})
	if err != nil {
		return fmt.Errorf("open a new build: %w", err)
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	engine := toldEngine{opened, j.options.Log}
	for _, stream := range exposed(j.config, in.view) {
		if err := engine.Expose(ctx, stream); err != nil {
			return err
		}
	}
	if err := give(ctx, engine, j.config, build, in.view); err != nil {
		return err
	}
	builder := transform.Builder{Project: project, Selection: selection.built, Engine: engine, Now: j.options.Now, Notify: j.built}
	if _, err := builder.Run(ctx); err != nil {
		return hintMemory(err, limit)
	}
	if selection.built.Has("staged_counts") {
		if err := j.countStaged(ctx, engine); err != nil {
			return err
		}
		if err := j.strangeColumns(ctx, project, engine); err != nil {
			return err
		}
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
		j.warnOf(result)
	}
	j.options.Notify(Event{Stage: "check", Finished: 1, Total: 1})
	if len(failed.Failed) > 0 {
		return failed
	}
	return nil
}

// countStaged writes into the ledger's row what became of the rows of the user's staging models.
func (j *job) countStaged(ctx context.Context, engine transform.Engine) error {
	return eachRow(ctx, engine, "select source, stream, rows_read, rows_accepted, rows_dropped, rows_quarantined from staged_counts order by 1, 2",
		func(reader array.RecordReader, i int) {
			batch := reader.RecordBatch()
			number := func(column int) int64 { return batch.Column(column).(*array.Int64).Value(i) }
			staged := StreamRow{
				Source: strings.Clone(batch.Column(0).(*array.String).Value(i)), Stream: strings.Clone(batch.Column(1).(*array.String).Value(i)),
				Read: number(2), Accepted: number(3), Dropped: number(4), Quarantined: number(5),
			}
			j.outcome.Run.Staged = append(j.outcome.Run.Staged, staged)
			if staged.Quarantined > 0 {
				j.warn(fmt.Sprintf("%s: %d of %d rows break a rule of their entity and are in quarantine", staged.Stream, staged.Quarantined, staged.Read))
			}
		})
}

// warnOf says what a check of severity warn found: its name and its first rows.
func (j *job) warnOf(result transform.CheckResult) {
	for i, row := range result.Sample {
		var cells []string
		for k, cell := range row {
			if len(row) > 1 {
				cell = result.Columns[k] + " " + cell
			}
			cells = append(cells, cell)
		}
		text := strings.Join(cells, ", ")
		if result.Name != "findings_to_know" { // whose rows begin with the name of what was found
			text = result.Name + ": " + text
		}
		if more := result.Failures - int64(len(result.Sample)); i == len(result.Sample)-1 && more > 0 {
			text += fmt.Sprintf(" (and %d more)", more)
		}
		j.warn(text)
	}
}
