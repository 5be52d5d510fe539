package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"lastro/bench/company"
	"lastro/pipelines"
)

// site is the folder in which one company is measured.
//
//	data       the company's files
//	state      that of the pipeline, made anew before each process
//	extracted  the state after an extract, built the one after a transform
//	out, base  what a load writes, and what a baseline does
type site struct {
	*bench
	scale float64
	work  string
	data  string
	// customers is the folder of what the customers do; "" leaves it to what they pay.
	customers string

	records, billed int64 // read, and the invoice lines among them
	build           pipelines.Build
	models          []pipelines.ModelRow
}

func (b *bench) newSite(ctx context.Context, scale float64) (*site, error) {
	data, err := b.company(ctx, childCompany, scale)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(b.cache, "work-*") // where companies are, so that files can be linked
	if err != nil {
		return nil, fmt.Errorf("make a folder to work in: %w", err)
	}
	return &site{bench: b, scale: scale, work: work, data: data}, nil
}

func (s *site) in(elements ...string) string {
	return filepath.Join(append([]string{s.work}, elements...)...)
}

// pipeline writes a pipeline file and gives its path. targets is YAML.
func (s *site) pipeline(name, targets string) (string, error) {
	text := fmt.Sprintf("name: bench\ntimezone: %s\ncurrency: %s\nas_of: %s\nstate: ./state\nsources:\n  - {name: books, kind: files, path: %q}\n",
		company.Timezone, company.Currency, company.AsOf, s.data)
	if s.customers != "" {
		text += fmt.Sprintf("  - {name: desk, kind: files, path: %q}\n%s", s.customers, customersPolicy)
	}
	if targets != "" {
		text += "targets: " + targets + "\n"
	}
	file := s.in(name + ".yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write the pipeline file: %w", err)
	}
	return file, nil
}

// command is lastro with a pipeline file that has targets.
func (s *site) command(verb, targets string, flags ...string) (process, error) {
	file, err := s.pipeline(verb, targets)
	return process{args: append([]string{s.lastro, verb, file}, flags...)}, err
}

// from makes the state that of an earlier stage, which is run now where no line has.
func (s *site) from(ctx context.Context, stage string) error {
	if _, err := os.Stat(s.in(stage)); os.IsNotExist(err) {
		if err := s.reach(ctx, stage); err != nil {
			return err
		}
	}
	return linkTree(s.in(stage), s.in("state"))
}

// reach runs the stage that leads to a state which no line has left.
func (s *site) reach(ctx context.Context, stage string) error {
	verb, err := "extract", s.empty("state")
	if stage == "built" {
		verb, err = "transform", s.from(ctx, "extracted")
	}
	if err != nil {
		return err
	}
	p, err := s.command(verb, "")
	if err != nil {
		return err
	}
	if _, err := s.start(ctx, p); err != nil {
		return err
	}
	return s.keep(stage)
}

// keep makes the state that stands the one that later processes begin from.
func (s *site) keep(stage string) error {
	if err := s.learn(); err != nil {
		return err
	}
	return linkTree(s.in("state"), s.in(stage))
}

// empty makes an empty folder.
func (s *site) empty(name string) error {
	if err := os.RemoveAll(s.in(name)); err != nil {
		return fmt.Errorf("clear the folder to work in: %w", err)
	}
	return os.Mkdir(s.in(name), 0o700)
}

// clear gives up what a baseline made: at a large scale it is large, and the disk need not keep it.
func (s *site) clear() error { return s.empty("base") }

// learn reads from the ledger what the last run did.
func (s *site) learn() error {
	runs, err := pipelines.NewLedger(s.in("state"), nil).List()
	if err != nil {
		return err
	}
	for _, run := range runs {
		var records, lines int64
		for _, stream := range run.Streams {
			records += stream.Read
			if stream.Stream == "invoice_lines" {
				lines = stream.Read
			}
		}
		if records > 0 {
			s.records, s.billed = records, lines
		}
	}
	builds, err := filepath.Glob(s.in("state", "builds", "*.json"))
	if err != nil || len(builds) == 0 {
		return err
	}
	text, err := os.ReadFile(builds[0])
	if err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	if err := json.Unmarshal(text, &s.build); err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	s.models = runs[0].Models
	sort.SliceStable(s.models, func(i, j int) bool { return s.models[i].Seconds > s.models[j].Seconds })
	return nil
}

// customersPolicy is what the pipeline file says where customers are measured too.
const customersPolicy = `milestones:
  - {name: first_value, value: true}
  - {name: team_invited}
  - {name: data_imported}
  - {name: report_shared}
  - {name: process_automated, kind: customer, expansion: true}
  - {name: goal_met, kind: customer, expansion: true}
surveys:
  - {survey: nps, touchpoint: relationship, every_days: 90, delay_days: 45}
  - {survey: csat, touchpoint: support, after: ticket_resolved, delay_days: 1, rest_days: 14, expires_days: 14}
`
