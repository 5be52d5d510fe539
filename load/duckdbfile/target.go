// Package duckdbfile publishes all tables as one DuckDB file, built beside the path and renamed over it. Who has the
// old file open goes on reading the old run.
//
// Readers should open it read-only: a program that opens it read-write keeps other programs out, and what it writes is
// lost at the next run. While a run is staged, out/.metrics.duckdb.tmp lies beside out/metrics.duckdb; else nothing does.
package duckdbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lastro/load"
	"lastro/load/disk"
)

// Options say how the file is made.
type Options struct {
	// Mode is the permissions of the file; 0 is 0600, the owner only.
	Mode os.FileMode
	// Memory is how many bytes DuckDB may take to build a file; 0 is 1 GiB. What needs more goes to the disk beside it.
	Memory int64
	// FS makes all changes but those DuckDB makes in its own file; nil is the machine's file system.
	FS disk.FS
}

// Target publishes a DuckDB file. It implements load.Target.
type Target struct {
	path string
	work string // the folder a file is built in, beside the path
	Options
}

// New gives the target that publishes at path, which is absolute.
func New(path string, o Options) *Target {
	path = filepath.Clean(path)
	if o.Mode == 0 {
		o.Mode = 0o600
	}
	if o.Memory == 0 {
		o.Memory = 1 << 30
	}
	if o.FS == nil {
		o.FS = disk.OS{}
	}
	work := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
	return &Target{path: path, work: work, Options: o}
}

// Name implements load.Target.
func (t *Target) Name() string { return "duckdb " + t.path }

// Published implements load.Target.
func (t *Target) Published(ctx context.Context) (string, error) {
	run, err := t.current(ctx)
	return run, t.wrap("see what is published", err)
}

// Check implements load.Target. It makes and removes one hidden file, for nothing less proves that a run will be able to.
func (t *Target) Check(ctx context.Context) error {
	if _, err := t.current(ctx); err != nil {
		return t.wrap("check", err)
	}
	name := fmt.Sprintf(".%s.check-%d", filepath.Base(t.path), os.Getpid())
	probe := filepath.Join(disk.Nearest(filepath.Dir(t.path)), name)
	f, err := t.FS.Create(probe, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = t.FS.Remove(probe)
	}
	return t.wrap("check", err)
}

// Stage implements load.Target. It removes what dead runs left here. Until Commit or Discard no other run can stage here.
func (t *Target) Stage(ctx context.Context, p load.Publication) (load.Staged, error) {
	s, err := t.stage(ctx, p)
	if err != nil {
		return nil, t.wrap("stage run "+p.RunID, err)
	}
	return s, nil
}

func (t *Target) stage(ctx context.Context, p load.Publication) (*staged, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if _, err := t.current(ctx); err != nil {
		return nil, err
	}
	claim, err := disk.TakeFolder(t.FS, t.work, disk.FolderMode(0o600))
	if err != nil {
		return nil, err
	}
	s := &staged{Target: t, runID: p.RunID, claim: claim, file: filepath.Join(t.work, p.RunID+".duckdb")}
	if err = s.sweep(); err == nil {
		err = s.build(ctx, p)
	}
	if err != nil {
		if errLeft := s.discard(); errLeft != nil {
			err = fmt.Errorf("%w (%s stays until the next run, for it could not be removed: %w)", err, t.work, errLeft)
		}
		return nil, err
	}
	return s, nil
}

// wrap says at which target it happened and what a person can do; nil stays nil.
func (t *Target) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %s: %w", t.Name(), doing, disk.Advise(err))
}
