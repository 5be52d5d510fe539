package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"lastro/pipelines"
	"lastro/transform"
)

// outcomeDocument is what --json prints of a run.
type outcomeDocument struct {
	pipelines.Run
	FailedChecks []failedCheck `json:"failed_checks"`
	Selected     string        `json:"selected_database,omitempty"`
}

type failedCheck struct {
	Name     string     `json:"name"`
	Model    string     `json:"model"`
	Severity string     `json:"severity"`
	Failures int64      `json:"failures"`
	Columns  []string   `json:"columns"`
	Sample   [][]string `json:"sample"`
}

func outcomeJSON(outcome *pipelines.Outcome) outcomeDocument {
	document := outcomeDocument{Run: outcome.Run, Selected: outcome.Selected, FailedChecks: []failedCheck{}}
	for _, check := range outcome.Failed {
		document.FailedChecks = append(document.FailedChecks, failedCheck{
			Name: check.Name, Model: check.Model, Severity: string(check.Severity),
			Failures: check.Failures, Columns: check.Columns, Sample: check.Sample,
		})
	}
	return document
}

// printOutcome says in a few lines what a run came to.
func (t *terminal) printOutcome(outcome *pipelines.Outcome, file string) error {
	run := outcome.Run
	if run.Status == pipelines.StatusUnchanged {
		text := "nothing new"
		if outcome.Build != nil {
			text += ", the tables of run " + outcome.Build.RunID + " (as of " + outcome.Build.AsOf + ") stand"
		}
		_, err := fmt.Fprintf(t.out, "%s: %s\n", run.Pipeline, text)
		return err
	}
	line := fmt.Sprintf("%s: run %s %s in %s s", run.Pipeline, run.ID, run.Status, seconds(run))
	if run.AsOf != "" {
		line += ", as of " + run.AsOf
	}
	if run.AsKnown != "" {
		line += ", as known " + run.AsKnown
	}
	fmt.Fprintln(t.out, line)
	if total := totals(run.Streams); total.Read > 0 {
		fmt.Fprintf(t.out, "  read       %s records: %s accepted, %s exact copies dropped, %s quarantined\n",
			count(total.Read), count(total.Accepted), count(total.Dropped), count(total.Quarantined))
	}
	if mapped := totals(run.Staged); mapped.Read > 0 {
		fmt.Fprintf(t.out, "  mapped     %s rows of staging models: %s accepted, %s exact copies dropped, %s quarantined\n",
			count(mapped.Read), count(mapped.Accepted), count(mapped.Dropped), count(mapped.Quarantined))
	}
	if len(run.Models) > 0 {
		fmt.Fprintf(t.out, "  built      %d tables, %d checks passed\n", len(run.Models), passed(run.Checks))
	}
	if outcome.Selected != "" {
		if len(outcome.Also) > 0 {
			fmt.Fprintf(t.out, "             with %d models that the selection needs\n", len(outcome.Also))
		}
		fmt.Fprintf(t.out, "  a selection is not published; its tables are in %s\n", relative(outcome.Selected))
	}
	if run.Published {
		for _, target := range run.Targets {
			fmt.Fprintf(t.out, "  published  %s\n", target.Name)
		}
	}
	for _, warning := range run.Warnings {
		fmt.Fprintf(t.out, "  warning    %s\n", strings.Join(wrap(warning, 87), "\n             "))
	}
	if totals(run.Streams).Quarantined+totals(run.Staged).Quarantined > 0 {
		fmt.Fprintf(t.out, "  see        table quarantine for the records and reasons, and\n")
		fmt.Fprintf(t.out, "             lastro runs %s %s\n", file, run.ID)
	}
	return nil
}

// printFailedChecks shows each check that did not pass with its first rows.
func (t *terminal) printFailedChecks(failed []transform.CheckResult) {
	for _, check := range failed {
		if check.Severity != transform.SeverityError {
			continue
		}
		if t.log != nil {
			t.log.Error("check failed", "check", check.ID(), "rows", check.Failures, "file", check.File, "columns", check.Columns, "sample", check.Sample)
			continue
		}
		fmt.Fprintf(t.err, "check %s failed on %s rows (%s)\n", check.ID(), count(check.Failures), check.File)
		if len(check.Sample) > 0 {
			rows := append([][]string{check.Columns}, check.Sample...)
			under := &terminal{out: indented{t.err}}
			_ = under.printTable(rows)
		}
	}
}

// indented sets lines under what they belong to.
type indented struct {
	to interface{ Write([]byte) (int, error) }
}

func (w indented) Write(text []byte) (int, error) {
	lines := strings.SplitAfter(string(text), "\n")
	_, err := fmt.Fprint(w.to, "  "+strings.TrimSuffix(strings.Join(lines, "  "), "  "))
	return len(text), err
}

func totals(streams []pipelines.StreamRow) pipelines.StreamRow {
	var sum pipelines.StreamRow
	for _, s := range streams {
		sum.Read += s.Read
		sum.Accepted += s.Accepted
		sum.Dropped += s.Dropped
		sum.Quarantined += s.Quarantined
	}
	return sum
}

func passed(checks []pipelines.CheckRow) int {
	n := 0
	for _, check := range checks {
		if check.Failures == 0 {
			n++
		}
	}
	return n
}

// wrap breaks a text at its spaces into lines of at most width characters, where words allow.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// relative shortens a path to how one would type it here.
func relative(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	short, err := filepath.Rel(here, path)
	if err != nil || strings.HasPrefix(short, ".."+string(filepath.Separator)+"..") {
		return path
	}
	return short
}
