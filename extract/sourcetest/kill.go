package sourcetest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lastro/extract/lake"
)

// childEnv holds what a child process is to read; the test binary is then that child.
const childEnv = "LASTRO_SOURCETEST_CHILD"

type childRun struct {
	Place, Lake, Run string
	Opening          Opening
}

// child makes one run, and is killed somewhere on its way or not.
func (h Harness) child() int {
	var r childRun
	err := json.Unmarshal([]byte(os.Getenv(childEnv)), &r)
	if err == nil {
		err = h.childRun(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (h Harness) childRun(r childRun) error {
	l, err := lake.Open(r.Lake, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(r.Lake), "engine-")
	if err != nil {
		return err
	}
	_, conn, err := engine(temp)
	if err != nil {
		return err
	}
	_, err = h.run(context.Background(), l, conn, r.Place, r.Run, r.Opening)
	return err
}

// start starts a run in a process of its own.
func (s *stage) start(o Opening) (*exec.Cmd, *strings.Builder) {
	s.t.Helper()
	s.runs++
	o.Now = s.now
	s.clock(s.now)
	r, err := json.Marshal(childRun{Place: s.world.Place, Lake: s.dir, Run: fmt.Sprintf("run-%03d", s.runs), Opening: o})
	s.must(err)
	var parts []string
	for part := range strings.SplitSeq(filepath.Dir(s.t.Name()), "/") { // the test that called Run
		parts = append(parts, "^"+regexp.QuoteMeta(part)+"$")
	}
	child := exec.Command(os.Args[0], "-test.run="+strings.Join(parts, "/"))
	child.Env = append(os.Environ(), childEnv+"="+string(r))
	said := &strings.Builder{}
	child.Stdout, child.Stderr = said, said
	s.must(child.Start())
	return child, said
}

// A process that is killed at any moment leaves either what was or what is, and the next run gets everything.
func (h Harness) testKill(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	begun := time.Now()
	child, said := s.start(Opening{})
	if err := child.Wait(); err != nil {
		t.Fatalf("the child: %v\n%s", err, said)
	}
	whole := time.Since(begun)
	s.open()
	s.shows("after the child", s.wanted())
	const kills = 8
	for n := range kills {
		s.night()
		was := s.rows()
		s.put(some(manyRecords, fmt.Sprint("kill ", n))...)
		child, _ := s.start(Opening{})
		time.Sleep(whole * time.Duration(n+2) / (kills + 2))
		_ = child.Process.Kill()
		_ = child.Wait()
		s.open()
		if got := s.rows(); !slices.Equal(got, was) && !slices.Equal(got, s.wanted()) {
			t.Fatalf("a kill after %d/%d of the run leaves neither old nor new: %s", n+2, kills+2, difference(got, s.wanted()))
		}
		s.read()
	}
}

// A process that is killed at a page goes on from the last page group it kept.
func (h Harness) testKillAtEachPage(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	pages := 0
	s.world.Watch(func(page int) { pages = page })
	_, err := s.run(Opening{Pieces: true})
	s.must(err)
	s.shows("at first", s.wanted())
	if pages < 4 {
		t.Fatalf("%d pages are too few for this test", pages)
	}
	for at := 2; at <= pages; at++ {
		s.night()
		was := s.rows()
		// Half a day ago: what changes later is asked for once more when a reading goes on.
		s.put(s.before(12*time.Hour, some(manyRecords, fmt.Sprint("page ", at)))...)
		s.killAt(at)
		s.open()
		s.shows(fmt.Sprintf("killed at page %d of %d", at, pages), was)
		asked := 0
		s.world.Watch(func(page int) { asked = page })
		_, err := s.run(Opening{Pieces: true})
		s.must(err)
		s.shows(fmt.Sprintf("gone on after a kill at page %d", at), s.wanted())
		// The page that was asked for when the process died, and those that waited to be written, are asked for again,
		// and what changed meanwhile.
		most := pages - at + 1 + 4
		if h.Again != "" {
			most += pages
		}
		if asked > most {
			t.Errorf("after a kill at page %d of %d it asked for %d pages, %d are left", at, pages, asked, most)
		}
	}
	s.world.Watch(nil)
	s.read()
}

// killAt kills a run while it waits for a page.
func (s *stage) killAt(at int) {
	s.t.Helper()
	reached, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.world.Watch(func(page int) {
		if page >= at {
			once.Do(func() { close(reached) })
			<-release
		}
	})
	child, said := s.start(Opening{Pieces: true})
	ended := make(chan string, 1)
	go func() { ended <- fmt.Sprint(child.Wait()) }()
	select {
	case <-reached:
		time.Sleep(20 * time.Millisecond) // what it has is written meanwhile
		_ = child.Process.Kill()
		<-ended
	case how := <-ended:
		s.t.Fatalf("the child ended before page %d: %s\n%s", at, how, said)
	case <-time.After(time.Minute):
		_ = child.Process.Kill()
		s.t.Fatalf("the child did not ask for page %d", at)
	}
	close(release)
	s.world.Watch(nil)
}
