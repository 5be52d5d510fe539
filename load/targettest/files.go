package targettest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/load"
)

// TracePath lists all files, folders and links around a path, for Harness.Trace.
func TracePath(path string) ([]string, error) {
	var names []string
	root := filepath.Dir(path)
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, root)
		if e.Type()&fs.ModeSymlink != 0 {
			text, err := os.Readlink(p)
			if err != nil {
				return err
			}
			name += " -> " + text
		}
		names = append(names, name)
		return nil
	})
	return names, err
}

// RunFiles tests what targets have in common that publish at a path of a disk: that no fault at any step shows readers
// anything but the old or the new run, that what a dead run left goes with the next, that what is renamed into
// place is durable, that nothing foreign is touched, that permissions hold.
func RunFiles(t *testing.T, h Harness) {
	for _, fault := range []Fault{Refuse, Lie, Die} {
		t.Run("every step "+fault.String(), func(t *testing.T) { h.testFaults(t, fault) })
	}
	t.Run("durable", h.testDurable)
	t.Run("foreign", h.testForeign)
	t.Run("permissions", h.testModes)
	t.Run("missing folders", h.testMissing)
}

func (h Harness) testFaults(t *testing.T, fault Fault) {
	place := h.Place(t)
	check(t, Publish(h.Open(place, 3, nil), Stamped(t, 0)))
	clean := len(h.trace(t, place))
	last, stages, commits := 0, 0, 0
	for at := 1; ; at++ {
		number := at
		broken := &Disk{At: at, Fault: fault}
		target := h.Open(place, 1, broken)
		staged, err := target.Stage(context.Background(), Stamped(t, number))
		where := "stage"
		if err == nil {
			where = "commit"
			err = staged.Commit(context.Background())
			_ = staged.Discard() // gives the claim back, as the system does for one who died
		}
		if steps := broken.Steps(); len(steps) < at {
			if err != nil {
				t.Fatalf("fails without a fault: %v", err)
			}
			t.Logf("%d steps; the fault was told %d times by stage, %d times by commit", len(steps), stages, commits)
			break
		}
		at := fmt.Sprintf("%s of %s at step %d, %s", fault, where, at, broken.Steps()[at-1])
		seen, errRead := h.Read(place)
		check(t, errRead)
		run, errWhole := Whole(seen)
		if errWhole != nil {
			t.Fatalf("%s: %v", at, errWhole)
		}
		switch {
		case err == nil && run != stamp(number):
			t.Fatalf("%s: committed without an error, readers see %s", at, run)
		case where == "stage" && run != stamp(last), run != stamp(last) && run != stamp(number):
			t.Fatalf("%s: readers see %s", at, run)
		case err != nil && !strings.Contains(err.Error(), "disk is full"):
			t.Fatalf("%s: the error does not say what to do: %v", at, err)
		}
		if err != nil && where == "stage" {
			stages++
		} else if err != nil {
			commits++
		}
		// The next run goes on by itself and cleans up.
		last = number*1000 + 1
		if err := Publish(h.Open(place, 1, nil), Stamped(t, last)); err != nil {
			t.Fatalf("%s: the next run: %v", at, err)
		}
		h.sees(t, place, last)
		if names := h.trace(t, place); len(names) != clean {
			t.Fatalf("%s: the next run leaves behind: %q", at, names)
		}
	}
	if stages == 0 || commits == 0 && fault != Lie {
		t.Errorf("faults were told %d times by stage and %d times by commit", stages, commits)
	}
}

func (h Harness) testDurable(t *testing.T) {
	place := h.Place(t)
	for number := range 3 {
		d := &Disk{Final: place}
		check(t, Publish(h.Open(place, 2, d), Stamped(t, number)))
		if lost := d.Careless(); len(lost) > 0 {
			t.Errorf("published before it was durable: %q; steps: %q", lost, d.Steps())
		}
		if d.Unsynced(filepath.Dir(place)) {
			t.Errorf("a commit that was reported is not durable; steps: %q", d.Steps())
		}
	}
}

func (h Harness) testForeign(t *testing.T) {
	things := map[string]func(path string) error{
		"folder with a file": func(path string) error {
			return errors.Join(os.Mkdir(path, 0o755), os.WriteFile(filepath.Join(path, "mine.txt"), []byte("mine"), 0o644))
		},
		"file":       func(path string) error { return os.WriteFile(path, []byte("mine"), 0o644) },
		"empty file": func(path string) error { return os.WriteFile(path, nil, 0o644) },
		"link elsewhere": func(path string) error {
			other := filepath.Join(filepath.Dir(path), "other")
			return errors.Join(os.Mkdir(other, 0o755), os.Symlink("other", path))
		},
		"dangling link": func(path string) error { return os.Symlink("nowhere", path) },
	}
	for name, make := range things {
		place := h.Place(t)
		check(t, make(place))
		before := h.trace(t, place)
		target := h.Open(place, 3, nil)
		_, errPublished := target.Published(context.Background())
		for what, err := range map[string]error{
			"published": errPublished,
			"check":     target.Check(context.Background()),
			"publish":   Publish(target, Stamped(t, 1)),
		} {
			if err == nil || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "give the target another path") {
				t.Errorf("%s: %s must refuse it, name it and say what to do: %v", name, what, err)
			}
		}
		h.sameTrace(t, place, before)
	}
}

func (h Harness) testModes(t *testing.T) {
	place := h.Place(t)
	check(t, Publish(h.Open(place, 3, nil), Stamped(t, 1)))
	err := filepath.WalkDir(filepath.Dir(place), func(p string, e fs.DirEntry, err error) error {
		if err != nil || p == filepath.Dir(place) {
			return err
		}
		info, err := e.Info()
		if err == nil && e.Type()&fs.ModeSymlink == 0 && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may use %s: %v", p, info.Mode())
		}
		return err
	})
	check(t, err)
}

func (h Harness) testMissing(t *testing.T) {
	parent := filepath.Dir(h.Place(t))
	place := filepath.Join(parent, "a", "b", "out")
	var target load.Target = h.Open(place, 3, nil)
	before := h.trace(t, filepath.Join(parent, "x"))
	check(t, target.Check(context.Background()))
	s, err := target.Stage(context.Background(), Stamped(t, 1))
	check(t, err)
	check(t, s.Discard())
	h.sameTrace(t, filepath.Join(parent, "x"), before)
	check(t, Publish(target, Stamped(t, 1)))
	h.sees(t, place, 1)
}
