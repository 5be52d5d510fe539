package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// FindBin gives the folder of PostgreSQL's programs: that of LASTRO_PG_BIN, of the search path, or the newest one where
// Debian puts them.
func FindBin() (string, error) {
	if bin := os.Getenv("LASTRO_PG_BIN"); bin != "" {
		if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
			return "", fmt.Errorf("LASTRO_PG_BIN is no folder of PostgreSQL's programs: %w", err)
		}
		return bin, nil
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("there is no PostgreSQL server on this machine to test with: install the package postgresql, or set LASTRO_PG_BIN to the folder of its programs")
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return majorOf(a) - majorOf(b) })
	return filepath.Dir(newest), nil
}

func majorOf(initdb string) int {
	major, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return major
}

// otherUser gives a user to run servers as where this is root, for they refuse to run as root.
func otherUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errU, errG); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true}, nil
	}
	return nil, errors.New("servers do not run as root, and there is no user postgres or nobody to run them as")
}

// process is a program that runs beside the test.
type process struct {
	cmd  *exec.Cmd
	log  logBuffer
	done chan struct{}
}

func (s *Server) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return asOther(exec.CommandContext(ctx, filepath.Join(s.bin, program), args...), s.folder, s.owner)
}

func asOther(cmd *exec.Cmd, folder string, owner *syscall.Credential) *exec.Cmd {
	cmd.Dir = folder
	// A group of its own, so that what a terminal sends to the test does not reach it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Setpgid: true}
	endWithParent(cmd.SysProcAttr)
	return cmd
}

func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	started := make(chan error)
	go func() {
		// To the system its parent is this thread, which must not end before it.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(p.done)
		}
	}()
	return p, <-started
}

// end sends a signal and waits; a program that does not end is killed.
func (p *process) end(signal syscall.Signal) {
	_ = p.cmd.Process.Signal(signal)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
}

// Restart starts a server that was stopped or killed, and waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, starting)
	defer cancel()
	var err error
	// Not bound to ctx: the server outlives the start.
	if s.post, err = launch(s.command(context.Background(), "postgres", "-D", s.data)); err != nil {
		return err
	}
	for {
		conn, err := pgconn.Connect(ctx, s.DSN())
		if err == nil {
			s.Version = conn.ParameterStatus("server_version")
			return conn.Close(ctx)
		}
		select {
		case <-s.post.done:
			return fmt.Errorf("the PostgreSQL server ended: %s", s.post.log.String())
		case <-ctx.Done():
			return fmt.Errorf("the PostgreSQL server does not answer: %w: %s", err, s.post.log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server and all of its processes as a crash does, kill -9.
func (s *Server) Kill() {
	// Each of its processes has a group of its own, and ends when the first one is gone, or at once:
	children, _ := filepath.Glob("/proc/[0-9]*/stat")
	_ = syscall.Kill(s.post.cmd.Process.Pid, syscall.SIGKILL)
	for _, stat := range children {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue
		}
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(s.post.cmd.Process.Pid) {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	<-s.post.done
}

// Stop ends the server and removes all of it.
func (s *Server) Stop() error {
	if s.post != nil {
		s.post.end(syscall.SIGINT) // a fast shutdown
	}
	if s.folder == "" {
		return nil
	}
	return os.RemoveAll(s.folder)
}

// Log is what the server has said.
func (s *Server) Log() string { return s.post.log.String() }

type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
