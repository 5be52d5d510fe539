package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
)

// bench is one run of the benchmark.
type bench struct {
	lastro   string // the program that is measured
	self     string // this program
	cache    string
	runs     int
	settle   bool    // what earlier processes wrote goes to the disk before the next one begins
	unit     float64 // scale of the company that growth is counted from, where the measured one is larger
	only     *regexp.Regexp
	progress io.Writer
}

// side is one side of a line: a process, and what is done before each time it is run, which is not measured.
type side struct {
	prepare func() error
	process func() (process, error)
	// after, unless nil, looks at what the process left.
	after func() error
}

// line is a line of the table: a process of Lastro and what it is compared with.
type line struct {
	name                string
	rows                func() int64 // that it worked on, known once it has run
	candidate, baseline side
	against             string // name of the baseline
	target              float64
}

// result is a line that was measured.
type result struct {
	name     string
	seconds  float64 // median
	rows     int64
	peak     int64 // the highest, bytes
	against  string
	baseline float64 // median, in seconds
	ratio    float64
	target   float64 // 0 for none
}

// run measures a company of scale, and one of the unit where it is larger.
func (b *bench) run(ctx context.Context, scale float64, out io.Writer) (err error) {
	site, err := b.newSite(ctx, scale)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(site.work)) }()
	results, err := b.compareAll(ctx, site.lines(ctx))
	if err != nil {
		return err
	}
	if b.only.MatchString("load postgres") {
		loads, err := site.postgres(ctx)
		if err != nil {
			return err
		}
		results = append(results, loads...)
	}
	if scale > b.unit && b.only.MatchString("growth") {
		growth, err := b.growth(ctx, site, results)
		if err != nil {
			return err
		}
		results = append(results, growth)
	}
	results = append(results, memory(scale, results)...)
	if b.only.MatchString("rest") {
		read, err := b.rest(ctx, scale)
		if err != nil {
			return err
		}
		results = append(results, read...)
	}
	models := site.models
	if b.only.MatchString("customers") {
		customers, served, err := b.customers(ctx, scale)
		if err != nil {
			return err
		}
		if site.records == 0 { // no other line was run
			site = served
		}
		results, models = append(results, customers...), served.models
	}
	return printTable(out, b, site, results, models)
}

// customers measures the company with all that its customers do: days of use, answers, tickets, deals.
func (b *bench) customers(ctx context.Context, scale float64) (results []result, site *site, err error) {
	if site, err = b.newSite(ctx, scale); err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(site.work)) }()
	if site.customers, err = b.company(ctx, childCustomers, scale); err != nil {
		return nil, nil, err
	}
	extract, transform := site.extract(ctx), site.transform(ctx)
	for line, name := range map[*line]string{&extract: "extract all", &transform: "customers"} {
		line.name, line.rows = name, func() int64 { return site.records }
		line.against, line.target, line.baseline = "", 0, side{}
	}
	results, err = b.compareAll(ctx, []line{extract, transform})
	for _, r := range results {
		if r.name == "customers" {
			limit := 6e9 * max(1, scale)
			results = append(results, result{name: "peak, customers", peak: r.peak, against: fmt.Sprintf("%.0f MB", limit/1e6), ratio: float64(r.peak) / limit, target: 1})
		}
	}
	return results, site, err
}

// growth compares the transform with that of a company of the unit: five times the company may take six times as long.
func (b *bench) growth(ctx context.Context, large *site, results []result) (r result, err error) {
	const name = "transform"
	i := slices.IndexFunc(results, func(r result) bool { return r.name == name })
	if i < 0 {
		return result{}, fmt.Errorf("growth is measured on line %s: let -only match it", name)
	}
	small, err := b.newSite(ctx, b.unit)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(small.work)) }()
	transform := small.transform(ctx)
	transform.baseline = side{}
	one, err := b.compare(ctx, transform)
	if err != nil {
		return result{}, err
	}
	all := results[i]
	return result{
		name: "growth", seconds: all.seconds, rows: all.rows, peak: all.peak, against: fmt.Sprintf("transform, scale %g", b.unit),
		baseline: one.seconds, ratio: all.seconds / one.seconds, target: 1.2 * large.scale / b.unit,
	}, nil
}

// memory gives the line of the highest peak of all: 4 GB may be used at scale 1, 8 GB at scale 5.
func memory(scale float64, results []result) []result {
	var peak int64
	for _, r := range results {
		peak = max(peak, r.peak)
	}
	if peak == 0 {
		return nil
	}
	limit := 4e9 + 1e9*max(0, min(scale, 5)-1)
	return []result{{name: "peak memory", peak: peak, against: fmt.Sprintf("%.0f MB", limit/1e6), ratio: float64(peak) / limit, target: 1}}
}

func (b *bench) compareAll(ctx context.Context, lines []line) ([]result, error) {
	var results []result
	for _, l := range lines {
		if !b.only.MatchString(l.name) {
			continue
		}
		r, err := b.compare(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("line %s: %w", l.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// compare runs both sides of a line in turn, so that a machine that changes its pace does so for both; every other time
// the baseline comes first.
func (b *bench) compare(ctx context.Context, l line) (result, error) {
	r := result{name: l.name, against: l.against, target: l.target}
	var candidate, baseline []float64
	for i := range b.runs {
		measureCandidate := func() error {
			took, err := b.side(ctx, l.candidate)
			candidate, r.peak = append(candidate, took.seconds), max(r.peak, took.peak)
			b.say("%-21s %s", l.name, took)
			return err
		}
		measureBaseline := func() error {
			if l.baseline.process == nil {
				return nil
			}
			took, err := b.side(ctx, l.baseline)
			baseline = append(baseline, took.seconds)
			b.say("  %-19s %s", l.against, took)
			return err
		}
		order := []func() error{measureCandidate, measureBaseline}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, measure := range order {
			if err := measure(); err != nil {
				return r, err
			}
		}
	}
	r.seconds, r.rows = median(candidate), l.rows()
	if len(baseline) > 0 {
		r.baseline = median(baseline)
		r.ratio = r.seconds / r.baseline
	}
	return r, nil
}

func (b *bench) side(ctx context.Context, s side) (reading, error) {
	if err := s.prepare(); err != nil {
		return reading{}, err
	}
	p, err := s.process()
	if err != nil {
		return reading{}, err
	}
	if b.settle { // without the command, what others wrote may still be on its way
		_ = exec.CommandContext(ctx, "sync").Run()
	}
	took, err := b.start(ctx, p)
	if err == nil && s.after != nil {
		err = s.after()
	}
	return took, err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// say tells whoever waits what was just done.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, format+"\n", args...)
}

// linkTree makes a folder that holds what another holds. Files that nobody changes in place are linked, not copied.
func linkTree(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("copy a state: %w", err)
	}
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		if extension := filepath.Ext(path); extension == ".parquet" || extension == ".duckdb" {
			return os.Link(path, target)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o600)
	})
	if err != nil {
		return fmt.Errorf("copy a state: %w", err)
	}
	return nil
}
