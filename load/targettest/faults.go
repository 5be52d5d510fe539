package targettest

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"lastro/load/disk"
)

// Fault is how a step of a file system goes wrong.
type Fault int

// The faults, each at one step. The error is always "no space left on device".
const (
	Refuse Fault = iota // the step is not done
	Lie                 // the step is done and says it was not
	Die                 // the step is not done and neither is any after it, as when the process was killed
)

// Disk is a file system that fails at one step, and knows what would be lost if the power went.
type Disk struct {
	At    int // the step that fails, from 1; 0 is none
	Fault Fault
	// Final is the path that readers use: what is renamed to it must be durable by then.
	Final string

	mu       sync.Mutex
	step     int
	steps    []string
	unsynced map[string]bool // files and folders
	synced   map[string]bool // files made durable by name
	careless []string
}

// Steps tells what was done, in order.
func (d *Disk) Steps() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.steps)
}

// Careless tells what was renamed to Final before it was durable.
func (d *Disk) Careless() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.careless)
}

// Unsynced says whether a file or the names in a folder would be lost now if the power went. Removals do not count.
func (d *Disk) Unsynced(path string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unsynced[path]
}

func (d *Disk) do(name, path string, act func() error) error {
	d.mu.Lock()
	d.step++
	d.steps = append(d.steps, name+" "+filepath.Base(path))
	hit, dead := d.step == d.At, d.Fault == Die && d.At > 0 && d.step >= d.At
	d.mu.Unlock()
	fail := &os.PathError{Op: name, Path: path, Err: syscall.ENOSPC}
	if dead || hit && d.Fault == Refuse {
		return fail
	}
	err := act()
	if hit && d.Fault == Lie {
		return fail
	}
	return err
}

func (d *Disk) soil(paths ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unsynced == nil {
		d.unsynced, d.synced = map[string]bool{}, map[string]bool{}
	}
	for _, p := range paths {
		d.unsynced[p] = true
		delete(d.synced, p)
	}
}

func (d *Disk) clean(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.synced == nil {
		d.unsynced, d.synced = map[string]bool{}, map[string]bool{}
	}
	delete(d.unsynced, path)
	d.synced[path] = true
}

func (d *Disk) publish(from string) {
	info, err := os.Lstat(from)
	d.mu.Lock()
	defer d.mu.Unlock()
	for path := range d.unsynced {
		d.careless = append(d.careless, path)
	}
	if err == nil && info.Mode().IsRegular() && !d.synced[from] {
		d.careless = append(d.careless, from)
	}
}

// Mkdir implements disk.FS.
func (d *Disk) Mkdir(path string, mode os.FileMode) error {
	return d.do("mkdir", path, func() error { d.soil(filepath.Dir(path)); return disk.OS{}.Mkdir(path, mode) })
}

// Chmod implements disk.FS.
func (d *Disk) Chmod(path string, mode os.FileMode) error {
	return d.do("chmod", path, func() error { return disk.OS{}.Chmod(path, mode) })
}

// SyncFile implements disk.FS.
func (d *Disk) SyncFile(path string) error {
	return d.do("fsync", path, func() error { d.clean(path); return disk.OS{}.SyncFile(path) })
}

// SyncDir implements disk.FS.
func (d *Disk) SyncDir(path string) error {
	return d.do("fsync", path, func() error { d.clean(path); return disk.OS{}.SyncDir(path) })
}

// Symlink implements disk.FS.
func (d *Disk) Symlink(target, path string) error {
	return d.do("symlink", path, func() error { d.soil(filepath.Dir(path)); return disk.OS{}.Symlink(target, path) })
}

// Rename implements disk.FS.
func (d *Disk) Rename(from, to string) error {
	return d.do("rename", to, func() error {
		if to == d.Final {
			d.publish(from)
		}
		d.soil(filepath.Dir(from), filepath.Dir(to))
		return disk.OS{}.Rename(from, to)
	})
}

// Remove implements disk.FS.
func (d *Disk) Remove(path string) error {
	return d.do("remove", path, func() error { return disk.OS{}.Remove(path) })
}

// RemoveAll implements disk.FS.
func (d *Disk) RemoveAll(path string) error {
	return d.do("remove all", path, func() error { return disk.OS{}.RemoveAll(path) })
}

// Create implements disk.FS.
func (d *Disk) Create(path string, mode os.FileMode) (f disk.File, err error) {
	errStep := d.do("create", path, func() error {
		d.soil(path, filepath.Dir(path))
		f, err = disk.OS{}.Create(path, mode)
		return err
	})
	if errStep != nil {
		if f != nil {
			_ = f.Close()
		}
		return nil, errStep
	}
	return &brittleFile{File: f, disk: d, path: path}, nil
}

type brittleFile struct {
	disk.File
	disk *Disk
	path string
}

func (f *brittleFile) Write(p []byte) (n int, err error) {
	errStep := f.disk.do("write", f.path, func() error {
		f.disk.soil(f.path)
		n, err = f.File.Write(p)
		return err
	})
	return n, errStep
}

func (f *brittleFile) Sync() error {
	return f.disk.do("fsync", f.path, func() error { f.disk.clean(f.path); return f.File.Sync() })
}

func (f *brittleFile) Close() error {
	errClose := f.File.Close() // in any case, as the system does for one who died
	return f.disk.do("close", f.path, func() error { return errClose })
}

// String names the fault.
func (f Fault) String() string { return [...]string{"refuse", "lie", "die"}[f] }
