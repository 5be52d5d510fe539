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

// staged is a file that is built and durable and lies beside the path.
type staged struct {
	*Target
	runID string
	file  string
	claim *disk.Claim
	done  bool // readers see it, or it is gone
}

// sweep empties the folder the file is built in; the claim says that nobody else is at work there.
func (s *staged) sweep() error {
	entries, err := os.ReadDir(s.work)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if s.claim.Owns(e.Name()) {
			continue
		}
		if err := s.FS.RemoveAll(filepath.Join(s.work, e.Name())); err != nil {
			return fmt.Errorf("remove what a dead run left: %w", err)
		}
	}
	return nil
}

// build writes the file and makes it durable.
func (s *staged) build(ctx context.Context, p load.Publication) error {
	if err := writeDatabase(ctx, s.file, filepath.Join(s.work, "spill"), s.Memory, p); err != nil {
		return err
	}
	// DuckDB folds its log into the file when it closes it; a log that is left would have to be renamed with it, which no
	// one step can do.
	if _, err := os.Lstat(s.file + ".wal"); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("DuckDB left a log beside %s: free some space and run again", s.file)
	}
	if err := s.FS.Chmod(s.file, s.Mode); err != nil {
		return err
	}
	if err := s.FS.SyncFile(s.file); err != nil {
		return err
	}
	if err := s.FS.SyncDir(s.work); err != nil {
		return err
	}
	return ctx.Err()
}

// Commit implements load.Staged.
func (s *staged) Commit(ctx context.Context) error {
	if s.done {
		return nil
	}
	err := ctx.Err()
	if err == nil {
		err = s.swap()
	}
	if err != nil {
		return s.wrap("publish run "+s.runID, err)
	}
	s.claim.Release()
	return nil
}

func (s *staged) swap() error {
	// A log beside the old file is of a program that wrote into it. DuckDB would apply it to the new file. Without it the
	// old file is as we published it, so readers see one run all the time.
	if err := s.FS.Remove(s.path + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := s.FS.Rename(s.file, s.path)
	if err != nil {
		// An error does not say that nothing was done; the file's absence does.
		_, gone := os.Lstat(s.file)
		s.done = errors.Is(gone, fs.ErrNotExist)
		return err
	}
	s.done = true
	return s.FS.SyncDir(filepath.Dir(s.path))
}

// Discard implements load.Staged. When Commit failed after readers saw the file, it leaves the file there.
func (s *staged) Discard() error {
	return s.wrap("discard run "+s.runID, s.discard())
}

func (s *staged) discard() error {
	defer s.claim.Release()
	if s.done {
		return nil
	}
	s.done = true
	return s.sweep()
}
