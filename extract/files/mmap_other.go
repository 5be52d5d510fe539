//go:build !unix

package files

import "errors"

// canMap says whether files can be mapped into memory.
const canMap = false

// mapFile is not there for this system.
func mapFile(file) (data []byte, unmap func() error, err error) {
	return nil, nil, errors.ErrUnsupported
}
