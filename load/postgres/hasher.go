package postgres

import (
	"github.com/apache/arrow-go/v18/arrow"

	"lastro/load"
)

// hashedBatch is a batch with the hashes of its rows. Who takes it releases it.
type hashedBatch struct {
	arrow.RecordBatch
	keys []keyHash
	rows []rowHash
}

// hasher reads a table and hashes its rows, a few batches ahead of who takes them.
type hasher struct {
	out  chan hashedBatch
	stop chan struct{}
	err  error // once out is closed
}

func startHasher(r *load.Reader, l *layout) *hasher {
	h := &hasher{out: make(chan hashedBatch, 8), stop: make(chan struct{})}
	go func() {
		defer close(h.out)
		rec := records{layout: l}
		for r.Next() {
			batch, err := rec.hashBatch(r.RecordBatch())
			if err != nil {
				h.err = err
				return
			}
			batch.Retain()
			select {
			case h.out <- batch:
			case <-h.stop:
				batch.Release()
				return
			}
		}
		h.err = r.Err()
	}()
	return h
}

func (r *records) hashBatch(batch arrow.RecordBatch) (hashedBatch, error) {
	rows := int(batch.NumRows())
	h := hashedBatch{batch, make([]keyHash, rows), make([]rowHash, rows)}
	for from := 0; from < rows; from += blockRows {
		if err := r.fill(batch, from, min(from+blockRows, rows)); err != nil {
			return h, err
		}
		for i := range r.rows {
			h.keys[from+i], h.rows[from+i] = r.hashes(i)
		}
	}
	return h, nil
}

// each gives the batches to do, until it fails or there are no more. The reader is not in use when it returns.
func (h *hasher) each(do func(hashedBatch) error) (err error) {
	for batch := range h.out {
		if err == nil {
			if err = do(batch); err != nil {
				close(h.stop)
			}
		}
		batch.Release()
	}
	if err == nil {
		err = h.err
	}
	return err
}
