package pipelines

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var start = time.Date(2025, 8, 31, 2, 30, 0, 0, time.UTC)

func TestLedger(t *testing.T) {
	redactor := &Redactor{}
	redactor.Add("tok_12345")
	state := filepath.Join(t.TempDir(), "state")
	ledger := NewLedger(state, redactor)
	if runs, err := ledger.List(); len(runs) != 0 || err != nil {
		t.Fatalf("an empty ledger lists %v, %v", runs, err)
	}
	run := Run{ID: "20250831T023000Z-1a2b3c", Command: "run --header tok_12345", Pipeline: "books", StartedAt: start, AsOf: "2025-08-30", PolicyVersion: "0123456789ab", CodeVersion: "v1"}
	lock, err := AcquireLock(t.Context(), state, holderOf(run.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Start(run); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Start(run); err == nil {
		t.Error("one run was started twice")
	}
	if err := ledger.Finish(Run{ID: run.ID, Status: StatusRunning}); err == nil {
		t.Error("a run was finished that still runs")
	}
	if got, err := ledger.Get(run.ID); err != nil || got.Status != StatusRunning || !got.EndedAt.IsZero() {
		t.Errorf("while it runs: %+v, %v", got, err)
	}
	run.Streams = []StreamRow{{Source: "books", Stream: "accounts", Read: 5, Accepted: 3, Dropped: 1, Quarantined: 1}}
	if err := ledger.Update(run); err != nil {
		t.Fatal(err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.Get(run.ID); err != nil || got.Status != StatusCrashed || len(got.Streams) != 1 {
		t.Errorf("when its process is gone: %+v, %v", got, err)
	}
	run.Status, run.EndedAt = StatusFailed, start.Add(time.Minute)
	run.Models = []ModelRow{{Name: "retention", Seconds: 0.25, Rows: 12}}
	run.Checks = []CheckRow{{Name: "retention: key", Severity: "error", Failures: 2}}
	run.Targets = []TargetRow{{Name: "csv ./out/csv", Status: "kept run 20250830T023000Z-aaaaaa"}}
	run.Error, run.Warnings = "server refused tok_12345", []string{"tok_12345 is old"}
	if err := ledger.Finish(run); err != nil {
		t.Fatal(err)
	}
	want := run
	want.Command, want.Error, want.Warnings = "run --header [secret]", "server refused [secret]", []string{"[secret] is old"}
	got, err := ledger.Get(run.ID)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("finished: %v\n%s", err, diff)
	}
	if run.Warnings[0] != "tok_12345 is old" {
		t.Error("Finish changed its caller's run")
	}
	content, err := os.ReadFile(ledger.path(run.ID))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/run.json", string(content))
	if info, err := os.Stat(ledger.path(run.ID)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the row has mode %v, %v", info.Mode(), err)
	}
}

func TestLedgerLists(t *testing.T) {
	state := t.TempDir()
	ledger := NewLedger(state, nil)
	ids := []string{"20250829T023000Z-ffffff", "20250831T023000Z-000000", "20250830T023000Z-aaaaaa"}
	for _, id := range ids {
		if err := ledger.Finish(Run{ID: id, Status: StatusDone}); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(state, "runs", "20250901T023000Z-000000.json"), `{"id": "2025`)
	write(t, filepath.Join(state, "runs", "20250902T023000Z-000000.json"), `{"id": "20250901T023000Z-000000", "status": "done"}`)
	write(t, filepath.Join(state, "runs", "notes.txt"), "mine")
	runs, err := ledger.List()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, run := range runs {
		got = append(got, run.ID+" "+string(run.Status))
	}
	want := []string{
		"20250902T023000Z-000000 unreadable", "20250901T023000Z-000000 unreadable",
		"20250831T023000Z-000000 done", "20250830T023000Z-aaaaaa done", "20250829T023000Z-ffffff done",
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for _, id := range []string{"20250831T023000Z-999999", "../lock", ""} {
		if _, err := ledger.Get(id); !errors.Is(err, ErrNoRun) {
			t.Errorf("run %q: %v", id, err)
		}
	}
}

// TestRunIDsRise: whatever the clock and the dice do, each id is later than all before.
func TestRunIDsRise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		state, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		ledger, last := NewLedger(state, nil), ""
		for range rapid.IntRange(1, 6).Draw(r, "runs") {
			now := start.Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(r, "milliseconds")) * time.Millisecond)
			random := rapid.SliceOfN(rapid.Byte(), 3, 3).Draw(r, "random")
			id, err := ledger.NewID(now, bytes.NewReader(random))
			if err != nil {
				r.Fatal(err)
			}
			if id <= last || !runIDForm.MatchString(id) {
				r.Fatalf("id %s after %s", id, last)
			}
			if err := os.MkdirAll(filepath.Join(state, "runs"), 0o700); err != nil {
				r.Fatal(err)
			}
			if err := os.WriteFile(ledger.path(id), nil, 0o600); err != nil {
				r.Fatal(err)
			}
			last = id
		}
	})
	if _, err := NewLedger(t.TempDir(), nil).NewID(start, strings.NewReader("ab")); err == nil {
		t.Error("an id was made without its random digits")
	}
}
