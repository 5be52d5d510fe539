package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newLakeCommand(t *terminal) *cobra.Command {
	command := &cobra.Command{
		Use:   "lake",
		Short: "Look after the records that were read",
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newVacuumCommand(t), newForgetCommand(t), newReadingsCommand(t))
	return command
}

func newVacuumCommand(t *terminal) *cobra.Command {
	var (
		keep   time.Duration
		dryRun bool
		flags  pipelineFlags
	)
	command := &cobra.Command{
		Use:   "vacuum FILE",
		Short: "Remove old batches that no newer day needs",
		Long: `Removes from the lake what only --as-known of a day before the kept time would need: superseded
versions of records, and the batches that held them. The current records stay as they are.`,
		Example: `  lastro lake vacuum pipeline.yaml --dry-run
  lastro lake vacuum pipeline.yaml --keep 8760h     what was known on any day of the last year stays`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			options, err := flags.options(t, config, cmd)
			if err != nil {
				return err
			}
			report, err := pipelines.Vacuum(cmd.Context(), config, options, keep, dryRun)
			if err != nil {
				return err
			}
			if flags.json {
				return t.printJSON(report)
			}
			verb := "removed"
			if dryRun {
				verb = "would remove"
			}
			for _, stream := range report.Streams {
				fmt.Fprintf(t.out, "%s %s versions in %d files of %s, %s bytes\n",
					verb, count(stream.Rows), stream.Batches, stream.StreamID, count(stream.Bytes))
			}
			if len(report.Streams) == 0 && report.QuarantineFiles == 0 {
				fmt.Fprintln(t.out, "nothing to remove")
			}
			if !report.KnownSince.IsZero() {
				fmt.Fprintf(t.out, "--as-known answers from %s on\n", report.KnownSince.Format(time.RFC3339))
			}
			return nil
		},
	}
	command.Flags().DurationVar(&keep, "keep", 90*24*time.Hour, "how far back --as-known must still answer")
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be removed, remove nothing")
	flags.addOutput(command.Flags())
	return command
}
