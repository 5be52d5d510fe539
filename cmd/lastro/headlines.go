package main

import (
	"fmt"
	"strings"

	"lastro/pipelines"
)

const barWidth = 24

// printHeadlines shows the last months and cohorts with small bars.
func (t *terminal) printHeadlines(h pipelines.Headlines) error {
	if len(h.Months) == 0 {
		_, err := fmt.Fprintln(t.out, "\nno complete month has MRR yet")
		return err
	}
	var top float64
	for _, month := range h.Months {
		top = max(top, month.MRR)
	}
	last := h.Months[len(h.Months)-1]
	fmt.Fprintf(t.out, "\n%s: MRR %s %s, %s accounts, NRR %s, GRR %s, logo churn %s in the month\n",
		last.Month, h.Currency, count(int64(last.MRR+0.5)), count(last.Accounts), percent(last.NRR), percent(last.GRR), percent(last.LogoChurn))
	fmt.Fprintf(t.out, "\nMRR in %s at the close of each month; NRR and GRR over the twelve months that end with it\n\n", h.Currency)
	rows := [][]string{{"MONTH", "MRR", "", "ACCOUNTS", "NRR", "GRR", "LOGO CHURN"}}
	for _, month := range h.Months {
		rows = append(rows, []string{
			month.Month, count(int64(month.MRR + 0.5)), bar(month.MRR/top, barWidth), count(month.Accounts),
			percent(month.NRR), percent(month.GRR), percent(month.LogoChurn),
		})
	}
	if err := t.printTable(rows, 1, 3, 4, 5, 6); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "\nnet retention of the last cohorts by age in months: what is left of the MRR they began with\n\n")
	head := []string{"COHORT", "ACCOUNTS"}
	for _, age := range pipelines.CohortAges {
		head = append(head, fmt.Sprint(age))
	}
	rows = [][]string{head}
	right := []int{1}
	for i := range pipelines.CohortAges {
		right = append(right, i+2)
	}
	for _, cohort := range h.Cohorts {
		line := []string{cohort.Month, count(cohort.Accounts)}
		for _, net := range cohort.Net {
			line = append(line, shade(net))
		}
		rows = append(rows, line)
	}
	return t.printTable(rows, right...)
}

// printTables says where each published table lies, and where to look next.
func (t *terminal) printTables(build *pipelines.Build, config *pipelines.Config, file string) error {
	fmt.Fprintln(t.out)
	rows := [][]string{{"TABLE", "ROWS", "ONE ROW PER"}}
	for _, table := range build.Tables {
		rows = append(rows, []string{table.Name, count(table.Rows), cut(strings.TrimPrefix(table.Grain, "one row per "), 70)})
	}
	if err := t.printTable(rows, 1); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "\neach table lies in")
	for _, target := range config.Targets {
		where := relative(target.Path)
		switch target.Kind {
		case "csv":
			where += "/<table>.csv"
		case "parquet":
			where += "/<table>.parquet"
		case "postgres":
			where = "the database, as " + target.Schema + ".<table>"
		}
		fmt.Fprintf(t.out, "  %s\n", where)
	}
	_, err := fmt.Fprintf(t.out, `
next
  lastro runs %[1]s    what ran, and how it went
  lastro plan %[1]s    what a run would do now: nothing, as nothing is new
  lastro init books    a pipeline of your own
`, file)
	return err
}

// cut shortens a text to a width.
func cut(text string, width int) string {
	if runes := []rune(text); len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return text
}

// bar draws a share of width, to an eighth of a character.
func bar(share float64, width int) string {
	eighths := int(share*float64(width*8) + 0.5)
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return text
}

// shade writes a share as a percentage with a small bar of its size, twice the whole being the tallest.
func shade(share *float64) string {
	if share == nil {
		return ""
	}
	steps := []rune("▁▂▃▄▅▆▇█")
	step := min(max(int(*share*4+0.01), 0), len(steps)-1)
	return fmt.Sprintf("%.0f%%%c", *share*100, steps[step])
}

func percent(share *float64) string {
	if share == nil {
		return ""
	}
	return fmt.Sprintf("%.1f%%", *share*100)
}
