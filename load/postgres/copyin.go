package postgres

import (
	"context"
	"errors"
	"io"
	"time"
)

// copyIn is a COPY ... FROM STDIN under way: rows are encoded here while those before them are on their way.
type copyIn struct {
	buf        []byte
	full, free chan []byte
	now, back  []byte // what the sender has in hand
	failed     error  // why the COPY is given up; set before full is closed
	done       chan struct{}
	rows       int64
	err        error
	ctx        context.Context
}

const (
	copyBuffer = 256 << 10
	copyGrace  = 300 * time.Millisecond
)

// startCopy sends a COPY in the binary format. The session is its own until close or abort.
func (s *session) startCopy(ctx context.Context, sql string) *copyIn {
	c := &copyIn{ctx: ctx, full: make(chan []byte, 2), free: make(chan []byte, 4), done: make(chan struct{})}
	for range 3 {
		c.free <- make([]byte, 0, copyBuffer+copyBuffer/4)
	}
	c.buf = append(make([]byte, 0, copyBuffer+copyBuffer/4), copyHead...)
	go func() {
		defer close(c.done)
		// When ctx ends Read says so, which ends a COPY that waits for rows. Only one that hangs needs to be cancelled.
		patient, stop := linger(ctx, copyGrace)
		defer stop()
		tag, err := s.CopyFrom(patient, c, sql)
		c.rows, c.err = tag.RowsAffected(), err
	}()
	return c
}

// Read gives the sender what is next.
func (c *copyIn) Read(to []byte) (int, error) {
	for len(c.now) == 0 {
		if c.back != nil {
			c.free <- c.back[:0]
			c.back = nil
		}
		select {
		case next, ok := <-c.full:
			switch {
			case ok:
				c.now, c.back = next, next
			case c.failed != nil:
				return 0, c.failed
			default:
				return 0, io.EOF
			}
		case <-c.ctx.Done():
			return 0, c.ctx.Err()
		}
	}
	n := copy(to, c.now)
	c.now = c.now[n:]
	return n, nil
}

// flush hands the buffer over once it is full. An error says that the server wants no more; close tells why.
func (c *copyIn) flush() error {
	if len(c.buf) < copyBuffer {
		return nil
	}
	return c.send()
}

var errCopyEnded = errors.New("the server ended the COPY")

func (c *copyIn) send() error {
	select {
	case c.full <- c.buf:
	case <-c.done:
		return errCopyEnded
	}
	select {
	case c.buf = <-c.free:
		return nil
	case <-c.done:
		return errCopyEnded
	}
}

// close ends the COPY and gives the number of rows that the server took.
func (c *copyIn) close() (int64, error) {
	c.buf = append(c.buf, copyEnd...)
	_ = c.send() // an error is the server's, and in c.err
	close(c.full)
	<-c.done
	return c.rows, c.err
}

// abort gives the COPY up because of err, and gives the error that is the cause.
func (c *copyIn) abort(err error) error {
	c.failed = err
	close(c.full)
	<-c.done
	if errors.Is(err, errCopyEnded) && c.err != nil {
		return c.err
	}
	return err
}
