// Package rundir is what targets share that publish each table as one file: the path is a link to a folder of one run,
// swapped in one rename. A reader that resolves the link once sees one run, whole, for as long as that run is kept.
//
// Beside a path out/csv lies out/.csv.runs with one folder a run; nothing else is written.
package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lastro/load"
	"lastro/load/disk"
)

// Format is how a target writes a table into a file.
type Format struct {
	// Kind names the target in messages, as csv.
	Kind string
	// Ext ends the file names, without a dot.
	Ext string
	// Encode writes all rows of r, described by t, to w, and stops soon after ctx ends. The bytes depend on nothing
	// but the rows and the description. Errors of r and of w are returned as they are; others name the column.
	Encode func(ctx context.Context, w io.Writer, t load.Table, r *load.Reader) error
}

// Options say how a path is kept.
type Options struct {
	// Keep is how many runs stay, counting the one that readers see; 0 is 3.
	Keep int
	// Mode is the permissions of files; who may read them may enter the folders. 0 is 0600, the owner only.
	Mode os.FileMode
	// FS makes all changes; nil is the machine's file system.
	FS disk.FS
}

// Target publishes into folders of runs. It implements load.Target.
type Target struct {
	format Format
	path   string // the link
	runs   string // the folder of the runs, beside it
	Options
}

// New gives the target that publishes at path, which is absolute.
func New(path string, format Format, o Options) *Target {
	path = filepath.Clean(path)
	if o.Keep <= 0 {
		o.Keep = 3
	}
	if o.Mode == 0 {
		o.Mode = 0o600
	}
	if o.FS == nil {
		o.FS = disk.OS{}
	}
	runs := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".runs")
	return &Target{format: format, path: path, runs: runs, Options: o}
}

// Name implements load.Target.
func (t *Target) Name() string { return t.format.Kind + " " + t.path }

// Published implements load.Target.
func (t *Target) Published(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	current, err := t.current()
	if err != nil || current == "" {
		return "", t.wrap("see what is published", err)
	}
	m, err := ReadManifest(filepath.Join(t.runs, current))
	if err != nil {
		return "", t.wrap("see what is published", err)
	}
	return m.RunID, nil
}

// Check implements load.Target. It makes and removes one hidden link, for nothing less proves that a run will be able to.
func (t *Target) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := t.current(); err != nil {
		return t.wrap("check", err)
	}
	for _, dir := range []string{filepath.Dir(t.path), t.runs} {
		if err := t.probe(disk.Nearest(dir)); err != nil {
			return t.wrap("check", err)
		}
	}
	return nil
}

func (t *Target) probe(dir string) error {
	link := filepath.Join(dir, fmt.Sprintf(".%s.check-%d", filepath.Base(t.path), os.Getpid()))
	if err := t.FS.Symlink("nowhere", link); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return t.FS.Remove(link)
}

// wrap says at which target it happened and what a person can do; nil stays nil.
func (t *Target) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %s: %w", t.Name(), doing, disk.Advise(err))
}
