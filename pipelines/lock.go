package pipelines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Holder is the process that holds the lock of a state folder.
type Holder struct {
	RunID   string    `json:"run_id"`
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
}

// LockedError says that another process works on the state folder.
type LockedError struct {
	// Path is the lock file. Holder is empty when the other process has not said yet who it is.
	Path   string
	Holder Holder
}

func (e *LockedError) Error() string {
	if e.Holder.RunID == "" && e.Holder.PID == 0 {
		return fmt.Sprintf("another process holds %s: wait for it to end", e.Path)
	}
	return fmt.Sprintf("run %s (%s, process %d on %s, since %s) holds %s: wait for it to end, or stop it", e.Holder.RunID, e.Holder.Command,
		e.Holder.PID, e.Holder.Host, e.Holder.Since.Format(time.RFC3339), e.Path)
}

// Lock keeps other processes from a state folder until it is released, or its process ends, however that ends.
type Lock struct {
	file *flock.Flock
}

// A look at who holds the lock takes it for an instant (see CurrentHolder), so one refusal proves nothing.
const (
	lockPatience = 300 * time.Millisecond
	lockRetry    = 20 * time.Millisecond
)

// AcquireLock takes the lock of the state folder, which it makes if need be, and writes into it who holds it.
// identify says that; it is called when the lock is held, so that a run id made in it is the latest of all.
// AcquireLock returns a *LockedError when another process has the lock. What a dead holder wrote is overwritten.
func AcquireLock(ctx context.Context, state string, identify func() (Holder, error)) (*Lock, error) {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, fmt.Errorf("make state folder: %w", err)
	}
	path := lockPath(state)
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	patience, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	switch _, err := file.TryLockContext(patience, lockRetry); {
	case ctx.Err() != nil:
		return nil, errors.Join(ctx.Err(), file.Close())
	case errors.Is(err, context.DeadlineExceeded):
		return nil, errors.Join(&LockedError{Path: path, Holder: readHolder(path)}, file.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	lock := &Lock{file: file}
	if err := lock.write(identify); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return lock, nil
}

// write puts the holder into the lock file: in place, not by rename, since the lock is on this very file.
func (l *Lock) write(identify func() (Holder, error)) error {
	if err := os.Truncate(l.file.Path(), 0); err != nil { // until it is written, no one reads of a dead holder
		return fmt.Errorf("empty %s: %w", l.file.Path(), err)
	}
	holder, err := identify()
	if err != nil {
		return err
	}
	content, err := json.Marshal(holder)
	if err == nil {
		err = os.WriteFile(l.file.Path(), append(content, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", l.file.Path(), err)
	}
	return nil
}

// Release gives the lock back. A second call does nothing. The file stays: a process that waits has it open already.
func (l *Lock) Release() error {
	if !l.file.Locked() {
		return nil
	}
	if err := errors.Join(os.Truncate(l.file.Path(), 0), l.file.Close()); err != nil {
		return fmt.Errorf("release %s: %w", l.file.Path(), err)
	}
	return nil
}

// CurrentHolder says who holds the lock of the state folder. held is false when no process does.
func CurrentHolder(state string) (holder Holder, held bool, err error) {
	path := lockPath(state)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return Holder{}, false, nil // nothing has run here; asking must not make the folder
	}
	file := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := file.TryRLock()
	if err != nil {
		return Holder{}, false, errors.Join(fmt.Errorf("ask who holds %s: %w", path, err), file.Close())
	}
	if err := file.Close(); err != nil {
		return Holder{}, false, fmt.Errorf("close %s: %w", path, err)
	}
	if free {
		return Holder{}, false, nil
	}
	return readHolder(path), true, nil
}

func lockPath(state string) string { return filepath.Join(state, "lock") }

// readHolder gives what the lock file says, and an empty Holder when it says nothing whole: its process may have
// taken the lock an instant ago.
func readHolder(path string) Holder {
	var holder Holder
	content, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(content, &holder) != nil {
		return Holder{}
	}
	return holder
}
