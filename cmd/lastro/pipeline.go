package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lastro/pipelines"
)

// pipelineFlags are those of every command that works on a pipeline file.
type pipelineFlags struct {
	asOf, asKnown   string
	selects, except []string
	force           bool
	extraction      pipelines.Extraction
	logFormat       string
	logLevel        string
	json            bool
}

// addDays adds the flags that say which day's numbers, and from which day's records.
func (f *pipelineFlags) addDays(flags *pflag.FlagSet) {
	flags.StringVar(&f.asOf, "as-of", "", "last `DAY` that counts (default: the file's as_of, else yesterday)")
	flags.StringVar(&f.asKnown, "as-known", "", "use the records known at a `TIME` (2025-09-01) or by a run (its id)")
}

func (f *pipelineFlags) addSelection(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.selects, "select", "s", nil, "build and check only these `MODELS`, as +retention; publish nothing")
	flags.StringArrayVar(&f.except, "exclude", nil, "leave these `MODELS` out")
}

// addExtraction adds the flags that say what of the sources is read.
func (f *pipelineFlags) addExtraction(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.extraction.Streams, "streams", nil, "read only these `STREAMS`, as billing.invoices,crm (all of crm)")
	flags.BoolVar(&f.extraction.FullRefresh, "full-refresh", false, "read the streams of APIs from the beginning")
	flags.StringVar(&f.extraction.Start, "start", "", "read what changed since a `DAY` once more, cursors stay (backfill)")
	flags.StringVar(&f.extraction.End, "end", "", "where --start ends: a `DAY` that is not read any more")
}

func (f *pipelineFlags) addOutput(flags *pflag.FlagSet) {
	flags.BoolVar(&f.json, "json", false, "print the outcome as JSON, for scripts")
	flags.StringVar(&f.logFormat, "log-format", "text", "log lines as text or json")
	flags.StringVar(&f.logLevel, "log-level", "warn", "debug, info, warn or error")
}

// open reads the pipeline file; from here on its secrets are kept out of every error.
func (t *terminal) open(path string) (*pipelines.Config, error) {
	config, err := pipelines.ReadFile(path, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	t.redact = config.Secrets
	return config, nil
}

// options turns the flags into what a run is asked to do.
func (f *pipelineFlags) options(t *terminal, config *pipelines.Config, cmd *cobra.Command) (pipelines.Options, error) {
	for _, selector := range append(f.selects, f.except...) {
		if strings.TrimSpace(selector) == "" {
			return pipelines.Options{}, usageError{errors.New("an empty selector selects nothing: name a model, as +retention")}
		}
	}
	log, err := newLog(config.Secrets.Writer(t.err), f.logFormat, f.logLevel)
	if err != nil {
		return pipelines.Options{}, err
	}
	if f.logFormat == "json" {
		t.log = log
	}
	return pipelines.Options{
		Command: cmd.CommandPath(),
		AsOf:    f.asOf, AsKnown: f.asKnown,
		Select: f.selects, Exclude: f.except, Force: f.force,
		Extraction:  f.extraction,
		CodeVersion: version,
		Log:         log,
	}, nil
}

func newLog(to interface{ Write([]byte) (int, error) }, format, level string) (*slog.Logger, error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, usageError{fmt.Errorf("--log-level %s: use debug, info, warn or error", level)}
	}
	options := &slog.HandlerOptions{Level: least}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(to, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(to, options)), nil
	default:
		return nil, usageError{fmt.Errorf("--log-format %s: use text or json", format)}
	}
}
