// Package pgtest starts private PostgreSQL servers, and poolers before them, for tests. Nothing of them is left when
// they are stopped.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Options say how a server is started.
type Options struct {
	// Durable makes the server wait for the disk at each commit, as servers do. Without it a crash of the server, though
	// not of the machine, loses nothing either.
	Durable bool
	// Settings are lines for postgresql.conf, as "max_connections = 20".
	Settings []string
}

// Server is a PostgreSQL server that listens on a port of this machine and on a socket. Its only role is a superuser
// with the password "secret".
type Server struct {
	Port    int
	Version string // as "15.18"

	bin    string
	folder string
	data   string
	owner  *syscall.Credential
	post   *process
}

const (
	superuser = "tester"
	password  = "secret"
	starting  = 60 * time.Second
)

// New starts a server that ends with the test. A machine without PostgreSQL fails the test.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Start makes a database and starts a server. The caller stops it.
func Start(ctx context.Context, o Options) (_ *Server, err error) {
	bin, err := FindBin()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if s.owner, err = otherUser(); err != nil {
		return nil, err
	}
	// A short path: the name of a socket has 107 bytes at most.
	if s.folder, err = os.MkdirTemp("", "pgtest"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	if s.owner != nil {
		if err := os.Chown(s.folder, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return nil, err
		}
	}
	s.data = filepath.Join(s.folder, "data")
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		return nil, err
	}
	out, err := s.command(ctx, "initdb", "-D", s.data, "-U", superuser, "-A", "scram-sha-256", "--pwfile="+secret, "-E", "UTF8",
		"--locale=C.UTF-8", "--no-sync").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("make a database with %s: %w: %s", filepath.Join(bin, "initdb"), err, out)
	}
	if err := s.configure(o); err != nil {
		return nil, err
	}
	return s, s.Restart(ctx)
}

func (s *Server) configure(o Options) error {
	port, err := FreePort()
	if err != nil {
		return err
	}
	s.Port = port
	on := map[bool]string{true: "on", false: "off"}[o.Durable]
	lines := append([]string{
		"listen_addresses = '127.0.0.1'", fmt.Sprint("port = ", port), "unix_socket_directories = '" + s.folder + "'",
		"fsync = " + on, "max_connections = 60", "log_min_messages = warning", "shared_buffers = 128MB", "timezone = 'America/Sao_Paulo'",
	}, o.Settings...)
	f, err := os.OpenFile(filepath.Join(s.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	return errors.Join(err, f.Close())
}

// DSN connects as the superuser to the database postgres.
func (s *Server) DSN() string { return s.DSNAt(s.Port) }

// DSNAt is DSN through a pooler or a proxy at a port of this machine.
func (s *Server) DSNAt(port int) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", superuser, password, port)
}

// SocketDSN is DSN through the socket.
func (s *Server) SocketDSN() string {
	return fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=postgres", s.folder, s.Port, superuser, password)
}

// Exec runs statements as the superuser and gives the rows of the last one as texts, NULL as "".
func (s *Server) Exec(ctx context.Context, sql string) ([][]string, error) {
	conn, err := pgconn.Connect(ctx, s.DSN())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(ctx) }()
	return Exec(ctx, conn, sql)
}

// Exec runs statements on a connection and gives the rows of the last one as texts, NULL as "".
func Exec(ctx context.Context, conn *pgconn.PgConn, sql string) ([][]string, error) {
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil || len(results) == 0 {
		return nil, err
	}
	var rows [][]string
	for _, row := range results[len(results)-1].Rows {
		var texts []string
		for _, cell := range row {
			texts = append(texts, string(cell))
		}
		rows = append(rows, texts)
	}
	return rows, nil
}

// FreePort gives a port of this machine that nothing listens on.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *Server) address() string { return fmt.Sprint("127.0.0.1:", s.Port) }
