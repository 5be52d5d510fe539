package lake

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

const (
	filePerm   = 0o600
	folderPerm = 0o700
)

// fileSystem is every step on which the lake's durability rests. Tests fail or
// cut off each of them in turn; all else the lake does to files may be lost
// without harm.
type fileSystem interface {
	// WriteFile writes a new file, or replaces one of the same name, mode 0600.
	// It is not durable before Sync.
	WriteFile(path string, data []byte) error
	// Sync makes a file's content, or a folder's entries, durable.
	Sync(path string) error
	// Rename moves a file within the lake, replacing one of that name.
	// It is not durable before Sync of the folder it was moved to.
	Rename(from, to string) error
	// Link gives a file a second name within the lake, or copies it where the disk knows no links. It is not durable
	// before Sync of the folder.
	Link(from, to string) error
	// Mkdir makes a folder, mode 0700, and reports whether it was missing.
	Mkdir(path string) (made bool, err error)
	// Remove deletes one file; a file already gone is no error.
	Remove(path string) error
	// RemoveAll deletes a folder of temporary files.
	RemoveAll(path string) error
}

// disk is the operating system's file system.
type disk struct{}

func (disk) WriteFile(path string, data []byte) error {
	if err := os.WriteFile(path, data, filePerm); err != nil {
		return err
	}
	return os.Chmod(path, filePerm)
}

func (disk) Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync %s: %w", path, err), f.Close())
	}
	return f.Close()
}

func (disk) Rename(from, to string) error { return os.Rename(from, to) }

func (disk) Link(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, filePerm)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

func (disk) Mkdir(path string) (bool, error) {
	switch err := os.Mkdir(path, folderPerm); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrExist):
		return false, nil
	default:
		return false, err
	}
}

func (disk) Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (disk) RemoveAll(path string) error { return os.RemoveAll(path) }
