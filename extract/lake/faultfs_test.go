package lake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var errFault = errors.New("no space left on device")

// fault is what happens at a step of the file system.
type fault int

const (
	failOnce fault = iota // the step fails, later ones work (a disk full for a moment); the power goes in the end
	failOn                // the step and all later ones fail: a disk gone read-only
	kill                  // the process dies after the step
	powerCut              // the same, and all that was not synced is lost
)

func (f fault) String() string { return [...]string{"fail once", "fail on", "kill", "power cut"}[f] }

// faultyDisk is a disk with a fault at one step. It remembers what a power cut
// would take back.
type faultyDisk struct {
	disk
	at    int // step number from 1; 0: none
	fault fault

	steps   int
	dead    bool
	synced  map[string]bool
	undo    map[string][]func() error // by the folder whose sync makes it durable
	unsound []string                  // renames of the manifest over what is not durable
}

func newFaultyDisk(at int, f fault) *faultyDisk {
	return &faultyDisk{at: at, fault: f, synced: map[string]bool{}, undo: map[string][]func() error{}}
}

// step runs one operation, or lets it fail.
func (d *faultyDisk) step(do func() error) error {
	d.steps++
	if d.dead || (d.at > 0 && d.fault == failOn && d.steps >= d.at) {
		return errFault
	}
	if d.steps != d.at {
		return do()
	}
	if d.fault == failOnce {
		return errFault
	}
	d.dead = true
	return errors.Join(do(), errFault)
}

func (d *faultyDisk) killed() bool { return d.dead }

func (d *faultyDisk) WriteFile(path string, data []byte) error {
	return d.step(func() error {
		delete(d.synced, path)
		if _, err := os.Stat(path); err != nil {
			d.later(path, func() error { return os.Remove(path) })
		}
		return d.disk.WriteFile(path, data)
	})
}

func (d *faultyDisk) Sync(path string) error {
	return d.step(func() error {
		d.synced[path] = true
		delete(d.undo, path)
		_, err := os.Stat(path) // durability is played here, no disk need be waited for
		return err
	})
}

func (d *faultyDisk) Rename(from, to string) error {
	return d.step(func() error {
		if filepath.Base(to) == manifestName {
			d.checkSound(from)
		}
		earlier, readErr := os.ReadFile(to)
		d.synced[to] = d.synced[from]
		delete(d.synced, from)
		d.later(to, func() error {
			if os.Rename(to, from) != nil { // its old folder may be gone for good
				_ = os.Remove(to)
			}
			if readErr != nil {
				return nil
			}
			return os.WriteFile(to, earlier, filePerm)
		})
		return d.disk.Rename(from, to)
	})
}

func (d *faultyDisk) Link(from, to string) error {
	return d.step(func() error {
		d.synced[to] = d.synced[from]
		d.later(to, func() error { return os.Remove(to) })
		return d.disk.Link(from, to)
	})
}

// checkSound notes what the manifest would name before it is durable.
func (d *faultyDisk) checkSound(manifest string) {
	if !d.synced[manifest] {
		d.unsound = append(d.unsound, manifest)
	}
	for folder := range d.undo {
		if !strings.Contains(folder, "/"+tempFolder) {
			d.unsound = append(d.unsound, folder)
		}
	}
}

func (d *faultyDisk) Mkdir(path string) (made bool, err error) {
	err = d.step(func() error {
		made, err = d.disk.Mkdir(path)
		if made {
			d.later(path, func() error { return os.RemoveAll(path) })
		}
		return err
	})
	return made, err
}

func (d *faultyDisk) Remove(path string) error {
	return d.step(func() error {
		data, readErr := os.ReadFile(path)
		d.later(path, func() error {
			if readErr != nil {
				return nil
			}
			return os.WriteFile(path, data, filePerm)
		})
		return d.disk.Remove(path)
	})
}

// RemoveAll is durable at once, which is the worst that can happen.
func (d *faultyDisk) RemoveAll(path string) error {
	return d.step(func() error { return d.disk.RemoveAll(path) })
}

func (d *faultyDisk) later(path string, undo func() error) {
	d.undo[filepath.Dir(path)] = append(d.undo[filepath.Dir(path)], undo)
}

// cutPower takes back what was not made durable: files written since keep half
// of their bytes, folders forget their new entries.
func (d *faultyDisk) cutPower(dir string, existed map[string]bool) error {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || d.synced[path] || existed[path] {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()/2)
	})
	for _, undos := range d.undo {
		for i := len(undos) - 1; i >= 0; i-- {
			// What lies in a folder that is undone itself is gone already.
			if undoErr := undos[i](); undoErr != nil && !errors.Is(undoErr, fs.ErrNotExist) {
				err = errors.Join(err, undoErr)
			}
		}
	}
	return err
}
