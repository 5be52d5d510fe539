package pipelines

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeAtomically puts content at path so that a reader, and a machine that loses power, finds the old content or the
// new one whole. The file and its folder, which is made if need be, are for their owner alone.
func writeAtomically(path string, content []byte) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("make temporary file: %w", err)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(folder)
}

// syncFolder makes the names in a folder durable.
func syncFolder(folder string) error {
	open, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("open folder to sync it: %w", err)
	}
	if err := errors.Join(open.Sync(), open.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}
