package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newReadingsCommand(t *terminal) *cobra.Command {
	var (
		remove string
		flags  pipelineFlags
	)
	command := &cobra.Command{
		Use:   "readings FILE",
		Short: "List readings of an API that a run could not end",
		Long: `Lists what was read of streams whose reading a run could not end. It is in no table yet: the next run
goes on with it. One of a source that the pipeline no longer has stays until it is removed.`,
		Example: `  lastro lake readings pipeline.yaml
  lastro lake readings pipeline.yaml --remove crm.contacts     the next run begins it anew`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			if remove != "" {
				options, err := flags.options(t, config, cmd)
				if err != nil {
					return err
				}
				if err := pipelines.RemoveReading(cmd.Context(), config, options, remove); err != nil {
					return err
				}
			}
			readings, err := pipelines.Readings(config)
			if err != nil || flags.json {
				return joinJSON(t, readings, err)
			}
			return t.printReadings(readings)
		},
	}
	command.Flags().StringVar(&remove, "remove", "", "forget the reading of a `STREAM`, written source.stream")
	flags.addOutput(command.Flags())
	return command
}

func (t *terminal) printReadings(readings []pipelines.WaitingReading) error {
	if len(readings) == 0 {
		_, err := fmt.Fprintln(t.out, "no reading waits")
		return err
	}
	rows := [][]string{{"STREAM", "RECORDS", "BYTES", ""}}
	for _, r := range readings {
		note := ""
		switch {
		case r.Problem != "":
			note = "cannot be gone on with: " + r.Problem
		case r.Unused:
			note = "the pipeline has no such source"
		}
		rows = append(rows, []string{r.Stream, count(r.Records), count(r.Bytes), note})
	}
	return t.printTable(rows, 1, 2)
}
