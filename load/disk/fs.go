// Package disk is what targets that publish files ask of a file system: to write, to make durable, to swap by a
// rename, to lock a folder. All changes go through FS, so that a test can fail or kill a publication at each of them.
package disk

import (
	"io"
	"os"
)

// FS makes changes to a file system. Paths are absolute. Reading is not part of it.
type FS interface {
	// Mkdir makes one folder with exactly these permissions, whatever the umask; its parent must be there.
	Mkdir(path string, mode os.FileMode) error
	// Create makes a file that was not there, with exactly these permissions, whatever the umask.
	Create(path string, mode os.FileMode) (File, error)
	// Chmod sets the permissions of a file that something else made.
	Chmod(path string, mode os.FileMode) error
	// SyncFile makes durable a file that something else wrote.
	SyncFile(path string) error
	// SyncDir makes durable which names a folder holds.
	SyncDir(path string) error
	// Symlink makes a symbolic link at path with the text target.
	Symlink(target, path string) error
	// Rename moves a name in one step over what bears the new name, if anything does.
	Rename(from, to string) error
	// Remove removes a file, a link or an empty folder.
	Remove(path string) error
	// RemoveAll removes a folder and all in it; none is no error.
	RemoveAll(path string) error
}

// File is a new file.
type File interface {
	io.Writer
	// Sync makes durable what was written.
	Sync() error
	io.Closer
}

// OS is the file system of the machine.
type OS struct{}

// Mkdir implements FS.
func (OS) Mkdir(path string, mode os.FileMode) error {
	if err := os.Mkdir(path, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// Create implements FS.
func (OS) Create(path string, mode os.FileMode) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(mode); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Chmod implements FS.
func (OS) Chmod(path string, mode os.FileMode) error { return os.Chmod(path, mode) }

// SyncFile implements FS.
func (OS) SyncFile(path string) error { return sync(path) }

// SyncDir implements FS.
func (OS) SyncDir(path string) error { return sync(path) }

// Symlink implements FS.
func (OS) Symlink(target, path string) error { return os.Symlink(target, path) }

// Rename implements FS.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (OS) Remove(path string) error { return os.Remove(path) }

// RemoveAll implements FS.
func (OS) RemoveAll(path string) error { return os.RemoveAll(path) }

func sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
