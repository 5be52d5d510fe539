package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

var advice = []struct {
	err    error
	text   string // as the system words it, for errors that come through a library as text
	advice string
}{
	{syscall.ENOSPC, "No space left on device", "the disk is full: free some space and run again"},
	{syscall.EDQUOT, "Disk quota exceeded", "the disk quota is used up: free some space and run again"},
	{syscall.EROFS, "Read-only file system", "the disk is mounted read-only: mount it writable or give the target another path"},
	{fs.ErrPermission, "Permission denied", "give this user the right to write there or give the target another path"},
	{syscall.EIO, "Input/output error", "the disk fails: check it before the next run"},
	{syscall.EMFILE, "Too many open files", "raise the limit of open files (ulimit -n)"},
}

// Advise adds to an error of a file system what a person can do about it, and leaves others as they are.
func Advise(err error) error {
	if err == nil {
		return nil
	}
	for _, a := range advice {
		if errors.Is(err, a.err) || strings.Contains(err.Error(), a.text) {
			return fmt.Errorf("%w; %s", err, a.advice)
		}
	}
	return err
}
