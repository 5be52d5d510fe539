package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// MakeFolders makes path and the parents it lacks, durably, and gives those it made, the outermost first.
// What it made before an error it removes again.
func MakeFolders(fsys FS, path string, mode os.FileMode) (made []string, err error) {
	var missing []string
	for dir := path; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return nil, &fs.PathError{Op: "mkdir", Path: dir, Err: errors.New("a file is there, not a folder")}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		missing = append(missing, dir)
	}
	for i := len(missing) - 1; i >= 0; i-- {
		err := fsys.Mkdir(missing[i], mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			made = append(made, missing[i])
			err = fsys.SyncDir(filepath.Dir(missing[i]))
		}
		if err != nil {
			RemoveFolders(fsys, made)
			return nil, err
		}
	}
	return made, nil
}

// RemoveFolders removes folders that MakeFolders made, as far as nobody put anything into them since.
func RemoveFolders(fsys FS, made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		if fsys.Remove(made[i]) != nil {
			return
		}
	}
}

// FolderMode gives the permissions of a folder whose files have the permissions mode: who may read may enter.
func FolderMode(mode os.FileMode) os.FileMode {
	return mode | (mode&0o444)>>2
}

// Nearest gives path or, when it is not there, the nearest folder above it that is.
func Nearest(path string) string {
	for {
		if _, err := os.Stat(path); err == nil || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}

// IsEmpty says whether a folder holds no name at all.
func IsEmpty(path string) (bool, error) {
	names, err := os.ReadDir(path)
	return len(names) == 0, err
}
