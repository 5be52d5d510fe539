package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lastro/load/disk"
)

const (
	// building begins the name of a folder that is being written or removed.
	building = ".tmp-"
	// nextLink is the link that waits to be renamed over the path. While it is there, what it names is not published:
	// the rename that publishes takes it away.
	nextLink = ".next"
)

// runFolder matches the folders of published runs: the run id, with .2, .3 and so on when the run is published again.
var runFolder = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9_-]*)(?:\.([1-9][0-9]*))?$`)

// current gives the name of the folder, in t.runs, that readers see: "" when nothing is published.
// What lies at the path and is not of our making is an error.
func (t *Target) current() (string, error) {
	info, err := os.Lstat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case info.IsDir():
		empty, err := disk.IsEmpty(t.path)
		if err == nil && !empty {
			err = fmt.Errorf("%s is a folder with something in it, not a link to a run: move it away or give the target another path", t.path)
		}
		return "", err
	case info.Mode()&fs.ModeSymlink == 0:
		return "", fmt.Errorf("%s is a file: move it away or give the target another path", t.path)
	}
	name, err := t.linked(t.path)
	if err == nil && name == "" {
		err = fmt.Errorf("%s is a link that leads elsewhere than %s: remove it or give the target another path", t.path, t.runs)
	}
	return name, err
}

// linked gives the name of the run's folder that a link at path is meant for, "" when it is for anything else.
func (t *Target) linked(path string) (string, error) {
	text, err := os.Readlink(path)
	if err != nil {
		return "", err
	}
	name := filepath.Base(text)
	if text != t.linkText(name) || !runFolder.MatchString(name) {
		return "", nil
	}
	return name, nil
}

// linkText is relative, so that the folder above can be moved or mounted elsewhere as a whole.
func (t *Target) linkText(name string) string {
	return filepath.Join(filepath.Base(t.runs), name)
}

// published gives the folders of the runs that were published, the newest first. Run ids sort by time.
func (t *Target) published() ([]string, error) {
	entries, err := os.ReadDir(t.runs)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && runFolder.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		idA, nA := splitFolder(a)
		idB, nB := splitFolder(b)
		if c := strings.Compare(idB, idA); c != 0 {
			return c
		}
		return nB - nA
	})
	return names, nil
}

func splitFolder(name string) (id string, n int) {
	m := runFolder.FindStringSubmatch(name)
	n, _ = strconv.Atoi(m[2])
	return m[1], n
}

// freeFolder gives a name for the folder of a run that no folder bears.
func (t *Target) freeFolder(runID string) (string, error) {
	name := runID
	for n := 2; ; n++ {
		_, err := os.Lstat(filepath.Join(t.runs, name))
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s.%d", runID, n)
	}
}
