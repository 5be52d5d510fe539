// Command bench measures Lastro, process by process, on an invented company, each line against a named baseline that is
// run in turn with it. make bench runs it on 200,000 accounts and 4 million invoice lines, times BENCH_SCALE.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr))
}

// The first argument of the processes that the benchmark starts of itself, so that each is measured alone.
const (
	childStatements = "statements-of" // then a file of statements
	childCompany    = "company-in"    // then a folder and a scale
	childCustomers  = "customers-in"  // likewise
	childPages      = "pages-of"      // then a number of pages
	childRest       = "rest-read"     // then the server's address, a folder, a limit a second, and how many records there are
	childPlain      = "plain-read"    // then the server's address and a file
)

// run gives the exit code: 0 also when a target was missed, for it measures and does not judge.
func run(ctx context.Context, args []string, env func(string) (string, bool), out, errOut io.Writer) int {
	var err error
	switch {
	case len(args) == 2 && args[0] == childStatements:
		err = executeFile(ctx, args[1])
	case len(args) == 3 && (args[0] == childCompany || args[0] == childCustomers):
		err = writeCompany(args[0], args[1], args[2])
	case len(args) == 2 && args[0] == childPages:
		err = servePages(ctx, args[1])
	case len(args) == 5 && args[0] == childRest:
		err = readPages(ctx, args[1], args[2], args[3], args[4])
	case len(args) == 3 && args[0] == childPlain:
		err = readPlain(ctx, args[1], args[2])
	default:
		err = measure(ctx, args, env, out, errOut)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 2
	case err != nil:
		fmt.Fprintln(errOut, "bench:", err)
		return 1
	}
	return 0
}

const usage = `bench measures Lastro on an invented company, each line against a baseline in the same run.

  BENCH_SCALE   its size in companies of 200,000 accounts, as 0.1 or 5 (default 1)
  BENCH_RUNS    how often each side of a line is run; the median counts (default 3)
  BENCH_CACHE   folder for companies and work (default lastro-bench in the user's cache)

`

func measure(ctx context.Context, args []string, env func(string) (string, bool), out, errOut io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errOut)
	lastro := flags.String("lastro", "bin/lastro", "the `program` to measure")
	only := flags.String("only", "", "run only the lines whose name matches a `regexp`")
	companyOnly := flags.Bool("company-only", false, "make the company, print its folder, measure nothing")
	flags.Usage = func() {
		fmt.Fprint(errOut, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := &bench{runs: 3, unit: 1, settle: true, progress: errOut}
	scale := 1.0
	if text, ok := env("BENCH_SCALE"); ok && text != "" {
		var err error
		if scale, err = strconv.ParseFloat(text, 64); err != nil || scale <= 0 || scale > 1000 {
			return fmt.Errorf("BENCH_SCALE is %q: give a number of companies of 200,000 accounts, as 0.1 or 5", text)
		}
	}
	if text, ok := env("BENCH_RUNS"); ok && text != "" {
		var err error
		if b.runs, err = strconv.Atoi(text); err != nil || b.runs < 1 {
			return fmt.Errorf("BENCH_RUNS is %q: give how often each line is run, as 3", text)
		}
	}
	var err error
	if b.cache, err = cacheDir(env); err != nil {
		return err
	}
	if b.only, err = regexp.Compile(*only); err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if b.self, err = os.Executable(); err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if *companyOnly {
		dir, err := b.company(ctx, childCompany, scale)
		if err == nil {
			_, err = fmt.Fprintln(out, dir)
		}
		return err
	}
	if b.lastro, err = filepath.Abs(*lastro); err != nil {
		return fmt.Errorf("find the program to measure: %w", err)
	}
	if _, err := os.Stat(b.lastro); err != nil {
		return fmt.Errorf("find the program to measure: %w; build it with make build, or name it with -lastro", err)
	}
	return b.run(ctx, scale, out)
}
