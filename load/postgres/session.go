package postgres

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// session is one connection. All it sends are simple queries: a pooler in transaction mode gives each transaction
// another connection to the server, so nothing may outlive one, no prepared statement and no setting.
type session struct {
	*pgconn.PgConn
}

func (t *Target) connect(ctx context.Context) (*session, error) {
	conn, err := pgconn.ConnectConfig(ctx, t.config)
	if err != nil {
		return nil, err
	}
	return &session{conn}, nil
}

// with runs do on a connection of its own.
func (t *Target) with(ctx context.Context, do func(*session) error) error {
	s, err := t.connect(ctx)
	if err != nil {
		return err
	}
	defer s.leave()
	return do(s)
}

// leave rolls back what is open and closes the connection. The answer does not matter: a server that loses a client
// rolls back by itself. But when it comes, the locks are free on return.
func (s *session) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), obeyWithin)
	defer cancel()
	if !s.IsClosed() && s.TxStatus() != 'I' {
		_, _ = s.exec(ctx, "rollback")
	}
	_ = s.Close(ctx)
}

// exec runs statements and gives the number of rows that the last one touched.
func (s *session) exec(ctx context.Context, sql string) (int64, error) {
	results, err := s.PgConn.Exec(ctx, sql).ReadAll()
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[len(results)-1].CommandTag.RowsAffected(), nil
}

// query gives the rows of the last statement of sql as texts. NULL is "".
func (s *session) query(ctx context.Context, sql string) ([][]string, error) {
	results, err := s.PgConn.Exec(ctx, sql).ReadAll()
	if err != nil || len(results) == 0 {
		return nil, err
	}
	rows := make([][]string, len(results[len(results)-1].Rows))
	for i, row := range results[len(results)-1].Rows {
		rows[i] = make([]string, len(row))
		for c, cell := range row {
			rows[i][c] = string(cell)
		}
	}
	return rows, nil
}

// one gives the only row of a query.
func (s *session) one(ctx context.Context, sql string) ([]string, error) {
	rows, err := s.query(ctx, sql)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("%d rows came for one", len(rows))
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// copyOut sends what a COPY ... TO STDOUT gives to w.
func (s *session) copyOut(ctx context.Context, w io.Writer, sql string) error {
	_, err := s.CopyTo(ctx, w, sql)
	return err
}

// version is the major version of the server, as 15.
func (s *session) version() int {
	text := s.ParameterStatus("server_version")
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	major, _ := strconv.Atoi(text[:end])
	return major
}

// begin opens a transaction in which nothing depends on how the server, the database or the role are set up.
func (s *session) begin(ctx context.Context, lockTimeout time.Duration) error {
	sql := []string{
		"begin isolation level read committed read write",
		"set local search_path = pg_catalog, pg_temp",
		"set local standard_conforming_strings = on",
		"set local datestyle = ISO",
		"set local client_min_messages = error",
		"set local statement_timeout = 0",
		"set local idle_in_transaction_session_timeout = 0",
		fmt.Sprintf("set local lock_timeout = %d", lockTimeout.Milliseconds()),
		// A machine that is gone must not hold the schema for hours.
		"set local tcp_keepalives_idle = 30",
		"set local tcp_keepalives_interval = 10",
		"set local tcp_keepalives_count = 3",
	}
	if s.version() >= 14 {
		sql = append(sql, "set local client_connection_check_interval = 1000") // nor one that was killed
	}
	if s.version() >= 17 {
		sql = append(sql, "set local transaction_timeout = 0")
	}
	_, err := s.exec(ctx, strings.Join(sql, "; "))
	return err
}

// identifier quotes a name for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal quotes a text for SQL, whatever standard_conforming_strings is.
func literal(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return " E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}

func mapped(texts []string, do func(string) string) string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = do(text)
	}
	return strings.Join(out, ", ")
}

func identifiers(names []string) string { return mapped(names, identifier) }
func literals(texts []string) string    { return mapped(texts, literal) }
