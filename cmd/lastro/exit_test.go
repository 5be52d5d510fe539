package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lastro/pipelines"
)

// started makes a pipeline directory and gives its file and what runs the program in it.
func started(t *testing.T) (file string, lastro func(context.Context, ...string) (int, string)) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "books")
	if _, err := pipelines.Init(dir, pipelines.InitOptions{}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "pipeline.yaml"), func(ctx context.Context, args ...string) (int, string) {
		var out bytes.Buffer
		code := run(ctx, args, strings.NewReader(""), &out, &out)
		return code, out.String()
	}
}

// TestLockedByAnotherRun ends with 4 and says who holds the lock, and since when.
func TestLockedByAnotherRun(t *testing.T) {
	file, lastro := started(t)
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	lock, err := pipelines.AcquireLock(t.Context(), filepath.Join(filepath.Dir(file), "state"), func() (pipelines.Holder, error) {
		return pipelines.Holder{RunID: "20260102T030405Z-aaaaaa", PID: 4711, Host: "elsewhere", Since: since, Command: "lastro run"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	code, out := lastro(t.Context(), "run", file)
	if code != exitLocked || !strings.Contains(out, "20260102T030405Z-aaaaaa") || !strings.Contains(out, "2026-01-02T03:04:05Z") {
		t.Errorf("exit %d: %s", code, out)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if code, out := lastro(t.Context(), "run", file); code != exitDone {
		t.Errorf("after the lock was released: exit %d: %s", code, out)
	}
}

// TestInterrupted ends with 130 wherever it is, and the next run goes on.
func TestInterrupted(t *testing.T) {
	file, lastro := started(t)
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 150 * time.Millisecond, 600 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		code, out := lastro(ctx, "run", "--force", file)
		cancel()
		if code != exitInterrupted && code != exitDone {
			t.Errorf("interrupted after %s: exit %d: %s", after, code, out)
		}
	}
	if code, out := lastro(t.Context(), "run", "--force", file); code != exitDone {
		t.Errorf("the run after: exit %d: %s", code, out)
	}
}
