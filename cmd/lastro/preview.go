package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newPreviewCommand(t *terminal) *cobra.Command {
	var (
		rows   int
		asJSON bool
	)
	command := &cobra.Command{
		Use:   "preview FILE SOURCE.STREAM",
		Short: "Show the first records of a stream of an API as a table",
		Long: `Asks an API for the first records of a stream and shows them as a run would keep them: columns of
their types, masked where the pipeline file says mask. Nothing is kept.`,
		Example: `  lastro preview pipeline.yaml billing.customers
  lastro preview pipeline.yaml billing.invoices -n 3 --json`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			if rows < 1 || rows > 1000 {
				return usageError{fmt.Errorf("-n %d: it must be a number of records from 1 to 1000", rows)}
			}
			found, err := pipelines.PreviewStream(cmd.Context(), config, args[1], rows)
			if err != nil || asJSON {
				return joinJSON(t, found, err)
			}
			return t.printPreview(found)
		},
	}
	command.Flags().IntVarP(&rows, "rows", "n", 10, "how many records")
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	return command
}

// printPreview prints records as tables of at most docWidth columns: those that do not fit stand in a further table below,
// each with the first column, by which the rows are found again.
func (t *terminal) printPreview(preview pipelines.Preview) error {
	if len(preview.Rows) == 0 {
		_, err := fmt.Fprintf(t.out, "%s has no record\n", preview.Stream)
		return err
	}
	columns := shownColumns(preview)
	for start := 0; start < len(columns); {
		shown, width := []int{}, 0
		if start > 0 {
			shown, width = []int{columns[0]}, widthOf(preview, columns[0])+2
		}
		for start < len(columns) {
			next := widthOf(preview, columns[start]) + 2
			if width+next-2 > docWidth && len(shown) > 1 {
				break
			}
			shown, width = append(shown, columns[start]), width+next
			start++
		}
		if err := t.printColumns(preview, shown); err != nil {
			return err
		}
		if start < len(columns) {
			fmt.Fprintln(t.out)
		}
	}
	if empty := emptyColumns(preview); len(empty) > 0 {
		fmt.Fprintf(t.out, "\nempty in all: %s\n", strings.Join(wrap(strings.Join(empty, ", "), docWidth-14), "\n              "))
	}
	return nil
}

const widestCell = 32

func (t *terminal) printColumns(preview pipelines.Preview, shown []int) error {
	head := make([]string, len(shown))
	for k, i := range shown {
		head[k] = shorten(preview.Columns[i], widestCell)
	}
	rows := [][]string{head}
	for _, record := range preview.Rows {
		row := make([]string, len(shown))
		for k, i := range shown {
			row[k] = cellText(record[i])
		}
		rows = append(rows, row)
	}
	return t.printTable(rows)
}

func cellText(value *string) string {
	if value == nil {
		return ""
	}
	return shorten(strings.Join(strings.Fields(*value), " "), widestCell)
}

func widthOf(preview pipelines.Preview, column int) int {
	width := utf8.RuneCountInString(shorten(preview.Columns[column], widestCell))
	for _, row := range preview.Rows {
		width = max(width, utf8.RuneCountInString(cellText(row[column])))
	}
	return width
}

// shownColumns are the columns in which any record has a value.
func shownColumns(preview pipelines.Preview) []int {
	var shown []int
	for i := range preview.Columns {
		if i == 0 || hasValue(preview, i) {
			shown = append(shown, i)
		}
	}
	return shown
}

func emptyColumns(preview pipelines.Preview) []string {
	var empty []string
	for i, name := range preview.Columns {
		if i > 0 && !hasValue(preview, i) {
			empty = append(empty, name)
		}
	}
	return empty
}

func hasValue(preview pipelines.Preview, column int) bool {
	for _, row := range preview.Rows {
		if row[column] != nil && *row[column] != "" {
			return true
		}
	}
	return false
}
