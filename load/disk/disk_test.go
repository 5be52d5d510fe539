package disk_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lastro/load/disk"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAdvise(t *testing.T) {
	for _, c := range []struct {
		err  error
		says string
	}{
		{&fs.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}, "free some space"},
		{fmt.Errorf("copy: %w", &fs.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}), "the right to write"},
		{&fs.PathError{Op: "open", Path: "/x", Err: syscall.EROFS}, "mounted read-only"},
		{errors.New(`IO Error: Could not write file "/x": No space left on device`), "free some space"},
	} {
		got := disk.Advise(c.err)
		if !errors.Is(got, c.err) || !strings.Contains(got.Error(), c.says) {
			t.Errorf("%v: %v", c.err, got)
		}
	}
	if err := errors.New("other"); !errors.Is(disk.Advise(err), err) || disk.Advise(nil) != nil {
		t.Error("other errors must stay as they are")
	}
}

func TestClaimIsOneRunsOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	var mu sync.Mutex
	holders, taken := 0, 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				claim, err := disk.TakeFolder(disk.OS{}, folder, 0o700)
				if err != nil {
					if !errors.Is(err, disk.ErrBusy) {
						t.Errorf("neither taken nor busy: %v", err)
					}
					continue
				}
				mu.Lock()
				holders++
				taken++
				if holders > 1 {
					t.Error("two hold one folder")
				}
				mu.Unlock()
				if _, err := os.Stat(folder); err != nil {
					t.Errorf("the folder is gone under its holder: %v", err)
				}
				mu.Lock()
				holders--
				mu.Unlock()
				claim.Release()
				claim.Release()
			}
		})
	}
	wg.Wait()
	if taken == 0 {
		t.Error("nobody ever held it")
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder stays behind: %v", err)
	}
}

func TestClaimAfterOneWhoDied(t *testing.T) {
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, ".lock"), nil, 0o600))
	claim, err := disk.TakeFolder(disk.OS{}, folder, 0o700)
	check(t, err)
	check(t, os.WriteFile(filepath.Join(folder, "mine"), nil, 0o600))
	claim.Release()
	if _, err := os.Stat(filepath.Join(folder, "mine")); err != nil {
		t.Errorf("a folder that is not empty must stay: %v", err)
	}
}

func TestFolderMode(t *testing.T) {
	for file, folder := range map[os.FileMode]os.FileMode{0o600: 0o700, 0o640: 0o750, 0o644: 0o755, 0o664: 0o775} {
		if got := disk.FolderMode(file); got != folder {
			t.Errorf("%o: %o", file, got)
		}
	}
}

func TestWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big")
	w, err := disk.NewWriter(disk.OS{}, path, 0o640)
	check(t, err)
	piece := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	sum := sha256.New()
	for range 80 { // beyond two flushes
		_, err := w.Write(piece)
		check(t, err)
		sum.Write(piece)
	}
	got, err := w.Finish()
	check(t, err)
	info, err := os.Stat(path)
	check(t, err)
	if want := (disk.Written{Bytes: 80 << 20, SHA256: hex.EncodeToString(sum.Sum(nil))}); got != want || info.Size() != want.Bytes || info.Mode() != 0o640 {
		t.Errorf("%+v, size %d, mode %v", got, info.Size(), info.Mode())
	}
}

// syncFails is a file whose flushes fail, as a disk does that went bad after the bytes were taken.
type syncFails struct{ disk.OS }

func (syncFails) Create(string, os.FileMode) (disk.File, error) { return badFile{}, nil }

type badFile struct{}

func (badFile) Write(p []byte) (int, error) { return len(p), nil }
func (badFile) Sync() error                 { return syscall.EIO }
func (badFile) Close() error                { return nil }

func TestWriterTellsOfAFlushThatFailed(t *testing.T) {
	w, err := disk.NewWriter(syncFails{}, "", 0)
	check(t, err)
	for range 40 {
		if _, err = w.Write(make([]byte, 1<<20)); err != nil {
			break
		}
	}
	if _, err := w.Finish(); !errors.Is(err, syscall.EIO) {
		t.Errorf("%v", err)
	}
}
