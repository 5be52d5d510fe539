package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newVersionCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(t.out, "lastro", version)
			return err
		},
	}
}
