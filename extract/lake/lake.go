// Package lake keeps the records that were read: immutable Parquet files by
// run and stream, and one manifest that says which of them count. It is the
// only writer of both.
//
// Every version of a record is kept with the moment it was first seen, so that
// what was known at a moment, or by a run, can be read again. A commit is one
// rename of the manifest: a reader sees all of a run or nothing of it, and a
// run that dies leaves the lake as it was.
package lake

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// Lake is a folder of records. Its methods may be called by several goroutines;
// one transaction or vacuum can be under way at a time, and who starts one
// holds the lock of the state, so that no other process does.
type Lake struct {
	dir string
	fs  fileSystem
	log *slog.Logger

	mu   sync.Mutex
	busy string // what is changing the lake now; empty: nothing
}

// Open opens the lake in dir, making its folders (mode 0700) when they are
// missing. A manifest that cannot be read is an error that says what to do.
// log takes warnings; nil keeps silent.
func Open(dir string, log *slog.Logger) (*Lake, error) {
	return open(dir, log, disk{})
}

func open(dir string, log *slog.Logger, fsys fileSystem) (*Lake, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the lake in %s: %w", dir, err)
	}
	l := &Lake{dir: abs, fs: fsys, log: log}
	if err := os.MkdirAll(filepath.Dir(abs), folderPerm); err != nil {
		return nil, fmt.Errorf("open the lake in %s: %w", dir, err)
	}
	for _, folder := range []string{abs, l.at(dataFolder), l.at(quarantineFolder), l.at(tempFolder)} {
		if err := l.ownFolder(folder); err != nil {
			return nil, fmt.Errorf("open the lake in %s: %w", dir, err)
		}
	}
	if _, _, err := l.load(); err != nil {
		return nil, err
	}
	return l, nil
}

// ownFolder makes a folder that only its owner can enter.
func (l *Lake) ownFolder(folder string) error {
	made, err := l.fs.Mkdir(folder)
	if err != nil {
		return err
	}
	if made {
		return l.fs.Sync(filepath.Dir(folder))
	}
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder: move it away", folder)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(folder, folderPerm); err != nil {
			return fmt.Errorf("close %s to other users: %w", folder, err)
		}
	}
	return nil
}

// at gives the absolute path of a file of the lake.
func (l *Lake) at(relative string) string { return filepath.Join(l.dir, filepath.FromSlash(relative)) }

func (l *Lake) load() (*manifest, bool, error) { return loadManifest(l.at(manifestName)) }

// occupy reserves the lake for one change; release frees it.
func (l *Lake) occupy(what string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy != "" {
		return fmt.Errorf("start %s: %w", what, errBusy(l.busy))
	}
	l.busy = what
	return nil
}

func (l *Lake) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = ""
}

func errBusy(what string) error {
	return errors.New("the lake is being changed by " + what + ": wait until it ends")
}
