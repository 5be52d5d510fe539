package postgres

import (
	"context"
	"errors"
	"fmt"
)

// recall gives the hashes of the rows in the table: those that are kept or, to read it again, those of the rows
// themselves. It gives nil when no one can tell the rows apart.
func (w *writer) recall(ctx context.Context, one *tablePlan) (*known, error) {
	if one.mode == compare {
		k, err := w.readHashes(ctx, one.table.Name)
		if err == nil && k.live != one.state.Rows {
			err = errTouched
		}
		return k, err
	}
	k, twice := newKnown(), false
	err := w.scan(ctx, one.layout, true, func(_ rowID, key keyHash, row rowHash) {
		if len(one.key) == 0 {
			k.meetCopy(key)
			return
		}
		if _, e := k.find(key); e != nil {
			twice = true
		}
		k.add(key, row)
	})
	if twice {
		return nil, err
	}
	k.forgetMet()
	return k, err
}

// errTouched says that the hashes that are kept of a table are not those of its rows.
var errTouched = errors.New("the table is not as it was left")

// inquiry is a question to the server that is answered while other things are done. The session is its own until then.
type inquiry struct {
	done chan struct{}
	err  error
}

// untouched asks, where the server's counts do not tell, whether the table has the rows that this target left there: as many, and none of a later transaction.
func (w *writer) untouched(ctx context.Context, one *tablePlan) *inquiry {
	q := &inquiry{done: make(chan struct{})}
	go func() {
		defer close(q.done)
		row, err := w.one(ctx, fmt.Sprintf("select count(*), min(pg_catalog.age(xmin)) filter (where pg_catalog.age(xmin) >= 0), pg_catalog.age('%d'::xid) from only %s",
			uint32(one.state.WrittenBy), w.table(one.table.Name)))
		switch {
		case err != nil:
			q.err = err
		case number(row[0]) != int64(one.state.Rows), row[1] != "" && number(row[1]) < number(row[2]):
			q.err = errTouched
		}
	}()
	return q
}

func (q *inquiry) answered() bool {
	select {
	case <-q.done:
		return true
	default:
		return false
	}
}

func (q *inquiry) answer() error {
	<-q.done
	return q.err
}
