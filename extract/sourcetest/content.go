package sourcetest

import (
	"strings"
	"testing"
	"time"
)

// manyRecords is enough for several pages.
const manyRecords = 60

func (h Harness) testFirst(t *testing.T) {
	s := h.stage(t)
	report := s.read() // of a world without records
	if len(report.Streams) > 1 {
		t.Errorf("reports %d streams, there is one", len(report.Streams))
	}
	s.put(some(manyRecords, "one")...)
	s.night()
	report = s.read()
	if len(report.Streams) != 1 || report.Streams[0].ID != streamID || report.Streams[0].Counts.Accepted != manyRecords {
		t.Errorf("reports %+v", report.Streams)
	}
}

// The same again changes nothing: neither in the same night nor in the next.
func (h Harness) testReplay(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.read()
	before := s.query("id || _run_id")
	for range 2 {
		report := s.read()
		for _, stream := range report.Streams {
			if c := stream.Counts; c.Accepted+c.Quarantined > 0 {
				t.Errorf("the same again gives %+v", c)
			}
		}
		if after := s.query("id || _run_id"); difference(after, before) != difference(before, before) {
			t.Errorf("the same again gives new versions: %s", difference(after, before))
		}
		s.night()
	}
}

// changes come as new versions, each once; what did not change stays as it was.
func (h Harness) testChanges(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.read()
	for round := range 3 {
		s.night()
		changed := some(manyRecords, strings.Repeat("x", round+2))[round*10 : round*10+15]
		s.put(changed...)
		s.put(Record{ID: strings.Repeat("new", round+1), Name: "new", Amount: round})
		report := s.read()
		if c := report.Streams[0].Counts; c.Accepted != 16 {
			t.Errorf("round %d: %d records were accepted, 16 are new or changed", round, c.Accepted)
		}
	}
}

// A field that is new or lost is no reason to stop, and a value of another type costs its record alone.
func (h Harness) testDrift(t *testing.T) {
	s := h.stage(t)
	s.put(some(20, "one")...)
	s.read()
	s.night()
	s.put(Record{ID: "t00003", Name: "coloured", Amount: 1, More: map[string]any{"colour": "red"}})
	s.read()
	if whole := strings.Join(s.query("to_json(stream)::varchar"), "\n"); !strings.Contains(whole, "colour") || !strings.Contains(whole, "red") {
		t.Errorf("a new field is lost: %s", whole)
	}
	s.night()
	before := s.truth["t00004"]
	s.put(Record{ID: "t00004", Name: "of another type", Amount: "lots"})
	s.truth["t00004"] = before // as it was is better than nothing
	s.put(Record{ID: "t00005", Name: "beside it", Amount: 5})
	s.read()
	if q := s.quarantine(); len(q) != 1 || !strings.HasPrefix(q[0], "amount: ") {
		t.Errorf("quarantine: %v", q)
	}
	s.night()
	s.put(Record{ID: "t00006", Name: "without", Amount: ".", Lost: []string{"amount"}})
	s.read()
	s.night()
	s.put(Record{ID: "t00004", Name: "mended", Amount: 4})
	s.read()
}

// What was changed before the last run and is seen only after it is not missed.
func (h Harness) testLookback(t *testing.T) {
	s := h.stage(t)
	s.put(some(20, "one")...)
	s.read()
	last := s.now
	s.night()
	s.put(Record{ID: "t00001", Name: "late", Amount: 1, ChangedAt: last.Add(-10 * time.Minute)})
	s.put(Record{ID: "late", Name: "late and new", Amount: 2, ChangedAt: last.Add(-10 * time.Minute)})
	s.read()
}

func (h Harness) testDeletes(t *testing.T) {
	s := h.stage(t)
	s.put(some(manyRecords, "one")...)
	s.read()
	s.night()
	s.remove("t00000", "t00030", "t00059")
	s.read()
	s.night()
	s.put(Record{ID: "t00030", Name: "back again", Amount: 30})
	s.read()
	// A reading that fails deletes nothing.
	s.night()
	was := s.rows()
	s.remove("t00001")
	s.put(some(manyRecords, "two")[2:]...)
	s.must(s.world.Fail(true))
	if _, err := s.run(Opening{}); err == nil {
		t.Fatal("a reading that failed says that it did not")
	}
	s.shows("after a failure", was)
	s.must(s.world.Fail(false))
	s.read()
}

func (s *stage) remove(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		delete(s.truth, id)
	}
	s.clock(s.now.Add(-time.Minute))
	s.must(s.world.Delete(ids...))
}
