package duckdbfile_test

import (
	"context"
	"testing"
	"time"

	"lastro/load/duckdbfile"
	"lastro/load/targettest"
)

func TestZZ(t *testing.T) {
	place := t.TempDir() + "/m.duckdb"
	target := duckdbfile.New(place, duckdbfile.Options{})
	for i := range 10 {
		a := time.Now()
		_, err := target.Published(context.Background())
		b := time.Now()
		s, err := target.Stage(context.Background(), targettest.Stamped(t, i))
		if err != nil {
			t.Fatal(err)
		}
		c := time.Now()
		err = s.Commit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Log(b.Sub(a), c.Sub(b), time.Since(c))
	}
}
