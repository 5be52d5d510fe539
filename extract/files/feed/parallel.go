package feed

import (
	"context"
	"sync"
)

// InParallel adds rows that several goroutines make. They come part by part: fill adds those of one part, at most
// BatchRows, and finds room for them in rows of its own. The first error ends it.
func (r *Rows) InParallel(parts, workers int, fill func(part int, rows *Rows) error) error {
	if r.to.perWorker == nil || workers < 2 {
		for part := range parts {
			if err := fill(part, r); err != nil {
				return err
			}
		}
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()

	jobs := make(chan job)
	promises := make(chan chan made, 2*workers)
	working.Go(func() { handOut(ctx, parts, jobs, promises) })
	for range workers {
		working.Go(func() { work(r.to.perWorker(), jobs, fill) })
	}
	for promise := range promises {
		result := <-promise
		if result.err == nil && result.batch != nil {
			result.err = r.to.put(result.batch)
		}
		if result.err != nil {
			stop()
			letGo(promises)
			return result.err
		}
	}
	return nil
}

// job is a part to be made, and where its batch is to go.
type job struct {
	part    int
	promise chan made
}

type made struct {
	batch any // nil: no rows
	err   error
}

// handOut gives each part to a worker, and its promise to who puts the batches in order.
func handOut(ctx context.Context, parts int, jobs chan<- job, promises chan<- chan made) {
	defer close(jobs)
	defer close(promises)
	for part := range parts {
		promise := make(chan made, 1)
		select {
		case promises <- promise:
			jobs <- job{part, promise} // a worker always comes for it
		case <-ctx.Done():
			return
		}
	}
}

func work(rows *Rows, jobs <-chan job, fill func(int, *Rows) error) {
	rows.to.put = nil // a part is one batch: see End
	for j := range jobs {
		var m made
		m.err = fill(j.part, rows)
		if m.err == nil && len(rows.lines) > 0 {
			m.batch, m.err = rows.finish()
		}
		j.promise <- m
	}
}

// letGo frees the batches that nobody wants any more.
func letGo(promises <-chan chan made) {
	for promise := range promises {
		if batch, ok := (<-promise).batch.(interface{ Release() }); ok {
			batch.Release()
		}
	}
}
