package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"lastro/load"
)

// staged is a run that is written in a transaction that is open.
type staged struct {
	*writer
	runID string
	done  bool // the connection is closed
}

// commitGrace is how long a COMMIT that was sent may go on after the run was cancelled: it is done in a moment, and
// giving it up would only hide whether it was.
const commitGrace = time.Second

// resolveWithin is how long to try to find out what became of a COMMIT whose answer was lost.
const resolveWithin = 20 * time.Second

// Commit implements load.Staged. When the connection is lost while the server commits, it connects again and asks
// what became of the transaction.
func (s *staged) Commit(ctx context.Context) error {
	if s.done {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return s.wrap(ctx, "publish run "+s.runID, err)
	}
	patient, stop := linger(ctx, commitGrace)
	defer stop()
	results, err := s.PgConn.Exec(patient, "commit").ReadAll()
	s.leave()
	s.done = true
	var server *pgconn.PgError
	switch {
	case err == nil && len(results) == 1 && results[0].CommandTag.String() == "COMMIT":
		return nil
	case err == nil:
		err = errors.New("the transaction had failed before, and readers see what they saw")
	case errors.As(err, &server) && server.Severity == "ERROR" && !strings.HasPrefix(server.Code, "57"):
		err = fmt.Errorf("the server refused, and readers see what they saw: %w", err)
	default:
		err = s.resolve(ctx, err)
	}
	return s.wrap(context.Background(), "publish run "+s.runID, err)
}

// resolve finds out what became of the transaction after its answer was lost. It gives nil when it was committed.
func (s *staged) resolve(ctx context.Context, lost error) error {
	patient, stop := linger(ctx, commitGrace/2)
	defer stop()
	patient, cancel := context.WithTimeout(patient, resolveWithin)
	defer cancel()
	for {
		var status string
		err := s.with(patient, func(again *session) error {
			row, err := again.one(patient, fmt.Sprintf("select pg_catalog.txid_status(%d)", s.txid))
			if err == nil {
				status = row[0]
			}
			return err
		})
		switch {
		case status == "committed":
			return nil
		case status == "aborted":
			return fmt.Errorf("the connection was lost and the server rolled back, readers see what they saw: %w", lost)
		case sleep(patient, 100*time.Millisecond) != nil:
			if err == nil {
				err = lost
			}
			return fmt.Errorf("the connection was lost while the server committed, and %w: %w", load.ErrUnknown, err)
		}
	}
}

// Discard implements load.Staged. A transaction whose connection is lost is rolled back by the server.
func (s *staged) Discard() error {
	if !s.done {
		s.done = true
		s.leave()
	}
	return nil
}
