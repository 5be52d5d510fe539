package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newPlanCommand(t *terminal) *cobra.Command {
	var flags pipelineFlags
	command := &cobra.Command{
		Use:   "plan FILE",
		Short: "Say what a run would read, build and publish, and why; change nothing",
		Example: `  lastro plan pipeline.yaml
  lastro plan pipeline.yaml --select +retention`,
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
			plan, err := pipelines.MakePlan(cmd.Context(), config, options)
			if err != nil {
				return err
			}
			if flags.json {
				return t.printJSON(plan)
			}
			return t.printPlan(plan)
		},
	}
	flags.addDays(command.Flags())
	flags.addSelection(command.Flags())
	flags.addOutput(command.Flags())
	return command
}

func (t *terminal) printPlan(plan *pipelines.Plan) error {
	fmt.Fprintf(t.out, "%s, as of %s (%s), policy %s\n", plan.Pipeline, plan.AsOf.Date, plan.AsOf.From, plan.PolicyVersion)
	if plan.AsOf.Warning != "" {
		fmt.Fprintf(t.out, "warning: %s\n", plan.AsOf.Warning)
	}
	fmt.Fprintln(t.out)
	if len(plan.Reads) == 0 {
		fmt.Fprintln(t.out, "read: nothing, records are taken as known", plan.AsKnown)
	} else {
		rows := [][]string{{"READ", "FILE", "", "WHY"}}
		for _, read := range plan.Reads {
			what := "skip"
			if read.Read {
				what = "read"
			}
			rows = append(rows, []string{read.Source + "." + read.Stream, tail(read.File, 28), what, read.Why})
		}
		if err := t.printTable(rows); err != nil {
			return err
		}
	}
	fmt.Fprintf(t.out, "\nbuild: %s\n", plan.BuildWhy)
	if len(plan.Models) > 0 {
		fmt.Fprintln(t.out, wrapList(plan.Models, "  ", 98))
	}
	fmt.Fprintln(t.out)
	if len(plan.Publishes) == 0 {
		_, err := fmt.Fprintln(t.out, "publish: nothing;", plan.PublishWhy)
		return err
	}
	rows := [][]string{{"PUBLISH", "", "WHY"}}
	for _, publish := range plan.Publishes {
		what := "skip"
		if publish.Publish {
			what = "publish"
		}
		rows = append(rows, []string{publish.Target, what, publish.Why})
	}
	return t.printTable(rows)
}

// wrapList sets names in lines of at most width characters.
func wrapList(names []string, indent string, width int) string {
	var lines []string
	line := indent
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		if len(line)+len(name)+1 > width && line != indent {
			lines = append(lines, strings.TrimRight(line, " "))
			line = indent
		}
		line += name + " "
	}
	return strings.Join(append(lines, strings.TrimRight(line, " ")), "\n")
}

// tail is the end of a path that is too long for its column.
func tail(path string, width int) string {
	if runes := []rune(path); len(runes) > width {
		return "…" + string(runes[len(runes)-width+1:])
	}
	return path
}
