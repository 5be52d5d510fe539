package lake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// world is a lake and the model that grows beside it.
type world struct {
	t       *rapid.T
	l       *Lake
	conn    *sql.Conn
	n       int
	now     model
	history []moment
}

// moment is a commit and what the lake must show as known then.
type moment struct {
	run         string
	at          time.Time
	model       model
	fingerprint string
}

// run draws a run, commits it and keeps what must be seen from then on.
func (w *world) run() {
	w.n++
	run, next := fmt.Sprintf("r%02d", w.n), w.now.clone()
	txn, err := w.l.Begin(run, hour(w.n))
	if err != nil {
		w.t.Fatal(err)
	}
	changed := w.keyed(txn, &next)
	for _, file := range []string{"a", "b"} {
		changed = w.file(txn, &next, file) || changed
		changed = w.quarantine(txn, &next, file) || changed
	}
	if err := txn.Commit(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	v, err := w.l.Now()
	if err != nil {
		w.t.Fatal(err)
	}
	if last, _, _ := v.LastCommit(); (last == run) != changed {
		w.t.Fatalf("last commit %s after run %s that changed something: %t", last, run, changed)
	}
	if !changed {
		return
	}
	for _, earlier := range w.history {
		if earlier.fingerprint == v.Fingerprint() {
			w.t.Fatalf("run %s has the fingerprint of run %s", run, earlier.run)
		}
	}
	w.now = next
	w.history = append(w.history, moment{run, txn.FirstSeen(), next, v.Fingerprint()})
}

func (w *world) keyed(txn *Txn, next *model) bool {
	records := map[string]string{}
	for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), rapid.ID[string]).Draw(w.t, "keys") {
		records[id] = rapid.SampledFrom([]string{"1", "2.5"}).Draw(w.t, "value")
	}
	if len(records) == 0 {
		return false
	}
	var rows []record
	for id, value := range records {
		rows = append(rows, rec(id, value))
		next.keyed[id] = value
		next.versions = append(next.versions, strings.Join([]string{id, value, txn.RunID()}, "|"))
	}
	kind := rapid.SampledFrom([]string{"VARCHAR", "DECIMAL(2,1)"}).Draw(w.t, "type")
	if kind != "VARCHAR" && slices.ContainsFunc(rows, func(r record) bool { return !strings.Contains(r.value, ".") }) {
		kind = "VARCHAR" // "1" as a decimal would read 1.0
	}
	n, err := txn.CopyRecords(context.Background(), w.conn, items, selectOf(txn, items, kind, rows), byID)
	if err != nil {
		w.t.Fatal(err)
	}
	txn.Count(items, Counts{Read: n, Accepted: n})
	next.counts++
	return true
}

func (w *world) file(txn *Txn, next *model, file string) bool {
	if !rapid.Bool().Draw(w.t, "read file") {
		return false
	}
	values := rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 2).Draw(w.t, "values")
	var rows []record
	for i, value := range values {
		rows = append(rows, record{"e", value, file, i})
	}
	n, err := txn.CopyRecords(context.Background(), w.conn, events, selectOf(txn, events, "VARCHAR", rows), BatchOptions{ReplacesFile: file})
	if err != nil {
		w.t.Fatal(err)
	}
	// The first reading gives the stream its columns, even of an empty file.
	first, had := len(next.files) == 0, len(w.now.files[file]) > 0
	next.files[file] = values
	if n > 0 {
		if _, counted := txn.counts[events]; !counted {
			next.counts++
		}
		txn.Count(events, Counts{Read: n, Accepted: n})
	}
	return n > 0 || had || first
}

func (w *world) quarantine(txn *Txn, next *model, file string) bool {
	if !rapid.Bool().Draw(w.t, "judge file") {
		return false
	}
	var rows []QuarantinedRecord
	lines := []string{}
	for line := range rapid.IntRange(0, 2).Draw(w.t, "bad records") {
		rows = append(rows, QuarantinedRecord{file, int64(line), "", "why", "raw"})
		lines = append(lines, fmt.Sprintf("quarantine %s %s %d", txn.RunID(), file, line))
	}
	id := StreamID{"shop", "judged"}
	if err := txn.Quarantine(context.Background(), id, []string{file}, bad(rows...)); err != nil {
		w.t.Fatal(err)
	}
	had := len(w.now.quarantine[file]) > 0
	next.quarantine[file] = lines
	if len(rows) > 0 {
		if _, counted := txn.counts[id]; !counted {
			next.counts++
		}
		txn.Count(id, Counts{Read: int64(len(rows)), Quarantined: int64(len(rows))})
	}
	return had || len(rows) > 0
}

// check compares every view from a commit on, asked for by run and by time.
func (w *world) check(from int) {
	for i := from; i < len(w.history); i++ {
		then := w.history[i]
		byRun, err := w.l.AsKnownByRun(then.run)
		if err != nil {
			w.t.Fatal(err)
		}
		byTime, err := w.l.AsKnown(then.at.Add(59 * time.Minute))
		if err != nil {
			w.t.Fatal(err)
		}
		if byRun.Fingerprint() != byTime.Fingerprint() {
			w.t.Fatalf("as known by run %s and at its time are two", then.run)
		}
		got, want := w.shown(byRun), then.model.current()
		if !slices.Equal(got, want) {
			w.t.Fatalf("as known by run %s:\n got %q\nwant %q", then.run, got, want)
		}
	}
}

func (w *world) shown(v *View) []string {
	parts := []string{"select concat_ws(' ', 'quarantine', run_id, file, line) from (" + v.QuarantineSQL() + ")"}
	for _, s := range v.Streams() {
		if s.ID == items {
			parts = append(parts, "select concat_ws(' ', 'items', id, value) from ("+s.CurrentSQL()+")")
		} else {
			parts = append(parts, "select concat_ws(' ', 'events', _file, value) from ("+s.CurrentSQL()+")")
		}
	}
	lines, err := queryRows(context.Background(), w.conn, strings.Join(parts, " union all "))
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(lines)
	return append(lines, fmt.Sprint("counts ", len(v.Counts())))
}

// checkVersions compares all versions ever seen.
func (w *world) checkVersions() {
	v, err := w.l.Now()
	if err != nil {
		w.t.Fatal(err)
	}
	s, ok := v.Stream(items)
	if !ok {
		return
	}
	got, err := queryRows(context.Background(), w.conn, "select id, value, _run_id from ("+s.VersionsSQL()+")")
	if err != nil {
		w.t.Fatal(err)
	}
	want := slices.Clone(w.now.versions)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Fatalf("versions:\n got %q\nwant %q", got, want)
	}
}
