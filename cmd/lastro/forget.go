package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newForgetCommand(t *terminal) *cobra.Command {
	var (
		request pipelines.ForgetRequest
		flags   pipelineFlags
	)
	command := &cobra.Command{
		Use:   "forget FILE (--account ID | --email ADDRESS)",
		Short: "Remove a company or a person from every record that was read",
		Long: `Removes an account, or a person, from every batch of the lake, in all versions, from the quarantine and from
readings under way. All of it happens at once or not at all. Earlier days (--as-known) answer without the
subject from then on.

An account is named by its id in the tables, or as <source>:<id>; its ids in all sources are those of account_map.
Of a person, records of no account are removed; in those of an account the address, and what the
connector says is about people, is emptied, so that a company keeps its revenue.

The receipt says what was removed, by which run, and where tables made before still hold it. It names the
subject by a hash alone and is kept in the state's folder receipts.`,
		Example: `  lastro lake forget pipeline.yaml --account c42 --dry-run
  lastro lake forget pipeline.yaml --email ana@acme.com --json`,
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
			receipt, err := pipelines.Forget(cmd.Context(), config, options, request)
			if err != nil {
				return err
			}
			if flags.json {
				return t.printJSON(receipt)
			}
			t.printReceipt(receipt)
			return nil
		},
	}
	command.Flags().StringVar(&request.Account, "account", "", "the account's `ID`, as the tables have it, or as <source>:<id>")
	command.Flags().StringVar(&request.Email, "email", "", "a person's `ADDRESS`")
	command.Flags().BoolVar(&request.DryRun, "dry-run", false, "say what would be removed, remove nothing")
	flags.addOutput(command.Flags())
	return command
}

// printReceipt says what was forgotten and what is left to do.
func (t *terminal) printReceipt(receipt pipelines.Receipt) {
	removed, emptied := "removed", "emptied"
	if receipt.Status == pipelines.ForgetDryRun {
		removed, emptied = "would remove", "would empty"
	}
	if !receipt.Changes() && len(receipt.Spools) == 0 {
		fmt.Fprintln(t.out, "the lake holds nothing of it")
		return
	}
	for _, s := range receipt.Streams {
		var parts []string
		if s.Removed > 0 {
			parts = append(parts, fmt.Sprintf("%s %s rows", removed, count(s.Removed)))
		}
		if s.Emptied > 0 {
			parts = append(parts, fmt.Sprintf("%s %s in %s rows", emptied, strings.Join(s.Columns, ", "), count(s.Emptied)))
		}
		if s.Quarantined > 0 {
			parts = append(parts, fmt.Sprintf("%s %s records in quarantine", removed, count(s.Quarantined)))
		}
		fmt.Fprintf(t.out, "%s.%s: %s, %d files\n", s.Source, s.Stream, strings.Join(parts, "; "), s.Files)
	}
	for _, spool := range receipt.Spools {
		fmt.Fprintf(t.out, "%s: %s the reading under way; the next run reads it again\n", spool, removed)
	}
	for _, what := range receipt.StillNamed {
		fmt.Fprintf(t.out, "still named in %s\n", what)
	}
	for _, what := range append(append([]string{}, receipt.Builds...), receipt.Mentions...) {
		fmt.Fprintf(t.out, "held by %s of the state\n", what)
	}
	for _, what := range receipt.Targets {
		fmt.Fprintf(t.out, "held by the target %s\n", what)
	}
	for _, next := range receipt.Next {
		fmt.Fprintf(t.out, "next: %s\n", next)
	}
	if receipt.File != "" {
		fmt.Fprintf(t.out, "receipt: %s\n", relative(receipt.File))
	}
}
