package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lastro/pipelines"
	"lastro/sandbox"
)

// demoAddr is where the demo serves when it can: where lastro sandbox does, so that the pipeline file goes on working there.
const demoAddr = "127.0.0.1:8765"

// demoOfAPIs extracts from the sandbox on two nights and shows the numbers of the second.
func (t *terminal) demoOfAPIs(cmd *cobra.Command, o demoOptions) error {
	first := demoEnd.AddDate(0, 0, -1)
	if _, err := os.Stat(filepath.Join(o.dir, "state")); err == nil {
		first = demoEnd // the first night was on another day
	}
	server, err := startDemo(cmd.Context(), o, first)
	if err != nil {
		return err
	}
	err = t.nights(cmd, server, o)
	return errors.Join(err, server.Close())
}

func startDemo(ctx context.Context, o demoOptions, day time.Time) (*sandbox.Server, error) {
	options := sandbox.Options{
		Addr: demoAddr, Seed: o.seed, Day: day, Unlimited: true,
		OnDay: func(s *sandbox.Server) error { return writeSandbox(o.dir, s, s.BooksOpenOn()) },
	}
	server, err := sandbox.Start(ctx, options)
	if err != nil { // the port is taken
		options.Addr = ""
		server, err = sandbox.Start(ctx, options)
	}
	return server, err
}

// nights runs the pipeline as on each night up to the last: the earlier ones extract, the last one publishes.
func (t *terminal) nights(cmd *cobra.Command, server *sandbox.Server, o demoOptions) error {
	fmt.Fprintf(t.out, "an invented company's Stripe, HubSpot and Typeform are served at %s\n", server.URL())
	file := filepath.Join(o.dir, "pipeline.yaml")
	for ; server.Day().Before(demoEnd); fmt.Fprintln(t.out) {
		config, err := t.openDemo(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "\nthe night of %s\n", server.Day().Format(time.DateOnly))
		outcome, err := t.demoStage(cmd, pipelines.Extract, config, o)
		if err != nil {
			return err
		}
		if err := t.printOutcome(outcome, relative(file)); err != nil {
			return err
		}
		if err := server.MoveTo(server.Day().AddDate(0, 0, 1)); err != nil {
			return err
		}
	}
	config, err := t.openDemo(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "the night of %s\n", server.Day().Format(time.DateOnly))
	outcome, err := t.demoStage(cmd, pipelines.RunAll, config, o)
	if err != nil {
		return err
	}
	return t.printDemo(cmd, config, outcome, file)
}

// openDemo reads the pipeline file and takes the limits off the connectors: what they read is this machine, and
// who looks on should not wait for another's quota.
func (t *terminal) openDemo(file string) (*pipelines.Config, error) {
	config, err := t.open(file)
	if err != nil {
		return nil, err
	}
	for _, source := range config.Sources {
		if source.Rest != nil {
			source.Rest.Spec.Client.Limits.PerSecond = 0
			source.Rest.Spec.Client.Limits.PerEndpoint = 0
		}
	}
	return config, nil
}
