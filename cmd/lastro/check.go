package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newCheckCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "check FILE",
		Short:   "Check the pipeline file, paths, permissions and models; run nothing",
		Example: `  lastro check pipeline.yaml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			report, err := pipelines.Check(cmd.Context(), config)
			if err != nil {
				return err
			}
			for _, found := range report {
				mark := "ok  "
				if found.Problem != "" {
					mark = "FAIL"
				}
				fmt.Fprintf(t.out, "%s  %s\n", mark, found.What)
				if found.Problem != "" {
					fmt.Fprintf(t.out, "      %s\n", found.Problem)
				}
			}
			if n := pipelines.Problems(report); n > 0 {
				return usageError{fmt.Errorf("%d problems found", n)}
			}
			return nil
		},
	}
}
