package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

// stage is a part of a run, or all of it.
type stage func(context.Context, *pipelines.Config, pipelines.Options) (*pipelines.Outcome, error)

func newRunCommand(t *terminal) *cobra.Command {
	var flags pipelineFlags
	command := &cobra.Command{
		Use:   "run FILE",
		Short: "Read what is new, build the tables, check them, publish them",
		Long: `Runs a pipeline: reads what is new into the lake, builds every table beside the published
ones, checks them, and publishes all of them or none. With nothing new it does nothing.

When single streams of an API cannot be read, what the others brought is kept, those have their
records as they were, and the run is partial: it publishes only with stale_streams: allow.

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 a check failed and nothing was
published, 4 another run holds the lock, 5 partial: streams could not be read, 130 interrupted
with the state whole.`,
		Example: `  lastro run pipeline.yaml
  lastro run pipeline.yaml --as-of 2025-08-31
  lastro run pipeline.yaml --as-known 2025-09-01     the tables of that day again
  lastro run pipeline.yaml --select +retention       build and check a part, publish nothing
  lastro run pipeline.yaml --streams billing --full-refresh`,
		Args: cobra.ExactArgs(1),
		RunE: t.runStage(pipelines.RunAll, &flags),
	}
	flags.addDays(command.Flags())
	flags.addSelection(command.Flags())
	flags.addExtraction(command.Flags())
	flags.addOutput(command.Flags())
	command.Flags().BoolVar(&flags.force, "force", false, "build and publish although nothing has changed")
	return command
}

func newExtractCommand(t *terminal) *cobra.Command {
	var flags pipelineFlags
	command := &cobra.Command{
		Use:   "extract FILE",
		Short: "Read what is new into the lake",
		Long: `Reads what is new of every source into the lake, by one commit, and builds nothing.

A backfill (--start, --end) reads the records of a span once more and leaves the cursors where they
are; --full-refresh reads everything once more. Neither removes anything that is not gone.`,
		Example: `  lastro extract pipeline.yaml
  lastro extract pipeline.yaml --streams billing.customers,billing.invoices
  lastro extract pipeline.yaml --streams billing --full-refresh
  lastro extract pipeline.yaml --start 2025-01-01 --end 2025-02-01`,
		Args: cobra.ExactArgs(1),
		RunE: t.runStage(pipelines.Extract, &flags),
	}
	flags.addExtraction(command.Flags())
	flags.addOutput(command.Flags())
	return command
}

func newTransformCommand(t *terminal) *cobra.Command {
	var flags pipelineFlags
	command := &cobra.Command{
		Use:   "transform FILE",
		Short: "Build and check the tables from the lake, publish nothing",
		Example: `  lastro transform pipeline.yaml
  lastro transform pipeline.yaml --select cohort_retention+`,
		Args: cobra.ExactArgs(1),
		RunE: t.runStage(pipelines.Transform, &flags),
	}
	flags.addDays(command.Flags())
	flags.addSelection(command.Flags())
	flags.addOutput(command.Flags())
	command.Flags().BoolVar(&flags.force, "force", false, "build although nothing has changed")
	return command
}

func newLoadCommand(t *terminal) *cobra.Command {
	var flags pipelineFlags
	command := &cobra.Command{
		Use:     "load FILE",
		Short:   "Publish the last good build to the targets that do not show it",
		Example: `  lastro load pipeline.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE:    t.runStage(pipelines.Load, &flags),
	}
	flags.addOutput(command.Flags())
	command.Flags().BoolVar(&flags.force, "force", false, "publish to every target")
	return command
}

// runStage runs a stage of the pipeline file named by the first argument and reports how it went.
func (t *terminal) runStage(run stage, flags *pipelineFlags) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		config, err := t.open(args[0])
		if err != nil {
			return err
		}
		options, err := flags.options(t, config, cmd)
		if err != nil {
			return err
		}
		watch := t.watch()
		options.Notify = watch.notify
		outcome, err := run(cmd.Context(), config, options)
		watch.close()
		if flags.json && outcome != nil {
			return errors.Join(t.printJSON(outcomeJSON(outcome)), err)
		}
		if outcome != nil {
			t.printFailedChecks(outcome.Failed)
		}
		var partial *pipelines.PartialError
		if errors.As(err, &partial) { // what was done is told before what was not
			return errors.Join(t.printOutcome(outcome, args[0]), err)
		}
		if err != nil {
			return err
		}
		return t.printOutcome(outcome, args[0])
	}
}
