package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"lastro/extract/lake"
	"lastro/pipelines"
	"lastro/transform"
)

// Exit codes; a script may rely on them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitCheckFailed = 3
	exitLocked      = 4
	exitPartial     = 5
	exitInterrupted = 130
)

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	// redact takes secrets out of what an error says.
	redact *pipelines.Redactor
	// log takes errors, too, where log lines are to be JSON; nil elsewhere.
	log *slog.Logger
}

// usageError is a wrong call; the command's help is the way out.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// run is the whole program: what main calls, and what tests call instead.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	t := &terminal{in: in, out: out, err: errOut}
	root := newRoot(t)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	switch {
	case err == nil:
	case t.log != nil:
		t.log.Error(t.redact.Text(err.Error()), "exit_code", code)
	default:
		fmt.Fprintln(errOut, t.redact.Text(message(err)))
	}
	return code
}

func message(err error) string {
	text := err.Error()
	var usage usageError
	if errors.As(err, &usage) {
		return "lastro: " + text + "\nsee lastro help"
	}
	if strings.Contains(text, "\n") {
		return text
	}
	return "lastro: " + text
}

// exitCode is the one place that decides how the program ends.
func exitCode(ctx context.Context, err error) int {
	var (
		usage    usageError
		flag     *pipelines.FlagError
		config   *pipelines.ConfigError
		models   *transform.InvalidModelsError
		selector *transform.UnknownSelectorError
		exists   *pipelines.ExistsError
		checks   *pipelines.CheckFailedError
		locked   *pipelines.LockedError
		partial  *pipelines.PartialError
		stale    *pipelines.StaleError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &checks):
		return exitCheckFailed
	case errors.As(err, &locked):
		return exitLocked
	case errors.As(err, &partial), errors.As(err, &stale):
		return exitPartial
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &config), errors.As(err, &models), errors.As(err, &selector), errors.As(err, &exists),
		errors.As(err, &flag), errors.Is(err, pipelines.ErrNoRun), errors.Is(err, pipelines.ErrName), errors.Is(err, lake.ErrNotKnown), errors.Is(err, pipelines.ErrNothingBuilt), errors.Is(err, pipelines.ErrEmptyLake):
		return exitUsage
	default:
		return exitFailed
	}
}

func newRoot(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "lastro",
		Short: "Customer-success numbers that are backed, each one down to the invoice",
		Long: `Lastro reads a company's records (accounts, subscriptions, invoices, surveys, ...),
derives MRR, churn, NRR, GRR, cohorts and more by one written definition of each,
checks them, and publishes audited tables for BI tools.

A pipeline file says where records come from and where tables go.`,
		Example: `  lastro demo                       a believable company, from records to numbers
  lastro init books                 a new pipeline directory with sample records
  lastro run books/pipeline.yaml    read what is new, build, check, publish`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newRunCommand(t),
		newExtractCommand(t),
		newTransformCommand(t),
		newLoadCommand(t),
		newPlanCommand(t),
		newCheckCommand(t),
		newSourcesCommand(t),
		newDiscoverCommand(t),
		newPreviewCommand(t),
		newRunsCommand(t),
		newTablesCommand(t),
		newLakeCommand(t),
		newInitCommand(t),
		newDemoCommand(t),
		newSandboxCommand(t),
		newVersionCommand(t),
	)
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, command := range root.Commands() {
		wrapArgs(command)
	}
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		text := fmt.Sprintf("unknown command %q", args[0])
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			text += ": did you mean " + strings.Join(near, " or ") + "?"
		}
		return usageError{errors.New(text)}
	}
	return root
}

// wrapArgs makes a wrong number of arguments a wrong call.
func wrapArgs(command *cobra.Command) {
	if check := command.Args; check != nil {
		command.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{fmt.Errorf("%w: lastro %s", err, strings.TrimPrefix(cmd.UseLine(), "lastro "))}
			}
			return nil
		}
	}
	for _, child := range command.Commands() {
		wrapArgs(child)
	}
}
