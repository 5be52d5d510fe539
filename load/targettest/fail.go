package targettest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"lastro/load"
)

// Broken gives a table that reads as t does until n batches are through, and then fails, or waits between batches.
func Broken(t load.Table, n int, err error, wait time.Duration) load.Table {
	open := t.Open
	t.Open = func(ctx context.Context) (array.RecordReader, error) {
		r, errOpen := open(ctx)
		return &broken{RecordReader: r, left: n, err: err, wait: wait}, errOpen
	}
	return t
}

type broken struct {
	array.RecordReader
	left int
	err  error
	wait time.Duration
	now  arrow.RecordBatch
}

func (b *broken) Next() bool {
	time.Sleep(b.wait)
	if b.left == 0 && b.err != nil {
		return false
	}
	b.left--
	if b.err == nil { // goes on for ever with the first batch
		if b.now == nil && b.RecordReader.Next() {
			b.now = b.RecordReader.RecordBatch()
		}
		return b.now != nil
	}
	return b.RecordReader.Next()
}

func (b *broken) RecordBatch() arrow.RecordBatch {
	if b.now != nil {
		return b.now
	}
	return b.RecordReader.RecordBatch()
}

func (b *broken) Err() error {
	if b.err != nil && b.left <= 0 {
		return b.err
	}
	return b.RecordReader.Err()
}

func (h Harness) testBad(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	columns := []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "x", Type: "VARCHAR"}}
	good := func() load.Table {
		return must(t)(Table("good_one", []string{"id"}, columns, [][]string{{"1", "a"}}, [][]string{{"2", "b"}}))
	}
	bad := func(change func(*load.Table)) load.Table {
		table := good()
		table.Name = "bad_one"
		change(&table)
		return table
	}
	cases := map[string]struct {
		table load.Table
		says  string
	}{
		"reader fails": {Broken(bad(func(*load.Table) {}), 1, errors.New("the engine fell over"), 0), "the engine fell over"},
		"open fails": {bad(func(b *load.Table) {
			b.Open = func(context.Context) (array.RecordReader, error) { return nil, errors.New("no door") }
		}), "no door"},
		"too few rows":    {bad(func(b *load.Table) { b.Rows = 3 }), "2 rows of the 3"},
		"too many rows":   {bad(func(b *load.Table) { b.Rows = 1 }), "2 rows of the 1"},
		"null in the key": {must(t)(Table("bad_one", []string{"id"}, columns, [][]string{{"1", "a"}, {Null, "b"}})), "id is NULL"},
		"other type": {bad(func(b *load.Table) {
			b.Columns = []load.Column{{Name: "id", Type: "INTEGER"}, {Name: "x", Type: "VARCHAR"}}
		}), "INTEGER"},
		"other name": {bad(func(b *load.Table) {
			b.Columns = []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "y", Type: "VARCHAR"}}
		}), `"y"`},
		"missing column":   {bad(func(b *load.Table) { b.Columns = b.Columns[:1] }), "2 columns"},
		"unknown type":     {bad(func(b *load.Table) { b.Columns = []load.Column{{Name: "id", Type: "INTERVAL"}} }), "INTERVAL"},
		"key not a column": {bad(func(b *load.Table) { b.Key = []string{"ID"} }), `"ID"`},
		"name of a path":   {bad(func(b *load.Table) { b.Name = "../bad_one" }), "../bad_one"},
		"name taken":       {bad(func(b *load.Table) { b.Name = "Good_One" }), "taken"},
		"name reserved":    {bad(func(b *load.Table) { b.Name = load.RunsTable }), "taken"},
	}
	for number, published := range []bool{false, true} {
		if published {
			check(t, Publish(target, Stamped(t, number)))
		}
		before := h.trace(t, place)
		for name, c := range cases {
			p := Stamped(t, number+1)
			p.Tables = append(p.Tables, good(), c.table)
			err := Publish(target, p)
			if err == nil {
				t.Fatalf("%s: was published", name)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), target.Name()) || !strings.Contains(err.Error(), c.table.Name) {
				t.Errorf("%s: the error must name %q, table and target: %v", name, c.says, err)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: the error is not one line: %q", name, err)
			}
			h.sameTrace(t, place, before)
		}
		if published {
			h.sees(t, place, number)
		}
	}
}

func (h Harness) testCancel(t *testing.T) {
	place := h.Place(t)
	target := h.Open(place, 3, nil)
	check(t, Publish(target, Stamped(t, 1)))
	before := h.trace(t, place)

	endless := Stamped(t, 2)
	for i, wait := range []time.Duration{0, 5 * time.Millisecond} {
		endless.Tables[1] = Broken(endless.Tables[1], 0, nil, wait)
		ctx, cancel := context.WithCancel(context.Background())
		var at time.Time
		time.AfterFunc(150*time.Millisecond, func() { at = time.Now(); cancel() })
		_, err := target.Stage(ctx, endless)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("reader %d: a cancelled stage ends with: %v", i, err)
		}
		if took := time.Since(at); took > time.Second {
			t.Errorf("reader %d: took %v to obey", i, took)
		}
		h.sameTrace(t, place, before)
	}

	ctx, cancel := context.WithCancel(context.Background())
	s, err := target.Stage(ctx, Stamped(t, 3))
	check(t, err)
	cancel()
	if err := s.Commit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled commit ends with: %v", err)
	}
	check(t, s.Discard())
	h.sameTrace(t, place, before)
	h.sees(t, place, 1)
}
