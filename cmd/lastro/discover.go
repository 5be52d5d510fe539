package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newDiscoverCommand(t *terminal) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "discover FILE [SOURCE]",
		Short: "Ask the sources for their streams and fields",
		Long: `Reads the first page of each stream of an API and says which fields the records have: those that
the connector gives a column, and those that only _extra holds. Nothing is kept.`,
		Example: `  lastro discover pipeline.yaml
  lastro discover pipeline.yaml billing`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			source := ""
			if len(args) == 2 {
				source = args[1]
			}
			found, err := pipelines.Discover(cmd.Context(), config, source)
			if err != nil || asJSON {
				return joinJSON(t, found, err)
			}
			return t.printDiscovered(found)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	return command
}

func (t *terminal) printDiscovered(streams []pipelines.DiscoveredStream) error {
	for i, stream := range streams {
		if i > 0 {
			fmt.Fprintln(t.out)
		}
		fmt.Fprintf(t.out, "%s.%s\n", stream.Source, stream.Stream)
		if stream.Problem != "" {
			fmt.Fprintf(t.out, "  could not be read: %s\n", strings.Join(wrap(stream.Problem, docWidth-2), "\n  "))
			continue
		}
		if len(stream.Fields) == 0 {
			fmt.Fprintln(t.out, "  no record in the first page")
			continue
		}
		rows := [][]string{{"FIELD", "TYPE", "COLUMN", "HAVE IT"}}
		for _, field := range stream.Fields {
			column := field.Column
			if column == "" {
				column = "(in _extra)"
			}
			rows = append(rows, []string{shorten(field.Path, 38), shorten(field.Type, 18), shorten(column, 24), fmt.Sprintf("%d of %d", field.Seen, stream.Records)})
		}
		under := &terminal{out: indented{t.out}}
		if err := under.printTable(rows); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts a text to so many characters.
func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
