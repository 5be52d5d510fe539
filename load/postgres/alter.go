package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// While an ALTER waits for its lock, readers that come after it wait behind it. So it waits this long at most, steps
// back, and tries again after a pause that grows.
const (
	alterWait     = 100 * time.Millisecond
	shortestPause = 200 * time.Millisecond
	longestPause  = 3 * time.Second
)

const lockNotAvailable = "55P03"

// addColumns adds the columns that the first table that needs some needs, in the transaction that is open, and commits.
// One table a transaction: no reader of one waits until another is free. Columns that are empty are in no one's way,
// so they may stay when the run fails later.
func (w *writer) addColumns(ctx context.Context, one *tablePlan) error {
	// Losing this commit alone is impossible: the log is written in order.
	sql := []string{"set local synchronous_commit = off"}
	var columns []string
	for _, c := range one.add {
		columns = append(columns, "add column "+identifier(c.Name)+" "+typeName(c.typ))
	}
	sql = append(sql, fmt.Sprintf("alter table %s %s", w.table(one.table.Name), strings.Join(columns, ", ")))
	if _, err := w.exec(ctx, strings.Join(sql, "; ")); err != nil {
		return fmt.Errorf("add %d columns to table %s: %w", len(one.add), one.table.Name, err)
	}
	_, err := w.exec(ctx, "commit")
	return err
}

// prepared opens the transaction in which all is written, once no table needs another column.
func (w *writer) prepared(ctx context.Context, names []string, newPlan func(*found) (*plan, error)) (*found, *plan, error) {
	pause, begun := shortestPause, time.Now()
	for {
		if err := w.begin(ctx, w.lockWait); err != nil {
			return nil, nil, err
		}
		if err := w.claim(ctx); err != nil {
			return nil, nil, err
		}
		f, err := w.inspect(ctx, w.schema, names)
		if err != nil {
			return nil, nil, err
		}
		p, err := newPlan(f)
		if err != nil {
			return nil, nil, err
		}
		one := p.needsColumns()
		if one == nil {
			return f, p, nil
		}
		if _, err = w.exec(ctx, fmt.Sprintf("set local lock_timeout = %d", alterWait.Milliseconds())); err == nil {
			err = w.addColumns(ctx, one)
		}
		if !isCode(err, lockNotAvailable) {
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		if _, err := w.exec(ctx, "rollback"); err != nil {
			return nil, nil, err
		}
		if time.Since(begun)+pause > w.lockWait {
			return nil, nil, fmt.Errorf("%w, for %v; the table is in use by %s", err, w.lockWait, w.users(ctx, one.table.Name))
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, nil, err
		}
		pause = min(2*pause, longestPause)
	}
}

func (p *plan) needsColumns() *tablePlan {
	for _, one := range p.tables {
		if len(one.add) > 0 {
			return one
		}
	}
	return nil
}

// users tells who has locks on a table.
func (w *writer) users(ctx context.Context, table string) string {
	return w.holders(ctx, fmt.Sprintf("l.relation = %s::regclass", literal(w.table(table))))
}

// holders tells who has locks that fit a condition, for a person who wants to know whom to ask.
func (w *writer) holders(ctx context.Context, condition string) string {
	rows, err := w.query(ctx, `select distinct a.pid, a.usename, a.application_name, coalesce(pg_catalog.host(a.client_addr), 'this machine'),
			pg_catalog.to_char(a.xact_start at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS "UTC"'), a.state
		from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
		where l.granted and l.pid != pg_catalog.pg_backend_pid() and `+condition+" order by 1 limit 5")
	if err != nil || len(rows) == 0 {
		return "someone who has just left"
	}
	var who []string
	for _, r := range rows {
		who = append(who, fmt.Sprintf("process %s (user %s, application %q, from %s, in a transaction since %s, %s)", r[0], r[1], r[2], r[3], r[4], r[5]))
	}
	return strings.Join(who, ", ")
}

func isCode(err error, code string) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == code
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
