package lake

import (
	"encoding/json"
	"testing"
	"time"
)

// TestNotes: a note is kept with its commit, seen by views from then on, and changes the fingerprint; a run that only noted
// something commits.
func TestNotes(t *testing.T) {
	l, err := Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	id := StreamID{"billing", "invoices"}
	before, err := l.Now()
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range []string{"run-1", "run-2"} {
		txn, err := l.Begin(run, time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		txn.Note(id, json.RawMessage(`{"overwritten": true}`))
		txn.Note(id, json.RawMessage(`{ "n": "`+run+`" }`))
		if err := txn.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	now, err := l.Now()
	if err != nil {
		t.Fatal(err)
	}
	notes := now.Notes()
	if len(notes) != 2 || string(notes[0].Note) != `{"n":"run-1"}` || notes[1].RunID != "run-2" || notes[1].StreamID != id {
		t.Fatalf("%+v", notes)
	}
	if now.Fingerprint() == before.Fingerprint() {
		t.Error("the fingerprint does not tell of notes")
	}
	first, err := l.AsKnownByRun("run-1")
	if err != nil {
		t.Fatal(err)
	}
	if notes := first.Notes(); len(notes) != 1 || notes[0].RunID != "run-1" {
		t.Errorf("as known by run-1: %+v", notes)
	}
	txn, err := l.Begin("run-3", time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	txn.Note(id, json.RawMessage(`{broken`))
	if err := txn.Commit(t.Context()); err == nil {
		t.Error("a note that is no JSON was kept")
	}
	if err := txn.Abort(); err != nil {
		t.Fatal(err)
	}
}
