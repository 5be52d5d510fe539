package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newTablesCommand(t *terminal) *cobra.Command {
	var (
		file               string
		asJSON, asMarkdown bool
	)
	command := &cobra.Command{
		Use:   "tables [TABLE]",
		Short: "Describe the published tables: grain, key, columns, checks",
		Example: `  lastro tables
  lastro tables account_period
  lastro tables --file pipeline.yaml
  lastro tables --markdown > docs/tables.md`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var config *pipelines.Config
			if file != "" {
				var err error
				if config, err = t.open(file); err != nil {
					return err
				}
			}
			tables, err := pipelines.Tables(cmd.Context(), config)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				if tables, err = named(tables, args[0]); err != nil {
					return err
				}
			}
			switch {
			case asJSON:
				return t.printJSON(tables)
			case asMarkdown:
				_, err := t.out.Write([]byte(markdown(tables)))
				return err
			case len(args) == 1:
				return t.printTableDoc(tables[0])
			}
			return t.printTableDocs(tables)
		},
	}
	command.Flags().StringVar(&file, "file", "", "a pipeline's tables, its own models among them, by its `FILE`")
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	command.Flags().BoolVar(&asMarkdown, "markdown", false, "print a page of Markdown")
	return command
}

func named(tables []pipelines.TableDoc, name string) ([]pipelines.TableDoc, error) {
	for _, table := range tables {
		if table.Name == name {
			return []pipelines.TableDoc{table}, nil
		}
	}
	return nil, usageError{fmt.Errorf("there is no published table %q: lastro tables lists them", name)}
}

func (t *terminal) printTableDocs(tables []pipelines.TableDoc) error {
	rows := [][]string{{"TABLE", "GRAIN"}}
	for _, table := range tables {
		rows = append(rows, []string{table.Name, table.Grain})
	}
	return t.printTable(rows)
}

const docWidth = 98

func (t *terminal) printTableDoc(table pipelines.TableDoc) error {
	fmt.Fprintf(t.out, "%s\n\ngrain   %s\nkey     %s\nchecks  %s\n\n", strings.Join(wrap(table.Description, docWidth), "\n"),
		table.Grain, strings.Join(table.Key, ", "), strings.Join(wrap(strings.Join(table.Checks, ", "), docWidth-8), "\n        "))
	widest := 0
	for _, column := range table.Columns {
		widest = max(widest, len(column.Name))
	}
	for _, column := range table.Columns {
		lines := wrap(column.Description, docWidth-widest-2)
		fmt.Fprintf(t.out, "%-*s  %s\n", widest, column.Name, strings.Join(lines, "\n"+strings.Repeat(" ", widest+2)))
	}
	return nil
}

// markdown is the page of all tables.
func markdown(tables []pipelines.TableDoc) string {
	var page strings.Builder
	page.WriteString("# Tables\n\nWritten by `lastro tables --markdown` from the headers of the models in `sql/marts`.\n" +
		"Money is in the reporting currency unless a column says otherwise.\n\n| table | one row per |\n|---|---|\n")
	for _, table := range tables {
		fmt.Fprintf(&page, "| [%s](#%s) | %s |\n", table.Name, table.Name, cell(strings.TrimPrefix(table.Grain, "one row per ")))
	}
	for _, table := range tables {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\nGrain: %s. Key: %s.\n\n| column | holds |\n|---|---|\n",
			table.Name, strings.TrimSpace(table.Description), table.Grain, strings.Join(table.Key, ", "))
		for _, column := range table.Columns {
			fmt.Fprintf(&page, "| %s | %s |\n", column.Name, cell(column.Description))
		}
	}
	return page.String()
}

func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
