package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lastro/extract/lake"
	"lastro/transform"
)

// Outcome is what a run came to.
type Outcome struct {
	// Run is its row in the ledger.
	Run Run
	// Build is what was built, or what stood already when nothing had changed; nil when there is none.
	Build *Build
	// Selected is the database file of a selection that was built and not published.
	Selected string
	// Also are models that a selection did not name and that had to be built for it.
	Also []string
	// Failed are the checks that did not pass, warnings among them.
	Failed []transform.CheckResult
}

// CheckFailedError says that checks of severity error did not pass, so that nothing was published.
type CheckFailedError struct{ Failed []transform.CheckResult }

// Error names the checks.
func (e *CheckFailedError) Error() string {
	text := "nothing was published, the targets are as they were:"
	for _, check := range e.Failed {
		text += fmt.Sprintf(" check %s failed on %d rows;", check.ID(), check.Failures)
	}
	return text[:len(text)-1]
}

// job is one run under way: the state is locked and the ledger has its row.
type job struct {
	config  *Config
	options Options
	ledger  *Ledger
	lake    *lake.Lake
	builds  builds
	outcome *Outcome
	// partial says which streams could not be read; nil when all were.
	partial *PartialError
}

// do runs steps under the lock and writes how they ended into the ledger.
func do(ctx context.Context, config *Config, options Options, steps func(context.Context, *job) error) (*Outcome, error) {
	options = options.withDefaults()
	j := &job{
		config:  config,
		options: options,
		ledger:  NewLedger(config.State, config.Secrets),
		builds:  builds{dir: filepath.Join(config.State, "builds")},
		outcome: &Outcome{Run: Run{
			Command: options.Command, Pipeline: config.Name,
			PolicyVersion: config.Policy.Version(), CodeVersion: options.CodeVersion,
		}},
	}
	run := &j.outcome.Run
	lock, err := AcquireLock(ctx, config.State, func() (Holder, error) {
		var err error
		run.StartedAt = options.Now().UTC()
		run.ID, err = j.ledger.NewID(run.StartedAt, options.Random)
		host, _ := os.Hostname()
		return Holder{RunID: run.ID, PID: os.Getpid(), Host: host, Since: run.StartedAt, Command: options.Command}, err
	})
	if err != nil {
		return nil, err
	}
	if err := j.ledger.Start(*run); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	err = j.prepare()
	if err == nil {
		err = steps(ctx, j)
	}
	return j.outcome, errors.Join(j.finish(ctx, err), lock.Release())
}

func (j *job) prepare() (err error) {
	if err := os.MkdirAll(j.builds.dir, 0o700); err != nil {
		return fmt.Errorf("make folder of the state: %w", err)
	}
	if err := j.cleanTemp(); err != nil {
		return err
	}
	j.lake, err = lake.Open(filepath.Join(j.config.State, "lake"), j.options.Log)
	return err
}

// finish gives the run its status and writes it down, also when the run was interrupted.
func (j *job) finish(ctx context.Context, err error) error {
	run := &j.outcome.Run
	run.EndedAt = j.options.Now().UTC()
	var (
		failed  *CheckFailedError
		partial *PartialError
		stale   *StaleError
	)
	switch {
	case err == nil && run.Status == "":
		run.Status = StatusDone
	case err == nil:
	case errors.As(err, &failed):
		run.Status = StatusCheckFailed
	case errors.As(err, &partial), errors.As(err, &stale):
		run.Status = StatusPartial
	case ctx.Err() != nil:
		run.Status = StatusInterrupted
		err = fmt.Errorf("interrupted, state and targets are whole: %w", errors.Join(ctx.Err(), err))
	default:
		run.Status = StatusFailed
	}
	if err != nil {
		run.Error = err.Error()
	}
	return j.config.Secrets.Error(errors.Join(err, j.ledger.Finish(*run)))
}

func (j *job) tempDir() string { return filepath.Join(j.config.State, "tmp") }

func (j *job) warn(text string) {
	j.outcome.Run.Warnings = append(j.outcome.Run.Warnings, text)
}
