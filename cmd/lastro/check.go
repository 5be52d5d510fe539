package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newCheckCommand(t *terminal) *cobra.Command {
	var offline, asJSON bool
	command := &cobra.Command{
		Use:   "check FILE",
		Short: "Check the pipeline file, connectors, paths, permissions and models; run nothing",
		Long: `Checks the pipeline file and the connector files that it names, paths, targets and models.
Of an API it checks, too, that one can sign in, that a first record of each stream can be read, and
that its clock and this machine's agree; that ends after a minute for each API.
Nothing is kept.`,
		Example: `  lastro check pipeline.yaml
  lastro check pipeline.yaml --offline     asks no API`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			report, err := pipelines.Check(cmd.Context(), config, offline)
			if err != nil {
				return err
			}
			if asJSON {
				err = t.printJSON(report)
			} else {
				t.printFindings(report)
			}
			if err != nil {
				return err
			}
			if n := pipelines.Problems(report); n > 0 {
				return usageError{fmt.Errorf("%d problems found", n)}
			}
			return nil
		},
	}
	command.Flags().BoolVar(&offline, "offline", false, "ask no API")
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	return command
}

func (t *terminal) printFindings(report []pipelines.Finding) {
	for _, found := range report {
		mark := "ok  "
		switch {
		case found.Problem != "":
			mark = "FAIL"
		case found.Warning != "":
			mark = "warn"
		}
		fmt.Fprintf(t.out, "%s  %s\n", mark, found.What)
		if text := found.Problem + found.Warning; text != "" {
			fmt.Fprintf(t.out, "      %s\n", text)
		}
	}
}
