package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// obeyWithin is how long the server has to answer a cancel request before the connection is cut.
const obeyWithin = time.Second

// canceller asks the server to cancel what it does for a connection when the context ends. Unlike pgconn's own handler it
// never hangs up before the request is through: pgbouncer 1.18 ends, for all of its clients, when one does.
type canceller struct {
	conn *pgconn.PgConn
	sent chan struct{}
}

// HandleCancel implements ctxwatch.Handler.
func (c *canceller) HandleCancel(context.Context) {
	_ = c.conn.Conn().SetDeadline(time.Now().Add(obeyWithin))
	c.sent = make(chan struct{})
	go func() {
		defer close(c.sent)
		ctx, cancel := context.WithTimeout(context.Background(), obeyWithin)
		defer cancel()
		_ = c.conn.CancelRequest(ctx)
		// The server has it, but the process that it is for may be interrupted a moment later only.
		time.Sleep(50 * time.Millisecond)
	}()
}

// HandleUnwatchAfterCancel implements ctxwatch.Handler.
func (c *canceller) HandleUnwatchAfterCancel() {
	<-c.sent
	_ = c.conn.Conn().SetDeadline(time.Time{})
}

// linger gives a context that ends so long after ctx does.
func linger(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	patient, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			cancel()
		case <-patient.Done():
		}
	})
	return patient, func() { stop(); cancel() }
}
