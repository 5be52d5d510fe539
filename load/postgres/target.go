// Package postgres publishes all tables of a run in a schema of a PostgreSQL database, in one transaction.
//
// Readers never wait and never see a mix: tables are changed in place, row by row where rows differ, and MVCC shows the
// whole run at its COMMIT. So views, grants and comments that people hang on the tables stay. New columns come in short
// transactions before, each of which gives up at once when it would keep readers waiting.
//
// Beside the tables lie lastro_runs (the runs, latest published_at is what readers see), lastro_tables (what this target
// knows of its tables) and lastro_hashes (a hash of every row). A table that is not in lastro_tables is never touched.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"lastro/load"
)

// DefaultSchema is where tables go when nothing else is said.
const DefaultSchema = "metrics"

// Options say where to publish and how.
type Options struct {
	DSN DSN
	// Schema holds the tables; "" is DefaultSchema. It is made when it is missing.
	Schema string
	// Grant are the roles that may read the tables.
	Grant []string
	// LockWait is how long to go on trying for a lock that others hold; 0 is 5 minutes.
	LockWait time.Duration
}

// Target publishes to a schema of a database. It implements load.Target.
type Target struct {
	config   *pgconn.Config
	schema   string
	grant    []string
	lockWait time.Duration
}

// New gives the target. It does not connect.
func New(o Options) (*Target, error) {
	config, err := o.DSN.parse()
	if err != nil {
		return nil, err
	}
	t := &Target{config: config, schema: o.Schema, grant: slices.Clone(o.Grant), lockWait: o.LockWait}
	if t.schema == "" {
		t.schema = DefaultSchema
	}
	if t.lockWait == 0 {
		t.lockWait = 5 * time.Minute
	}
	if err := CheckSchema(t.schema); err != nil {
		return nil, fmt.Errorf("schema %q: %w", t.schema, err)
	}
	for _, role := range t.grant {
		if err := CheckRole(role); err != nil {
			return nil, fmt.Errorf("grant %q: %w", role, err)
		}
	}
	return t, nil
}

// CheckSchema says why no schema can have a name.
func CheckSchema(name string) error {
	lower := strings.ToLower(name)
	if name == "" || len(name) > maxName || strings.HasPrefix(lower, "pg_") || lower == "information_schema" || strings.ContainsFunc(name, isControl) {
		return fmt.Errorf("give a name of at most %d bytes that is not the server's own, as %s", maxName, DefaultSchema)
	}
	return nil
}

// CheckRole says why no role can have a name.
func CheckRole(name string) error {
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, isControl) {
		return fmt.Errorf("give the name of a role, at most %d bytes", maxName)
	}
	return nil
}

// maxName is how many bytes of a name PostgreSQL keeps.
const maxName = 63

func isControl(r rune) bool { return r < ' ' || r == '\x7f' }

// Name implements load.Target.
func (t *Target) Name() string {
	address := net.JoinHostPort(t.config.Host, strconv.Itoa(int(t.config.Port)))
	if strings.HasPrefix(t.config.Host, "/") {
		address = t.config.Host + ":" + strconv.Itoa(int(t.config.Port))
	}
	return fmt.Sprintf("postgres %s/%s schema %s", address, t.config.Database, t.schema)
}

// Published implements load.Target.
func (t *Target) Published(ctx context.Context) (run string, err error) {
	err = t.with(ctx, func(s *session) error {
		run, err = s.published(ctx, t.schema)
		return err
	})
	return run, t.wrap(ctx, "see what is published", err)
}

// Stage implements load.Target. The tables are in the database when it returns, in a transaction that is still open.
func (t *Target) Stage(ctx context.Context, p load.Publication) (load.Staged, error) {
	s, err := t.stage(ctx, p)
	if err != nil {
		return nil, t.wrap(ctx, "stage run "+p.RunID, err)
	}
	return s, nil
}

// wrap says at which target it happened; nil stays nil. What the context says is the cause where it ended.
func (t *Target) wrap(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		err = plain(err)
	}
	return fmt.Errorf("%s: %s: %w", t.Name(), doing, err)
}

// plain gives an error of the server with all that it says, in one line.
func plain(err error) error {
	text := err.Error()
	var server *pgconn.PgError
	if errors.As(err, &server) {
		more := []string{server.Message}
		for _, each := range []string{server.Detail, server.Hint, server.Where} {
			if each != "" {
				more = append(more, each)
			}
		}
		text = strings.Replace(text, server.Error(), strings.Join(more, "; ")+" (SQLSTATE "+server.Code+")", 1)
	}
	if text = strings.Join(strings.Fields(text), " "); text == err.Error() {
		return err
	}
	return &plainError{text: text, err: err}
}

type plainError struct {
	text string
	err  error
}

func (e *plainError) Error() string { return e.text }
func (e *plainError) Unwrap() error { return e.err }
