package disk

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"
)

// flushEvery is how many bytes are written between two flushes. It bounds how long the last flush takes, and with it
// how long a cancelled run hangs.
const flushEvery = 32 << 20

// Written tells what a file holds.
type Written struct {
	Bytes  int64
	SHA256 string // hex
}

// Writer writes one new file, hashes it, and sends it to the disk while more is being written. It is not buffered.
type Writer struct {
	file     File
	hash     hash.Hash
	bytes    int64
	unsynced int64
	syncing  chan error // the flush that runs now, nil when none does
}

// NewWriter makes a new file.
func NewWriter(fsys FS, path string, mode os.FileMode) (*Writer, error) {
	f, err := fsys.Create(path, mode)
	if err != nil {
		return nil, err
	}
	return &Writer{file: f, hash: sha256.New()}, nil
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.hash.Write(p[:n])
	w.bytes += int64(n)
	w.unsynced += int64(n)
	if err != nil || w.unsynced < flushEvery {
		return n, err
	}
	if err := w.wait(); err != nil {
		return n, err
	}
	w.unsynced = 0
	w.syncing = make(chan error, 1)
	go func(done chan<- error) { done <- w.file.Sync() }(w.syncing)
	return n, nil
}

// Finish makes the file durable and closes it.
func (w *Writer) Finish() (Written, error) {
	err := w.wait()
	if err == nil {
		err = w.file.Sync()
	}
	if errClose := w.file.Close(); err == nil {
		err = errClose
	}
	return Written{Bytes: w.bytes, SHA256: hex.EncodeToString(w.hash.Sum(nil))}, err
}

// Abandon closes the file as it is; the caller removes it.
func (w *Writer) Abandon() {
	_ = w.wait()
	_ = w.file.Close()
}

func (w *Writer) wait() error {
	if w.syncing == nil {
		return nil
	}
	err := <-w.syncing
	w.syncing = nil
	return err
}
