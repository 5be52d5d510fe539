package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lastro/pipelines"
)

func newRunsCommand(t *terminal) *cobra.Command {
	var (
		asJSON bool
		limit  int
	)
	command := &cobra.Command{
		Use:   "runs FILE [RUN]",
		Short: "Show the ledger: every run, or one in full",
		Example: `  lastro runs pipeline.yaml
  lastro runs pipeline.yaml 20250831T023000Z-1a2b3c
  lastro runs pipeline.yaml --json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			config, err := t.open(args[0])
			if err != nil {
				return err
			}
			ledger := pipelines.NewLedger(config.State, config.Secrets)
			if len(args) == 2 {
				run, err := ledger.Get(args[1])
				if err != nil {
					return err
				}
				if asJSON {
					return t.printJSON(run)
				}
				return t.printRun(run)
			}
			runs, err := ledger.List()
			if err != nil {
				return err
			}
			if limit > 0 && len(runs) > limit {
				runs = runs[:limit]
			}
			if asJSON {
				return t.printJSON(runs)
			}
			return t.printRuns(runs, args[0])
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON, for scripts")
	command.Flags().IntVarP(&limit, "limit", "n", 20, "show the newest so many; 0 shows all")
	return command
}

func (t *terminal) printJSON(value any) error {
	encoder := json.NewEncoder(t.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func (t *terminal) printRuns(runs []pipelines.Run, file string) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintf(t.out, "no runs yet: lastro run %s\n", file)
		return err
	}
	rows := [][]string{{"RUN", "COMMAND", "STATUS", "AS OF", "SECONDS", "READ", "QUARANTINED", "PUBLISHED"}}
	for _, run := range runs {
		var read, quarantined int64
		for _, stream := range run.Streams {
			read += stream.Read
			quarantined += stream.Quarantined
		}
		for _, staged := range run.Staged {
			quarantined += staged.Quarantined
		}
		published := "no"
		if run.Published {
			published = "yes"
		}
		rows = append(rows, []string{run.ID, run.Command, string(run.Status), run.AsOf, seconds(run), count(read), count(quarantined), published})
	}
	return t.printTable(rows, 4, 5, 6)
}

func (t *terminal) printRun(run pipelines.Run) error {
	fmt.Fprintf(t.out, "run %s of %s: %s\n", run.ID, run.Pipeline, run.Status)
	fmt.Fprintf(t.out, "%s, started %s, %s s, as of %s\n", run.Command, run.StartedAt.Format(time.RFC3339), seconds(run), run.AsOf)
	fmt.Fprintf(t.out, "policy %s, code %s\n", run.PolicyVersion, run.CodeVersion)
	if run.AsKnown != "" {
		fmt.Fprintf(t.out, "records as known %s\n", run.AsKnown)
	}
	if run.Error != "" {
		fmt.Fprintf(t.out, "error: %s\n", run.Error)
	}
	for _, warning := range run.Warnings {
		fmt.Fprintf(t.out, "warning: %s\n", warning)
	}
	for _, stale := range run.StaleStreams {
		fmt.Fprintf(t.out, "stale: %s.%s could not be read since %s\n", stale.Source, stale.Stream, stale.Since.Format(time.RFC3339))
	}
	if len(run.Streams) > 0 {
		rows := [][]string{{"STREAM", "READ", "ACCEPTED", "COPIES", "QUARANTINED"}}
		for _, s := range run.Streams {
			rows = append(rows, []string{s.Source + "." + s.Stream, count(s.Read), count(s.Accepted), count(s.Dropped), count(s.Quarantined)})
		}
		fmt.Fprintln(t.out)
		if err := t.printTable(rows, 1, 2, 3, 4); err != nil {
			return err
		}
	}
	if len(run.Staged) > 0 {
		rows := [][]string{{"STAGING MODEL", "ROWS", "ACCEPTED", "COPIES", "QUARANTINED"}}
		for _, s := range run.Staged {
			rows = append(rows, []string{s.Stream, count(s.Read), count(s.Accepted), count(s.Dropped), count(s.Quarantined)})
		}
		fmt.Fprintln(t.out)
		if err := t.printTable(rows, 1, 2, 3, 4); err != nil {
			return err
		}
	}
	if len(run.Models) > 0 {
		rows := [][]string{{"MODEL", "SECONDS", "ROWS"}}
		for _, m := range run.Models {
			held := "view"
			if m.Rows >= 0 {
				held = count(m.Rows)
			}
			rows = append(rows, []string{m.Name, fmt.Sprintf("%.3f", m.Seconds), held})
		}
		fmt.Fprintln(t.out)
		if err := t.printTable(rows, 1, 2); err != nil {
			return err
		}
	}
	for _, check := range run.Checks {
		if check.Failures > 0 {
			fmt.Fprintf(t.out, "%s: check %s found %s rows\n", check.Severity, check.Name, count(check.Failures))
		}
	}
	for _, target := range run.Targets {
		fmt.Fprintf(t.out, "target %s %s\n", target.Name, target.Status)
	}
	return nil
}

func seconds(run pipelines.Run) string {
	if run.EndedAt.IsZero() {
		return ""
	}
	return fmt.Sprintf("%.1f", run.EndedAt.Sub(run.StartedAt).Seconds())
}
