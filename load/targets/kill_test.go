package targets_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lastro/load"
	"lastro/load/targets"
	"lastro/load/targettest"
)

// keep is more than the default, so that a reader whom a busy machine stops for a while is not outrun.
const keep = 8

func openAll(folder string) ([]load.Target, error) {
	var all []load.Target
	for _, kind := range targets.Kinds() {
		target, err := targets.Open(config(kind, folder))
		if err != nil {
			return nil, err
		}
		all = append(all, target)
	}
	return all, nil
}

func publishForEver(folder string) error {
	number, err := strconv.Atoi(os.Getenv("LASTRO_TEST_NUMBER"))
	if err != nil {
		return err
	}
	all, err := openAll(folder)
	if err != nil {
		return err
	}
	for ; ; number++ {
		p, err := targettest.StampedRun(number)
		if err != nil {
			return err
		}
		for _, target := range all {
			if err := targettest.Publish(target, p); err != nil {
				return err
			}
		}
	}
}

// TestKilled kills a publishing process at random moments, LASTRO_KILLS times, while readers poll all targets.
func TestKilled(t *testing.T) {
	kills := 6
	if text := os.Getenv("LASTRO_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	all, err := openAll(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range all {
		if err := targettest.Publish(target, targettest.Stamped(t, 0)); err != nil {
			t.Fatal(err)
		}
	}
	stop, polled := make(chan struct{}), make(chan error, 1)
	go func() { polled <- poll(folder, stop) }()
	for n := 1; n <= kills; n++ {
		run := exec.Command(os.Args[0])
		run.Env = append(os.Environ(), "LASTRO_TEST_PUBLISH="+folder, "LASTRO_TEST_DATABASE="+database, fmt.Sprint("LASTRO_TEST_NUMBER=", n*1000))
		run.Stderr = os.Stderr
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50*time.Millisecond + rand.N(400*time.Millisecond))
		_ = run.Process.Kill()
		if err := run.Wait(); err == nil || run.ProcessState.ExitCode() != -1 {
			t.Errorf("the publisher ended by itself: %v", err)
		}
	}
	close(stop)
	if err := <-polled; err != nil {
		t.Error(err)
	}
	for _, target := range all {
		if err := targettest.Publish(target, targettest.Stamped(t, 999_999)); err != nil {
			t.Error(err)
		}
		if run, err := target.Published(context.Background()); err != nil || !strings.Contains(run, "999999") {
			t.Errorf("%s shows %q: %v", target.Name(), run, err)
		}
	}
	tidy(t, folder)
}

// poll reads all targets again and again: always a whole run, and never an older one than before.
func poll(folder string, stop <-chan struct{}) error {
	last := map[string]string{}
	for {
		for _, kind := range targets.Kinds() {
			s, err := read(kind, folder)
			if err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
			run, err := targettest.Whole(s)
			if err != nil {
				return fmt.Errorf("%s: %w", kind, err)
			}
			if run < last[kind] {
				return fmt.Errorf("%s: run %s came after %s", kind, run, last[kind])
			}
			last[kind] = run
		}
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

// tidy fails the test when anything lies in folder but what targets show and the runs they keep.
func tidy(t *testing.T, folder string) {
	runs := 0
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		parts := strings.Split(name, "/")
		switch {
		case len(parts) == 1 && slices.Contains(targets.Kinds(), name), name == ".csv.runs", name == ".parquet.runs":
		case len(parts) == 2 && e.IsDir() && strings.HasPrefix(e.Name(), "20250831T"):
			runs++
		case len(parts) == 3 && strings.HasPrefix(parts[1], "20250831T"):
		default:
			t.Errorf("left behind: %s", name)
		}
		return nil
	})
	if err != nil || runs > 2*keep {
		t.Errorf("%d runs are kept: %v", runs, err)
	}
}
