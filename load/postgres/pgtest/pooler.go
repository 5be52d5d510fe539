package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// NewPooler starts pgbouncer in transaction mode before a server, and gives the connection string through it. It ends
// with the test.
func NewPooler(t testing.TB, s *Server) (dsn string) {
	t.Helper()
	dsn, stop, err := StartPooler(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// StartPooler starts pgbouncer in transaction mode before a server. The caller stops it.
func StartPooler(ctx context.Context, s *Server) (dsn string, stop func() error, err error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // not in everyone's search path
		if _, err := os.Stat(program); err != nil {
			return "", nil, errors.New("there is no pgbouncer on this machine to test with: install the package pgbouncer")
		}
	}
	folder, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return "", nil, err
	}
	var p *process
	stop = func() error {
		if p == nil {
			return os.RemoveAll(folder)
		}
		var crashed error
		select {
		case <-p.done:
			crashed = fmt.Errorf("pgbouncer has ended before: %s", p.log.String())
		default:
			p.end(syscall.SIGKILL)
		}
		return errors.Join(crashed, os.RemoveAll(folder))
	}
	port, err := FreePort()
	if err == nil {
		err = configurePooler(s, folder, port)
	}
	if err == nil {
		p, err = launch(asOther(exec.Command(program, filepath.Join(folder, "pgbouncer.ini")), folder, s.owner))
	}
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	for ctx, cancel := context.WithTimeout(ctx, starting); ; {
		conn, errDial := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port))
		if errDial == nil {
			cancel()
			return s.DSNAt(port), stop, conn.Close()
		}
		select {
		case <-p.done:
			err = errors.New("pgbouncer ended")
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(20 * time.Millisecond):
			continue
		}
		cancel()
		return "", nil, errors.Join(fmt.Errorf("start pgbouncer: %w: %s", err, p.log.String()), stop())
	}
}

func configurePooler(s *Server, folder string, port int) error {
	lines := []string{
		"[databases]", fmt.Sprintf("postgres = host=127.0.0.1 port=%d dbname=postgres user=%s password=%s", s.Port, superuser, password),
		"[pgbouncer]", "listen_addr = 127.0.0.1", fmt.Sprint("listen_port = ", port), "unix_socket_dir =",
		"auth_type = plain", "auth_file = " + filepath.Join(folder, "users"), "pool_mode = transaction",
		"default_pool_size = 20", "ignore_startup_parameters = extra_float_digits", "",
	}
	users := fmt.Sprintf("%q %q\n", superuser, password)
	for name, text := range map[string]string{"pgbouncer.ini": strings.Join(lines, "\n"), "users": users} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return os.Chmod(folder, 0o755) // it may run as another user
}
