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

// demoOptions are what lastro demo is asked to show.
type demoOptions struct {
	dir   string
	seed  uint64
	files bool
	flags pipelineFlags
}

func newDemoCommand(t *terminal) *cobra.Command {
	var o demoOptions
	command := &cobra.Command{
		Use:   "demo",
		Short: "Make a believable company and show its numbers",
		Long: `Makes a Brazilian software company (three years, some hundred accounts, in several currencies, with
late renewals, write-offs and upgrades), serves its Stripe, HubSpot and Typeform on this machine,
extracts from them on two nights, the second of which reads what has changed, and shows MRR, NRR,
GRR, logo churn and the last cohorts. The company is invented; a seed always makes the same.

With --files its records are CSV files, some of them wrong, and no API is served.`,
		Example: `  lastro demo
  lastro demo --dir /tmp/demo --seed 7
  lastro demo --files`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.files {
				return t.demoOfFiles(cmd, o)
			}
			return t.demoOfAPIs(cmd, o)
		},
	}
	command.Flags().StringVar(&o.dir, "dir", "lastro-demo", "folder to work in")
	command.Flags().Uint64Var(&o.seed, "seed", 8, "which company")
	command.Flags().BoolVar(&o.files, "files", false, "read CSV files, not APIs")
	o.flags.addOutput(command.Flags())
	_ = command.Flags().MarkHidden("json")
	return command
}

func (t *terminal) demoOfFiles(cmd *cobra.Command, o demoOptions) error {
	file, err := writeDemo(o.dir, o.seed)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "records of an invented company are in %s\n\n", relative(filepath.Join(o.dir, "data")))
	config, err := t.open(file)
	if err != nil {
		return err
	}
	outcome, err := t.demoStage(cmd, pipelines.RunAll, config, o)
	if err != nil {
		return err
	}
	return t.printDemo(cmd, config, outcome, file)
}

// demoStage runs a stage of the demo's pipeline and shows how it goes.
func (t *terminal) demoStage(cmd *cobra.Command, run stage, config *pipelines.Config, o demoOptions) (*pipelines.Outcome, error) {
	options, err := o.flags.options(t, config, cmd)
	if err != nil {
		return nil, err
	}
	watch := t.watch()
	options.Notify = watch.notify
	outcome, err := run(cmd.Context(), config, options)
	watch.close()
	if outcome != nil {
		t.printFailedChecks(outcome.Failed)
	}
	return outcome, err
}

// printDemo shows the numbers of a run.
func (t *terminal) printDemo(cmd *cobra.Command, config *pipelines.Config, outcome *pipelines.Outcome, file string) error {
	if err := t.printOutcome(outcome, relative(file)); err != nil {
		return err
	}
	headlines, err := pipelines.ReadHeadlines(cmd.Context(), config, outcome.Build, 12, 16)
	if err != nil {
		return err
	}
	return errors.Join(t.printHeadlines(headlines), t.printTables(outcome.Build, config, relative(file)))
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
%stargets:
  - {kind: csv, path: ./out/csv}
  - {kind: parquet, path: ./out/parquet}
  - {kind: duckdb, path: ./out/metrics.duckdb}
`

// pipelineText is the pipeline file of the demo's company, for the sources given.
func pipelineText(asOf, booksOpenOn time.Time, sources string) string {
	return fmt.Sprintf(demoPipeline, asOf.Format(time.DateOnly), booksOpenOn.Format(time.DateOnly), sources)
}

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
	text := pipelineText(demoEnd, company.BooksOpenOn(), "sources:\n  - {name: books, kind: files, path: ./data}\n")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write the demo's pipeline file: %w", err)
	}
	return file, nil
}
