//go:build faults

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lastro/load/postgres/pgtest"
)

// TestFaultsOfTheSystem lets the system refuse, or kill the program at, a write to disk that must last: fsync, rename,
// link, remove, truncate. strace injects it, in whatever thread comes to it; LASTRO_FAULTS says how often.
func TestFaultsOfTheSystem(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Fatal("strace is not there: install it, as by apt-get install strace")
	}
	faults, seed := number(t, "LASTRO_FAULTS", 40), uint64(number(t, "LASTRO_SEED", 1))
	random := rand.New(rand.NewPCG(seed, 2))
	server := pgtest.New(t, pgtest.Options{})
	calm, disturbed := newSite(t, server.DSN(), "calm"), newSite(t, server.DSN(), "disturbed")
	for _, s := range []*site{calm, disturbed} {
		s.night(t, 0)
		s.run(t)
	}
	readers := startReaders(t, disturbed)
	told, died := map[int]int{}, 0
	nights := 0
	for n := 0; n < faults; n++ {
		if n >= 3*nights {
			nights++
			disturbed.run(t) // each night is done with before the next
			for _, s := range []*site{calm, disturbed} {
				s.night(t, nights)
			}
			calm.run(t)
		}
		call := []string{"fsync", "fsync", "fsync", "renameat,renameat2", "symlinkat", "unlinkat", "ftruncate", "pwrite64", "write"}[random.IntN(9)]
		what := []string{"error=ENOSPC", "error=EIO", "signal=SIGKILL"}[random.IntN(3)]
		when := 1 + random.IntN(6)
		if call == "write" || call == "pwrite64" {
			when = 1 + random.IntN(200)
		}
		cmd, out := disturbed.command(t.Context(), "run", disturbed.file)
		trace := filepath.Join(t.TempDir(), "trace")
		inject := fmt.Sprintf("inject=%s:%s:when=%d", call, what, when)
		cmd.Args = append([]string{"strace", "-f", "-qq", "-o", trace, "-e", "trace=" + call, "-e", inject, "-a0"}, append([]string{linked(t)}, cmd.Args[1:]...)...)
		cmd.Path, _ = exec.LookPath("strace")
		err := cmd.Run()
		switch code := cmd.ProcessState.ExitCode(); {
		case err == nil:
			// Counted by thread, the call that was meant may not have come. Or the fault was of no account.
			if text, err := os.ReadFile(trace); err != nil || !strings.Contains(string(text), "(INJECTED)") {
				n--
				continue
			}
			told[0]++
		case code == exitFailed && strings.Contains(out.String(), "lastro: "):
			told[code]++
		default: // killed, or DuckDB or Go gave up
			died++
		}
	}
	disturbed.run(t)
	readers.stop(t)
	t.Logf("%d faults: %d runs went on in spite of it, %d told it, %d died; %s", faults, told[0], told[exitFailed], died, readers)
	same(t, calm, disturbed)
}

// linked gives the test's program under the name that TestMain goes by.
func linked(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "lastro")
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// TestFullDisk fills the disk under lake, builds and targets, at many sizes; once there is room, the next run goes on.
func TestFullDisk(t *testing.T) {
	calm := newSite(t, "", "")
	calm.night(t, 0)
	calm.run(t)
	disk := t.TempDir()
	if err := syscall.Mount("none", disk, "tmpfs", 0, "size=64m"); err != nil {
		t.Fatalf("mount a small disk, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	disturbed := newSite(t, "", "")
	disturbed.dir, disturbed.file = disk, filepath.Join(disk, "pipeline.yaml")
	if out, err := exec.Command("cp", "-r", filepath.Dir(calm.file)+"/data", calm.file, disk).CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	disturbed.run(t)
	readers := startReaders(t, disturbed)
	resize := func(size string) {
		if err := syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT, "size="+size); err != nil {
			t.Fatal(err)
		}
	}
	var used syscall.Statfs_t
	full := 0
	for n := 1; n <= 12; n++ {
		for _, s := range []*site{calm, disturbed} {
			s.night(t, n)
		}
		calm.run(t)
		if err := syscall.Statfs(disk, &used); err != nil {
			t.Fatal(err)
		}
		resize(fmt.Sprint(int64(used.Blocks-used.Bfree)*used.Bsize + int64(n)*700_000))
		cmd, out := disturbed.command(t.Context(), "run", disturbed.file)
		if err := cmd.Run(); err != nil {
			full++
			if text := out.String(); !strings.Contains(text, "full") && !strings.Contains(text, "No space left") && !strings.Contains(text, "no space left") {
				t.Errorf("%v: the message does not say that the disk is full:\n%s", err, text)
			}
		}
		resize("256m")
		disturbed.run(t)
	}
	readers.stop(t)
	t.Logf("12 nights, the disk was full in %d; %s", full, readers)
	same(t, calm, disturbed)
}
