package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// ErrBusy says that another process, or another part of this one, holds a folder.
var ErrBusy = errors.New("another run is publishing here")

// lockName is the file the lock lies on. It is there only while the folder is held, or after its holder was killed.
const lockName = ".lock"

// Claim is the right of one run to change what lies in a folder. The system takes it back when the process ends.
type Claim struct {
	fsys   FS
	folder string
	made   []string
	lock   *flock.Flock
}

// TakeFolder makes a folder, with the parents it lacks, and claims it, or answers ErrBusy at once.
func TakeFolder(fsys FS, folder string, mode os.FileMode) (*Claim, error) {
	// A holder that ends removes the lock's file, and the folder when it is empty. A lock that was taken on a file
	// without a name is worth nothing, so look again.
	for range 10 {
		made, err := MakeFolders(fsys, folder, mode)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		lock, err := tryLock(filepath.Join(folder, lockName))
		if err == nil && lock != nil {
			return &Claim{fsys: fsys, folder: folder, made: made, lock: lock}, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			RemoveFolders(fsys, made)
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w (%s comes and goes): wait for it to end", ErrBusy, filepath.Join(folder, lockName))
}

// tryLock gives nil without an error when it locked a file that is not the one of that name any more.
func tryLock(path string) (*flock.Flock, error) {
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !ok {
		return nil, fmt.Errorf("%w (%s is locked): wait for it to end", ErrBusy, path)
	}
	held, errHeld := lock.Stat()
	named, errNamed := os.Stat(path)
	if errHeld == nil && errNamed == nil && os.SameFile(held, named) {
		return lock, nil
	}
	return nil, lock.Close()
}

// Release gives the folder back, and removes it and the parents TakeFolder made when they are empty.
// A second call does nothing.
func (c *Claim) Release() {
	if !c.lock.Locked() {
		return
	}
	_ = os.Remove(c.lock.Path()) // before it is unlocked: until then nobody else can hold this name
	if c.fsys.Remove(c.folder) == nil {
		RemoveFolders(c.fsys, c.made[:max(0, len(c.made)-1)])
	}
	_ = c.lock.Close()
}

// Owns says whether a name in the folder is that of the claim itself, and goes when the claim does.
func (c *Claim) Owns(name string) bool { return name == lockName }
