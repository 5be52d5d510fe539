package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lastro/pipelines"
	"lastro/pipelines/demo"
)

func newDemoCommand(t *terminal) *cobra.Command {
	var (
		dir   string
		seed  uint64
		flags pipelineFlags
	)
	command := &cobra.Command{
		Use:   "demo",
		Short: "Make a believable company and show its numbers",
		Long: `Makes the records of a Brazilian software company (three years, some hundred accounts, in reais and
dollars, with late renewals, write-offs and dirt), runs the real pipeline on them, and shows MRR,
NRR, GRR, logo churn and the last cohorts. The company is invented; a seed always makes the same.`,
		Example: `  lastro demo
  lastro demo --dir /tmp/demo --seed 7`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := writeDemo(dir, seed)
			if err != nil {
				return err
			}
			fmt.Fprintf(t.out, "records of an invented company are in %s\n\n", relative(filepath.Join(dir, "data")))
			config, err := t.open(file)
			if err != nil {
				return err
			}
			options, err := flags.options(t, config, cmd)
			if err != nil {
				return err
			}
			watch := t.watch()
			options.Notify = watch.notify
			outcome, err := pipelines.RunAll(cmd.Context(), config, options)
			watch.close()
			if outcome != nil {
				t.printFailedChecks(outcome.Failed)
			}
			if err != nil {
				return err
			}
			if err := t.printOutcome(outcome, relative(file)); err != nil {
				return err
			}
			headlines, err := pipelines.ReadHeadlines(cmd.Context(), config, outcome.Build, 12, 16)
			if err != nil {
				return err
			}
			return errors.Join(t.printHeadlines(headlines), t.printTables(outcome.Build, config, relative(file)))
		},
	}
	command.Flags().StringVar(&dir, "dir", "lastro-demo", "folder to work in")
	command.Flags().Uint64Var(&seed, "seed", 8, "which company")
	flags.addOutput(command.Flags())
	_ = command.Flags().MarkHidden("json")
	return command
}

// demoEnd is the last day that the demo's company knows: fixed, so that the demo shows the same numbers on every day.
var demoEnd = time.Date(2025, time.August, 31, 0, 0, 0, 0, time.UTC)

const demoPipeline = `# The demo's pipeline. The records in data/ are invented.
name: demo
timezone: America/Sao_Paulo
currency: BRL
as_of: %s
policy: {grace_days: 7, discounts: recurring, churn_on: period_end, books_open_on: %s}
milestones:
  - {name: first_document_issued, value: true, label: {pt: Primeira nota emitida, en: First invoice issued}}
  - {name: team_invited, label: {pt: Equipe convidada, en: Team invited}}
  - {name: bank_connected, label: {pt: Banco conectado, en: Bank connected}}
  - {name: month_closed_in_product, label: {pt: Mês fechado no sistema, en: Month closed in the product}}
  - {name: approval_flow_automated, expansion: true, label: {pt: Aprovações automáticas, en: Approvals automated}}
  - {name: close_under_five_days, kind: customer, expansion: true, label: {pt: Fechamento em menos de 5 dias, en: Close in under 5 days}}
  - {name: overdue_down_20_percent, kind: customer, label: {pt: Inadimplência 20%% menor, en: Overdue down 20%%}}
surveys:
  - {survey: nps, touchpoint: relationship, every_days: 90, delay_days: 45}
  - {survey: csat, touchpoint: support, after: ticket_resolved, delay_days: 1, rest_days: 14, expires_days: 14}
  - {survey: ces, touchpoint: support, after: ticket_resolved, delay_days: 1, rest_days: 90, expires_days: 14}
  - {survey: ces, touchpoint: onboarding, after: start, delay_days: 35, expires_days: 90}
state: ./state
sources:
  - {name: books, kind: files, path: ./data}
targets:
  - {kind: csv, path: ./out/csv}
  - {kind: parquet, path: ./out/parquet}
  - {kind: duckdb, path: ./out/metrics.duckdb}
`

// writeDemo writes the company's records and a pipeline file, and gives the file's path. The same seed writes the same bytes.
func writeDemo(dir string, seed uint64) (string, error) {
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fmt.Errorf("make folder of the demo: %w", err)
	}
	company := demo.New(demo.Options{Seed: seed, End: demoEnd})
	if err := company.WriteCSV(data); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "pipeline.yaml")
	text := fmt.Sprintf(demoPipeline, demoEnd.Format(time.DateOnly), company.BooksOpenOn().Format(time.DateOnly))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write the demo's pipeline file: %w", err)
	}
	return file, nil
}
