package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sweep removes what dead runs left behind: what was being written or removed, a run that was about to be published,
// folders that are not whole, runs beyond those to keep. Names that are not of our making stay.
// The caller holds the claim on t.runs, so nobody else is at work there.
func (t *Target) sweep() error {
	current, err := t.current()
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(t.runs)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(t.runs, name)
		switch {
		case name == nextLink:
			err = t.sweepNext(path, current)
		case strings.HasPrefix(name, building):
			err = t.FS.RemoveAll(path)
		case e.IsDir() && name != current && runFolder.MatchString(name):
			if _, errManifest := os.Lstat(filepath.Join(path, ManifestName)); errors.Is(errManifest, fs.ErrNotExist) {
				err = t.FS.RemoveAll(path)
			}
		}
		if err != nil {
			return fmt.Errorf("remove what a dead run left: %w", err)
		}
	}
	return t.retain()
}

// sweepNext removes the link that waited to be published, after the folder it is for: it proves that nobody saw that folder.
func (t *Target) sweepNext(path, current string) error {
	name, err := t.linked(path)
	if err != nil {
		return err
	}
	if name != "" && name != current {
		if err := t.drop(name); err != nil {
			return err
		}
	}
	return t.FS.Remove(path)
}

// retain removes the published runs beyond the Keep newest. The one that readers see is always among those that stay.
func (t *Target) retain() error {
	current, err := t.current()
	if err != nil {
		return err
	}
	names, err := t.published()
	if err != nil {
		return err
	}
	left := t.Keep - 1
	for _, name := range names {
		switch {
		case name == current:
		case left > 0:
			left--
		default:
			if err := t.drop(name); err != nil {
				return fmt.Errorf("remove old run %s: %w", name, err)
			}
		}
	}
	return nil
}

// drop removes a run's folder. Its name goes first, so that no half of a run bears the name of a whole one.
func (t *Target) drop(name string) error {
	dying := filepath.Join(t.runs, building+name)
	if err := t.FS.RemoveAll(dying); err != nil {
		return err
	}
	if err := t.FS.Rename(filepath.Join(t.runs, name), dying); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return t.FS.RemoveAll(dying)
}
