package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func holderOf(id string) func() (Holder, error) {
	return func() (Holder, error) {
		return Holder{RunID: id, PID: os.Getpid(), Host: "here", Since: time.Date(2025, 8, 31, 2, 30, 0, 0, time.UTC), Command: "lastro run"}, nil
	}
}

func TestLock(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	if _, held, err := CurrentHolder(state); held || err != nil {
		t.Fatalf("before any run: held %v, %v", held, err)
	}
	lock, err := AcquireLock(t.Context(), state, holderOf("one"))
	if err != nil {
		t.Fatal(err)
	}
	var locked *LockedError
	if _, err := AcquireLock(t.Context(), state, holderOf("two")); !errors.As(err, &locked) || locked.Holder.RunID != "one" {
		t.Fatalf("the second process got %v", err)
	}
	want := fmt.Sprintf("run one (lastro run, process %d on here, since 2025-08-31T02:30:00Z) holds %s: wait for it to end, or stop it", os.Getpid(), lockPath(state))
	if locked.Error() != want {
		t.Errorf("it was told %q, want %q", locked, want)
	}
	if holder, held, err := CurrentHolder(state); !held || holder.RunID != "one" || err != nil {
		t.Errorf("current holder %+v, %v, %v", holder, held, err)
	}
	for range 2 {
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if _, held, err := CurrentHolder(state); held || err != nil {
		t.Errorf("after the release: held %v, %v", held, err)
	}
	again, err := AcquireLock(t.Context(), state, holderOf("three"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(lockPath(state)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the lock file has mode %v, %v", info.Mode(), err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestLockWhenItsHolderCannotBeNamed(t *testing.T) {
	state := t.TempDir()
	refused := errors.New("no id")
	if _, err := AcquireLock(t.Context(), state, func() (Holder, error) { return Holder{}, refused }); !errors.Is(err, refused) {
		t.Fatalf("got %v", err)
	}
	if _, held, _ := CurrentHolder(state); held {
		t.Error("the lock was kept")
	}
	lock, err := AcquireLock(t.Context(), state, holderOf("one"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, lockPath(state), `{"run_id": "on`)
	if _, err := AcquireLock(t.Context(), state, holderOf("two")); err == nil || !strings.HasPrefix(err.Error(), "another process holds ") {
		t.Errorf("got %v", err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := AcquireLock(canceled, state, holderOf("two")); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
}

// TestLockOfDeadProcess takes a lock whose holder was killed. The test runs itself as that other process.
func TestLockOfDeadProcess(t *testing.T) {
	const inOther = "LASTRO_TEST_HOLD_LOCK"
	if state := os.Getenv(inOther); state != "" {
		if _, err := AcquireLock(t.Context(), state, holderOf("dead")); err != nil {
			t.Fatal(err)
		}
		fmt.Println("held")
		time.Sleep(time.Minute)
		return
	}
	state := t.TempDir()
	other := exec.Command(os.Args[0], "-test.run=^TestLockOfDeadProcess$")
	other.Env = append(os.Environ(), inOther+"="+state)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	word := make([]byte, len("held"))
	if _, err := out.Read(word); err != nil || string(word) != "held" {
		t.Fatalf("the other process said %q, %v", word, err)
	}
	var locked *LockedError
	if _, err := AcquireLock(t.Context(), state, holderOf("next")); !errors.As(err, &locked) || locked.Holder.RunID != "dead" || locked.Holder.PID != other.Process.Pid {
		t.Errorf("beside the other process: %v", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed, which Wait reports
	lock, err := AcquireLock(t.Context(), state, holderOf("next"))
	if err != nil {
		t.Fatal(err)
	}
	if got := readHolder(lockPath(state)).RunID; got != "next" {
		t.Errorf("the lock names %q", got)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
}
