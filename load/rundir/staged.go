package rundir

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lastro/load/disk"
)

// staged is a run's folder that is written and durable and that no reader sees.
type staged struct {
	*Target
	runID  string
	folder string // where the files lie now
	claim  *disk.Claim
	done   bool // readers see it, or it is gone
}

// Commit implements load.Staged. Old runs that cannot be removed now are no error: the next Stage removes them or
// says why it cannot.
func (s *staged) Commit(ctx context.Context) error {
	if s.done {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return s.wrap("publish run "+s.runID, err)
	}
	if err := s.swap(); err != nil {
		return s.wrap("publish run "+s.runID, err)
	}
	_ = s.retain()
	s.claim.Release()
	return nil
}

func (s *staged) swap() error {
	name := filepath.Base(s.folder)
	if !runFolder.MatchString(name) {
		free, err := s.freeFolder(s.runID)
		if err != nil {
			return err
		}
		name = free
	}
	next := filepath.Join(s.runs, nextLink)
	if err := s.FS.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.FS.Symlink(s.linkText(name), next); err != nil {
		return err
	}
	if final := filepath.Join(s.runs, name); s.folder != final {
		if err := s.FS.Rename(s.folder, final); err != nil {
			return err
		}
		s.folder = final
	}
	if err := s.FS.SyncDir(s.runs); err != nil {
		return err
	}
	// A rename cannot put a link over a folder; current has seen that this one is empty, and Remove takes no other.
	if info, err := os.Lstat(s.path); err == nil && info.IsDir() {
		if err := s.FS.Remove(s.path); err != nil {
			return err
		}
	}
	err := s.FS.Rename(next, s.path)
	// An error does not say that nothing was done; the link does.
	if now, errLink := s.linked(s.path); errLink == nil && now == name {
		s.done = true
	}
	if err != nil {
		return err
	}
	return s.FS.SyncDir(filepath.Dir(s.path))
}

// Discard implements load.Staged. When Commit failed after readers saw the run, it leaves the run there.
func (s *staged) Discard() error {
	return s.wrap("discard run "+s.runID, s.discard())
}

func (s *staged) discard() error {
	defer s.claim.Release()
	if s.done || s.folder == "" {
		return nil
	}
	s.done = true
	// The link that waits goes last: it is what tells the next Stage that nobody saw the folder.
	if name := filepath.Base(s.folder); runFolder.MatchString(name) {
		if err := s.drop(name); err != nil {
			return err
		}
	} else if err := s.FS.RemoveAll(s.folder); err != nil {
		return err
	}
	return s.FS.RemoveAll(filepath.Join(s.runs, nextLink))
}
