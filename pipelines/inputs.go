package pipelines

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"lastro/extract/lake"
	models "lastro/sql"
)

// inputs are all that the tables of a run depend on. Equal fingerprints give equal tables.
type inputs struct {
	view        *lake.View
	asOf        AsOf
	asKnown     string
	fingerprint string
}

// gather finds out which records and which day a run works with, and what all of it amounts to.
func gather(config *Config, options Options, l *lake.Lake, ledger *Ledger) (inputs, error) {
	in, err := gatherRecords(config, options, l, ledger)
	if err != nil {
		return inputs{}, err
	}
	digest := sha256.New()
	for _, part := range []string{
		in.view.Fingerprint(), in.asOf.Date, in.asKnown, config.Timezone, config.Currency, config.Policy.Version(), options.CodeVersion,
	} {
		fmt.Fprintf(digest, "%q\n", part)
	}
	for _, source := range config.Sources {
		fmt.Fprintf(digest, "source %q\n", source.Name)
	}
	fmt.Fprintf(digest, "identity %s\n", config.Identity.versioned())
	if err := digestDeclared(digest, config); err != nil {
		return inputs{}, err
	}
	if err := digestFiles(digest, models.Models); err != nil {
		return inputs{}, err
	}
	if config.SQLDir != "" {
		if err := digestFiles(digest, os.DirFS(config.SQLDir)); err != nil {
			return inputs{}, fmt.Errorf("read sql_dir %s: %w", config.SQLDir, err)
		}
	}
	in.fingerprint = fmt.Sprintf("%x", digest.Sum(nil)[:16])
	return in, nil
}

// gatherRecords takes everything known now, or what --as-known asks for: a run brings its as_of along, and a moment stands in
// for today when as_of is yesterday.
func gatherRecords(config *Config, options Options, l *lake.Lake, ledger *Ledger) (in inputs, err error) {
	now := options.Now()
	known, err := config.AsKnown(options.AsKnown, now)
	if err != nil {
		return in, err
	}
	asOf := options.AsOf
	switch {
	case known.IsZero():
		in.view, err = l.Now()
	case known.RunID != "":
		var run Run
		run, err = ledger.Get(known.RunID)
		if err == nil && asOf == "" {
			asOf = run.AsOf
		}
		in.view, err = viewOfRun(l, known.RunID, run, err)
	default:
		in.view, err = l.AsKnown(known.At)
		now = known.At
	}
	if err != nil {
		return in, err
	}
	in.asKnown = known.String()
	in.asOf, err = config.AsOf(asOf, now)
	return in, err
}

// viewOfRun gives the records that a run had, also when it brought none itself and the lake does not know it.
func viewOfRun(l *lake.Lake, id string, run Run, ledgerErr error) (*lake.View, error) {
	view, err := l.AsKnownByRun(id)
	if err == nil || !errors.Is(err, lake.ErrNotKnown) || ledgerErr != nil || run.EndedAt.IsZero() {
		return view, err
	}
	return l.AsKnown(latest(run.StartedAt, run.EndedAt))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// digestFiles adds the paths and contents of all SQL files of a tree.
func digestFiles(to io.Writer, tree fs.FS) error {
	var names []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(name, ".sql") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(to, "%q %d\n", name, len(content))
		if _, err := to.Write(content); err != nil {
			return err
		}
	}
	return nil
}
