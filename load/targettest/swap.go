package targettest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lastro/load"
)

func (h Harness) testReplace(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	other := must(t)(Table("only_in_the_first", nil, []load.Column{{Name: "x", Type: "BIGINT"}}, [][]string{{"1"}}))
	check(t, Publish(target, Publication(stamp(0), other)))
	if h.Keeps {
		before := h.trace(t, place)
		if err := Publish(target, Stamped(t, 1)); err == nil || !strings.Contains(err.Error(), "only_in_the_first") {
			t.Errorf("a run that lacks a table is not refused: %v", err)
		}
		h.sameTrace(t, place, before)
		place = h.Place(t)
		target = h.Open(place, 3, nil)
	}
	check(t, Publish(target, Stamped(t, 1)))
	h.sees(t, place, 1)
	check(t, Publish(h.Open(place, 3, nil), Stamped(t, 2)))
	h.sees(t, place, 2)
	if err := target.Check(context.Background()); err != nil {
		t.Errorf("finds fault with its own place: %v", err)
	}
}

func (h Harness) testAgain(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	other := must(t)(Table("other", nil, []load.Column{{Name: "x", Type: "BIGINT"}}, [][]string{{"1"}}))
	for range 5 {
		if !h.Keeps {
			check(t, Publish(target, Publication(stamp(1), other)))
		}
		check(t, Publish(target, Stamped(t, 1)))
		h.sees(t, place, 1)
	}
	check(t, Publish(target, Stamped(t, 2)))
	check(t, Publish(target, Stamped(t, 1))) // back to an older run
	h.sees(t, place, 1)
}

func (h Harness) testHeld(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	check(t, Publish(target, Stamped(t, 1)))
	held, err := h.Hold(place)
	check(t, err)
	defer func() { check(t, held.Close()) }()
	for n := 2; n <= 3; n++ {
		check(t, Publish(target, Stamped(t, n)))
		s, err := held.Read()
		check(t, err)
		if run, err := Whole(s); err != nil || run != stamp(1) {
			t.Fatalf("a reader that began at run 1 sees %s: %v", run, err)
		}
		h.sees(t, place, n)
	}
}

func (h Harness) testPolling(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 12, nil)
	check(t, Publish(target, Stamped(t, 0)))
	stop, done := make(chan struct{}), make(chan error, 1)
	reads := 0
	go func() {
		defer close(done)
		last := ""
		for {
			s, err := h.Read(place)
			if err != nil {
				done <- err
				return
			}
			run, err := Whole(s)
			if err != nil {
				done <- err
				return
			}
			if run < last {
				done <- errors.New("run " + run + " came after " + last)
				return
			}
			last = run
			reads++
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for n := 1; n <= 30; n++ {
		check(t, Publish(target, Stamped(t, n)))
	}
	close(stop)
	check(t, <-done)
	t.Logf("%d reads during 30 runs", reads)
	if reads < 3 {
		t.Errorf("only %d reads: the test shows nothing", reads)
	}
	h.sees(t, place, 30)
}

func (h Harness) testDiscard(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	for n := range 2 {
		before := h.trace(t, place)
		s, err := target.Stage(context.Background(), Stamped(t, n+10))
		check(t, err)
		if run, err := target.Published(context.Background()); err != nil || run == stamp(n+10) {
			t.Fatalf("a staged run is published already: %q %v", run, err)
		}
		check(t, s.Discard())
		check(t, s.Discard())
		h.sameTrace(t, place, before)

		check(t, Publish(target, Stamped(t, n)))
		h.sees(t, place, n)
	}
	s, err := target.Stage(context.Background(), Stamped(t, 3))
	check(t, err)
	check(t, s.Commit(context.Background()))
	check(t, s.Discard())
	h.sees(t, place, 3)
}

func (h Harness) testBusy(t *testing.T) {
	place := h.Place(t)
	first, err := h.Open(place, 3, nil).Stage(context.Background(), Stamped(t, 1))
	check(t, err)
	defer func() { check(t, first.Discard()) }()
	begin := time.Now()
	if _, err := h.Open(place, 3, nil).Stage(context.Background(), Stamped(t, 2)); err == nil {
		t.Fatal("two runs are staged at one place")
	}
	if waited := time.Since(begin); waited > time.Second {
		t.Errorf("the second run waited %v for the first", waited)
	}
	check(t, first.Commit(context.Background()))
	h.sees(t, place, 1)
	check(t, Publish(h.Open(place, 3, nil), Stamped(t, 2)))
	h.sees(t, place, 2)
}
