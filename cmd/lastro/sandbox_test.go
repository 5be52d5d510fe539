package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"lastro/pipelines"
	"lastro/pipelines/demo"
	"lastro/sandbox"
)

// Night after night answers go wrong, each night in other ways; what could not be read is read later, and in the
// end every figure is true. In between, what was read stays.
func TestNightsOfChaosEndWithTheTruth(t *testing.T) {
	dir := t.TempDir()
	server, err := sandbox.Start(t.Context(), sandbox.Options{
		Accounts: 40, Years: 1, Unlimited: true, Chaos: sandbox.Chaos{Seed: 1, Rate: 0.06, Delay: 1},
		OnDay: func(s *sandbox.Server) error { return writeSandbox(dir, s, s.BooksOpenOn()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	terminal := &terminal{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}}
	night := func(run stage) (*pipelines.Outcome, error) {
		config, err := terminal.openDemo(filepath.Join(dir, "pipeline.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return run(t.Context(), config, pipelines.Options{})
	}
	for seed := range uint64(4) {
		_, err := night(pipelines.Extract)
		var partial *pipelines.PartialError
		if err != nil && !errors.As(err, &partial) {
			t.Errorf("night %d: neither whole nor partial: %v", seed+1, err)
		}
		server.SetChaos(sandbox.Chaos{Seed: seed + 2, Rate: 0.1, Delay: 1})
		if err := server.MoveTo(server.Day().AddDate(0, 0, 2)); err != nil {
			t.Fatal(err)
		}
	}
	faults := 0
	for what, n := range server.Counts() {
		if strings.HasPrefix(what, "fault ") {
			faults += int(n)
		}
	}
	if faults < 10 {
		t.Errorf("only %d answers went wrong: the test shows nothing", faults)
	}
	server.SetChaos(sandbox.Chaos{})
	if _, err := night(pipelines.RunAll); err != nil {
		t.Fatal(err)
	}
	truth := server.Truth(server.Day())
	mrr := map[string]map[string]demo.Money{}
	for _, a := range truth.Accounts {
		if a.MRR != nil {
			mrr[a.Account] = a.MRR
		}
	}
	equalTruth(t, dir, truth.Truth, mrr)
}
