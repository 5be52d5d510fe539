package rundir_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

// format writes how many rows a table has.
var format = rundir.Format{Kind: "test", Ext: "txt", Encode: func(_ context.Context, w io.Writer, _ load.Table, r *load.Reader) error {
	for r.Next() {
	}
	if err := r.Err(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, r.Rows())
	return err
}}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func publish(t *testing.T, path string, o rundir.Options, number int) {
	t.Helper()
	check(t, targettest.Publish(rundir.New(path, format, o), targettest.Stamped(t, number)))
}

// kept gives the folders of the runs by their numbers, as "2" or "2.3", and names that are no runs as they are.
func kept(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(filepath.Dir(path), ".out.runs"))
	check(t, err)
	var names []string
	for _, e := range entries {
		name := strings.TrimPrefix(e.Name(), "20250831T00000")
		names = append(names, strings.Replace(name, "Z-000000", "", 1))
	}
	return names
}

func TestManifest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	publish(t, path, rundir.Options{}, 1)
	m, err := rundir.ReadManifest(path)
	check(t, err)
	text, err := os.ReadFile(filepath.Join(path, m.Tables["accounts"].File))
	check(t, err)
	sum := sha256.Sum256(text)
	p := targettest.Stamped(t, 1)
	want := rundir.Manifest{
		RunID: p.RunID, StartedAt: p.StartedAt, AsOf: p.AsOf, PolicyVersion: p.PolicyVersion, CodeVersion: p.CodeVersion,
		Tables: map[string]rundir.TableFile{"accounts": {
			File: "accounts.txt", Rows: 200, Bytes: 4, SHA256: hex.EncodeToString(sum[:]), Description: "Table accounts.",
			Grain: "one row per key", Key: []string{"id"}, Columns: []rundir.Column{{Name: "id", Type: "BIGINT"}, {Name: "stamp", Type: "VARCHAR"}},
		}},
	}
	delete(m.Tables, "revenue")
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKeepsTheLastRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for step, c := range []struct {
		run, keep int
		want      string
	}{
		{1, 0, "1"}, {2, 0, "1 2"}, {3, 0, "1 2 3"}, {4, 0, "2 3 4"},
		{4, 0, "3 4 4.2"},                // the same run again
		{1, 0, "1 4 4.2"},                // an older run: the one that readers see stays, and the newest others
		{5, 0, "4 4.2 5"}, {6, 1, "6"}, { // fewer to keep than before
			7, 2, "6 7"},
	} {
		publish(t, path, rundir.Options{Keep: c.keep}, c.run)
		if got := strings.Join(kept(t, path), " "); got != c.want {
			t.Errorf("step %d, run %d: kept %s, not %s", step, c.run, got, c.want)
		}
	}
}

func TestSweepsWhatDeadRunsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for n := 1; n <= 3; n++ {
		publish(t, path, rundir.Options{}, n)
	}
	runs := filepath.Join(filepath.Dir(path), ".out.runs")
	check(t, os.CopyFS(filepath.Join(runs, "20250831T000009Z-000000"), os.DirFS(path))) // was about to be published
	check(t, os.Symlink(".out.runs/20250831T000009Z-000000", filepath.Join(runs, ".next")))
	check(t, os.Mkdir(filepath.Join(runs, "20250831T000008Z-000000"), 0o700)) // has no manifest
	check(t, os.Mkdir(filepath.Join(runs, ".tmp-20250831T000007Z-000000"), 0o700))
	check(t, os.WriteFile(filepath.Join(runs, ".tmp-20250831T000007Z-000000", "a.txt"), nil, 0o600))
	check(t, os.WriteFile(filepath.Join(runs, ".lock"), nil, 0o600))
	check(t, os.WriteFile(filepath.Join(runs, "notes of mine.txt"), nil, 0o600))
	check(t, os.Mkdir(filepath.Join(runs, "folder of mine"), 0o700))
	// The run that never was published counts for nothing: runs 2 and 3, which readers may have open, stay.
	publish(t, path, rundir.Options{}, 4)
	if diff := cmp.Diff([]string{"2", "3", "4", "folder of mine", "notes of mine.txt"}, kept(t, path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOthersMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	publish(t, path, rundir.Options{}, 1)
	publish(t, path, rundir.Options{Mode: 0o640}, 2) // from now on
	for name, want := range map[string]os.FileMode{".": 0o750, "accounts.txt": 0o640, "_manifest.json": 0o640, "../../.out.runs": 0o750} {
		folder, err := filepath.EvalSymlinks(path)
		check(t, err)
		info, err := os.Stat(filepath.Join(folder, name))
		check(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%s: %v, not %v", name, info.Mode().Perm(), want)
		}
	}
}

func TestTheFolderAboveCanMove(t *testing.T) {
	root := t.TempDir()
	check(t, os.Mkdir(filepath.Join(root, "a"), 0o700))
	publish(t, filepath.Join(root, "a", "out"), rundir.Options{}, 1)
	check(t, os.Rename(filepath.Join(root, "a"), filepath.Join(root, "b")))
	path := filepath.Join(root, "b", "out")
	if m, err := rundir.ReadManifest(path); err != nil || len(m.Tables) != 2 {
		t.Errorf("%v %v", m, err)
	}
	publish(t, path, rundir.Options{}, 2)
	if got := kept(t, path); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("kept %q", got)
	}
}

func TestReplacesAnEmptyFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	check(t, os.Mkdir(path, 0o755))
	target := rundir.New(path, format, rundir.Options{})
	check(t, target.Check(context.Background()))
	s, err := target.Stage(context.Background(), targettest.Stamped(t, 1))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(path, "came.meanwhile"), nil, 0o600))
	if err := s.Commit(context.Background()); err == nil {
		t.Error("replaced a folder into which somebody had put a file")
	}
	check(t, s.Discard())
	check(t, os.Remove(filepath.Join(path, "came.meanwhile")))
	publish(t, path, rundir.Options{}, 1)
	if got := kept(t, path); !slices.Equal(got, []string{"1"}) {
		t.Errorf("kept %q", got)
	}
}

func TestCheckTellsWhatIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	err := rundir.New(path, format, rundir.Options{FS: &targettest.Disk{At: 1}}).Check(context.Background())
	if err == nil || !strings.Contains(err.Error(), "test "+path) || !strings.Contains(err.Error(), "free some space") {
		t.Errorf("%v", err)
	}
	check(t, os.WriteFile(path, nil, 0o600))
	err = rundir.New(filepath.Join(path, "below", "out"), format, rundir.Options{}).Check(context.Background())
	if err == nil {
		t.Error("finds nothing wrong with a path below a file")
	}
}

var _ disk.FS = &targettest.Disk{}
