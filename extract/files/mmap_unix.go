//go:build unix

package files

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// canMap says whether files can be mapped into memory.
const canMap = true

// mapFile maps a file into memory, to be read only.
func mapFile(f file) (data []byte, unmap func() error, err error) {
	src, size, err := openForMap(f)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if size == 0 {
		return nil, func() error { return nil }, nil
	}
	data, err = syscall.Mmap(int(src.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map %s into memory: %w", f.name, os.NewSyscallError("mmap", err))
	}
	return data, func() error { return os.NewSyscallError("munmap", syscall.Munmap(data)) }, nil
}
