package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newSourcesCommand(t *terminal) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "sources [CONNECTOR]",
		Short: "List the connectors that are built in, or describe one",
		Long: `Lists the connectors that a source of kind rest can name, or describes one: its settings, its
streams with their keys, how they are read again, and whose data they hold. One of your own is
described by its file.`,
		Example: `  lastro sources
  lastro sources stripe
  lastro sources ./connectors/mine.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				connector, err := pipelines.ReadConnector(args[0])
				if err != nil {
					return err
				}
				doc, err := pipelines.DescribeConnector(connector)
				if err != nil || asJSON {
					return joinJSON(t, doc, err)
				}
				return t.printSourceDoc(doc, args[0])
			}
			docs, err := sourceDocs()
			if err != nil || asJSON {
				return joinJSON(t, docs, err)
			}
			return t.printSources(docs)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	return command
}

// joinJSON prints a value unless there is an error.
func joinJSON(t *terminal, value any, err error) error {
	if err != nil {
		return err
	}
	return t.printJSON(value)
}

func sourceDocs() ([]pipelines.SourceDoc, error) {
	connectors, err := pipelines.Connectors()
	if err != nil {
		return nil, err
	}
	docs := make([]pipelines.SourceDoc, len(connectors))
	for i, connector := range connectors {
		if docs[i], err = pipelines.DescribeConnector(connector); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (t *terminal) printSources(docs []pipelines.SourceDoc) error {
	widest := len("CONNECTOR")
	for _, doc := range docs {
		widest = max(widest, len(doc.Name))
	}
	indent := strings.Repeat(" ", widest+2)
	for i, doc := range docs {
		if i > 0 {
			fmt.Fprintln(t.out)
		}
		fmt.Fprintf(t.out, "%-*s  %s\n", widest, doc.Name, strings.Join(wrap(doc.Title+": "+doc.Description, docWidth-widest-2), "\n"+indent))
		names := make([]string, len(doc.Streams))
		for k, stream := range doc.Streams {
			names[k] = stream.Name
		}
		fmt.Fprintf(t.out, "%sstreams  %s\n", indent, strings.Join(wrap(strings.Join(names, ", "), docWidth-widest-11), "\n"+indent+"         "))
	}
	_, err := fmt.Fprintf(t.out, "\nlastro sources %s describes one; connectors of your own are YAML files, see docs/connectors.md\n", docs[0].Name)
	return err
}

func (t *terminal) printSourceDoc(doc pipelines.SourceDoc, named string) error {
	fmt.Fprintf(t.out, "%s\n\n", strings.Join(wrap(doc.Title+": "+doc.Description, docWidth), "\n"))
	for _, line := range [][2]string{{"docs", doc.Docs}, {"auth", doc.Auth}, {"limits", doc.Limits}, {"gives", strings.Join(doc.Entities, ", ")}} {
		if line[1] != "" {
			fmt.Fprintf(t.out, "%-8s%s\n", line[0], strings.Join(wrap(line[1], docWidth-8), "\n        "))
		}
	}
	t.printSettings(doc.Settings)
	fmt.Fprintln(t.out, "\nstreams")
	for _, stream := range doc.Streams {
		t.printStreamDoc(stream)
	}
	_, err := fmt.Fprintf(t.out, "\nin a pipeline file:\n\n%s", example(doc, named))
	return err
}

func (t *terminal) printSettings(settings []pipelines.SettingDoc) {
	if len(settings) == 0 {
		return
	}
	fmt.Fprintln(t.out, "\nsettings, under config")
	widest := 0
	for _, setting := range settings {
		widest = max(widest, len(setting.Name))
	}
	for _, setting := range settings {
		var said []string
		if setting.Required {
			said = append(said, "required")
		}
		if setting.Secret {
			said = append(said, "secret")
		}
		if setting.Default != "" {
			said = append(said, "default "+setting.Default)
		}
		text := strings.TrimSuffix(setting.Description, ".")
		if len(said) > 0 {
			text = strings.TrimSuffix("("+strings.Join(said, ", ")+") "+text, " ")
		}
		t.printEntry(setting.Name, widest, text)
	}
}

// printEntry prints a name and a text beside it.
func (t *terminal) printEntry(name string, widest int, text string) {
	lines := strings.Join(wrap(text, docWidth-widest-4), "\n"+strings.Repeat(" ", widest+4))
	fmt.Fprintln(t.out, strings.TrimRight(fmt.Sprintf("  %-*s  %s", widest, name, lines), " "))
}

func (t *terminal) printStreamDoc(stream pipelines.StreamDoc) {
	t.printEntry(stream.Name, 0, "") // the name alone on its line
	const label = 9
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(t.out, "    %-*s%s\n", label, name, strings.Join(wrap(text, docWidth-4-label), "\n"+strings.Repeat(" ", 4+label)))
		}
	}
	line("is", stream.Description)
	line("key", strings.Join(stream.Key, ", "))
	line("reads", stream.Reads)
	line("deletes", stream.Deletes)
	line("account", stream.Account)
	line("people", strings.Join(append(append([]string{}, stream.Emails...), stream.People...), ", "))
	var columns []string
	for _, column := range stream.Columns {
		text := column.Name
		if column.Type != "text" {
			text += " " + column.Type
		}
		columns = append(columns, text)
	}
	line("columns", strings.Join(columns, ", "))
}

// example is an entry of sources that uses a connector, named as a person does.
func example(doc pipelines.SourceDoc, named string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "  - name: %s\n    kind: rest\n    connector: %s\n", doc.Name, named)
	var settings []string
	for _, setting := range doc.Settings {
		if setting.Required {
			value := "..."
			if setting.Secret {
				value = `"${` + strings.ToUpper(doc.Name+"_"+setting.Name) + `}"` // other readers of YAML need the quotes
			}
			settings = append(settings, setting.Name+": "+value)
		}
	}
	if len(settings) > 0 {
		fmt.Fprintf(&text, "    config: {%s}\n", strings.Join(settings, ", "))
	}
	return text.String()
}
