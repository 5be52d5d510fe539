package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newInitCommand(t *terminal) *cobra.Command {
	var name string
	command := &cobra.Command{
		Use:   "init DIR",
		Short: "Make a new pipeline directory that runs as it stands",
		Example: `  lastro init books
  lastro run books/pipeline.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			written, err := pipelines.Init(args[0], pipelines.InitOptions{Name: name})
			if err != nil {
				return err
			}
			for _, file := range written {
				fmt.Fprintln(t.out, "wrote", filepath.Join(args[0], file))
			}
			_, err = fmt.Fprintf(t.out, "\nnext: lastro run %s\n", filepath.Join(args[0], "pipeline.yaml"))
			return err
		},
	}
	command.Flags().StringVar(&name, "name", "", "name of the pipeline (default: that of the directory)")
	return command
}
