package postgres

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// DSN is a connection string, as postgres://user:password@host:5432/database or "host=... dbname=...". It may hold a
// password, so no printing shows it.
type DSN string

const hidden = "[secret]"

// String shows nothing of the text.
func (d DSN) String() string { return hidden }

// Format answers every verb alike.
func (d DSN) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// MarshalText is what JSON and YAML encoders write.
func (d DSN) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue is what slog writes.
func (d DSN) LogValue() slog.Value { return slog.StringValue(hidden) }

const connectTimeout = 15 * time.Second

// Check says why a connection string cannot be used. It does not connect.
func (d DSN) Check() error {
	_, err := d.parse()
	return err
}

// parse reads the connection string, and the files and environment variables that it leaves things to, as libpq does.
func (d DSN) parse() (*pgconn.Config, error) {
	config, err := pgconn.ParseConfig(string(d))
	if err != nil {
		return nil, unparsable(err)
	}
	// Everything that is sent is UTF-8, whatever the database is in. A pooler knows these two settings.
	config.RuntimeParams["client_encoding"] = "UTF8"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "lastro"
	}
	if !strings.Contains(string(d), "connect_timeout") {
		config.ConnectTimeout = connectTimeout
	}
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler { return &canceller{conn: conn} }
	return config, nil
}

// unparsable says why without the string: what cannot be parsed cannot be told from its password either.
func unparsable(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("the dsn names a file that cannot be read: %w", file)
	}
	return errors.New("the dsn is not a PostgreSQL connection string: give it as postgres://user:password@host:5432/database, " +
		"with %40 and the like for special characters in the password")
}
