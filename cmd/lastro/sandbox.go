package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lastro/sandbox"
)

// sandboxOptions are what lastro sandbox is asked to serve.
type sandboxOptions struct {
	sandbox.Options
	dir, day, chaos string
}

func (o *sandboxOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.Addr, "addr", "127.0.0.1:8765", "`HOST:PORT` to serve on")
	flags.BoolVar(&o.Anywhere, "anywhere", false, "serve on an address that others can reach, too")
	flags.Uint64Var(&o.Seed, "seed", 8, "which company")
	flags.StringVar(&o.day, "day", sandbox.DefaultDay.Format(time.DateOnly), "the `DAY` that the APIs show at first")
	flags.StringVar(&o.chaos, "chaos", "", "let answers go wrong, drawn from a `SEED[:RATE]`, as 7 or 7:0.2")
	flags.StringVar(&o.dir, "dir", "lastro-sandbox", "folder for a pipeline file and what it needs")
	flags.BoolVar(&o.Unlimited, "unlimited", false, "no rate limits")
}

func newSandboxCommand(t *terminal) *cobra.Command {
	var o sandboxOptions
	command := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the APIs of a company that does not exist",
		Long: `Serves the APIs of Stripe, HubSpot and Typeform, on this machine alone, as the demo's invented
company would have them, with their paging, limits, errors and sense of time. It knows the true
figures by its own books: GET /sandbox/truth. The day moves on by POST /sandbox/day?add=1, or
?to=2025-09-05.`,
		Example: `  lastro sandbox
  lastro run lastro-sandbox/pipeline.yaml          in another terminal
  curl -X POST 'http://127.0.0.1:8765/sandbox/day?add=1'
  lastro sandbox --chaos 7:0.1                     one answer in ten goes wrong; a list that has
                                                   become endless stays so until the day moves`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.complete(); err != nil {
				return usageError{err}
			}
			begun := false
			o.OnDay = func(s *sandbox.Server) error {
				if begun {
					return moveSandbox(o.dir, s)
				}
				begun = true
				return writeSandbox(o.dir, s, s.BooksOpenOn())
			}
			server, err := sandbox.Start(cmd.Context(), o.Options)
			if err != nil {
				return err
			}
			t.printSandbox(server, relative(filepath.Join(o.dir, "pipeline.yaml")))
			<-cmd.Context().Done()
			return server.Close()
		},
	}
	o.addFlags(command.Flags())
	return command
}

// complete reads what the flags say in words.
func (o *sandboxOptions) complete() error {
	day, err := time.Parse(time.DateOnly, o.day)
	if err != nil {
		return fmt.Errorf("--day %s: a day is written as 2025-09-01", o.day)
	}
	o.Day = day
	if o.chaos == "" {
		return nil
	}
	o.Chaos, err = sandbox.ParseChaos(o.chaos)
	return err
}

var asOfLine = regexp.MustCompile(`(?m)^as_of: .*$`)

// moveSandbox brings the files to the sandbox's day. Of the pipeline file, which a person may have made their own, only
// as_of changes.
func moveSandbox(dir string, s *sandbox.Server) error {
	if err := s.WriteBeside(dir); err != nil {
		return err
	}
	file := filepath.Join(dir, "pipeline.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("move the sandbox's pipeline file to its day: %w", err)
	}
	moved := asOfLine.ReplaceAll(text, []byte("as_of: "+s.Day().Format(time.DateOnly)))
	if err := os.WriteFile(file, moved, 0o600); err != nil {
		return fmt.Errorf("move the sandbox's pipeline file to its day: %w", err)
	}
	return nil
}

// writeSandbox writes a pipeline that reads the sandbox as it is on its day.
func writeSandbox(dir string, s *sandbox.Server, booksOpenOn time.Time) error {
	if err := s.WriteBeside(dir); err != nil {
		return err
	}
	text := pipelineText(s.Day(), booksOpenOn, s.Sources())
	if err := os.WriteFile(filepath.Join(dir, "pipeline.yaml"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the sandbox's pipeline file: %w", err)
	}
	return nil
}

func (t *terminal) printSandbox(s *sandbox.Server, file string) {
	fmt.Fprintf(t.out, `the company as known on %s

  stripe    %s    %s
  hubspot   %s   %s
  typeform  %s  %s
  truth     %s/sandbox/truth

next, in another terminal
  lastro run %s
  curl -X POST '%s/sandbox/day?add=1'    the next day; then run again
`, s.Day().Format(time.DateOnly), s.StripeURL(), sandbox.StripeKey, s.HubSpotURL(), sandbox.HubSpotToken,
		s.TypeformURL(), sandbox.TypeformToken, s.URL(), file, s.URL())
}
