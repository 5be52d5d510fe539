package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// process is a whole process to measure.
type process struct {
	args []string
	log  string   // file that takes what it writes to its error output; "" keeps it in memory
	env  []string // beside this process's own
}

// reading is what a process took.
type reading struct {
	seconds float64
	cpu     float64 // seconds of all processors: what a busy machine changes less
	peak    int64   // bytes
}

func (r reading) String() string {
	return fmt.Sprintf("%8.2f s %8.2f s of processors %6.0f MB", r.seconds, r.cpu, float64(r.peak)/1e6)
}

// start runs a process to its end.
func (b *bench) start(ctx context.Context, p process) (reading, error) {
	command := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	command.Env = append(os.Environ(), p.env...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if p.log != "" {
		log, err := os.Create(p.log)
		if err != nil {
			return reading{}, fmt.Errorf("keep what a process says: %w", err)
		}
		defer log.Close()
		command.Stderr = log
	}
	began := time.Now()
	err := command.Run()
	took := time.Since(began).Seconds()
	if ctx.Err() != nil {
		return reading{}, ctx.Err()
	}
	if err != nil {
		if p.log != "" {
			said.WriteString(ended(p.log))
		}
		return reading{}, fmt.Errorf("%s: %w\n%s", short(p.args), err, strings.TrimSpace(said.String()))
	}
	cpu := (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return reading{seconds: took, cpu: cpu}, nil
	}
	peak := usage.Maxrss * 1024
	if runtime.GOOS == "darwin" { // where it is bytes
		peak = usage.Maxrss
	}
	return reading{seconds: took, cpu: cpu, peak: peak}, nil
}

// ended is what a log says last, without what it says at level debug.
func ended(log string) string {
	text, err := os.ReadFile(log)
	if err != nil {
		return err.Error()
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return strings.Contains(line, `"level":"DEBUG"`)
	})
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// short is a command as a person would type it.
func short(args []string) string {
	words := append([]string{filepath.Base(args[0])}, args[1:]...)
	return strings.Join(words, " ")
}
