// Package sourcetest holds the one suite that every kind of source passes: what extract.Source promises, whatever the
// records come from.
package sourcetest

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"lastro/extract"
)

// Harness is what the suite needs to know of a kind of source. A place is where records come from, as a folder or the
// address of a server: another process can open it, too.
type Harness struct {
	// World makes a new place without records. It goes with the test.
	World func(t *testing.T) World
	// Open gives the source for a place, named SourceName and with a stream StreamName of what Put has put there.
	Open func(place string, o Opening) (extract.Source, error)
	// Lacks are the abilities that the kind has not, each with the reason.
	Lacks map[Ability]string
	// Again says why a reading that was interrupted goes on, but then begins once more from the first page; empty: it
	// does not.
	Again string
}

// Names of the source and the stream. The stream has the key id and the columns id and name (text) and amount (integer).
const (
	SourceName = "world"
	StreamName = "things"
)

// Opening says how a source is opened.
type Opening struct {
	Now    time.Time `json:"now"`     // of the run
	PerDay int64     `json:"per_day"` // requests in 24 hours; 0: no limit
	// Pieces asks that each page is kept as soon as it is read, so that a run that dies there goes on behind it.
	Pieces bool `json:"pieces"`
}

// World is a place and what can be done to it. All but Put and Fail may be nil where an ability lacks.
type World struct {
	Place string
	// Put adds records, or changes those of the same id.
	Put func(records ...Record) error
	// Delete removes records.
	Delete func(ids ...string) error
	// Fail makes reading fail for good, before its end and not at its beginning, until it is called with false.
	Fail func(fails bool) error
	// Watch lets see be called before each page is given, with its number since Watch, from 1 on; nil ends it.
	Watch func(see func(page int))
	// At puts the world's own clock right before each run; nil where it has none.
	At func(now time.Time)
	// Asked tells how many requests were made so far.
	Asked func() int64
}

// Ability is what only some kinds of source can do.
type Ability string

// Abilities.
const (
	Pages    Ability = "pages"    // it reads page by page and goes on from the last page kept
	Deletes  Ability = "deletes"  // it learns that a record is gone
	Lookback Ability = "lookback" // it takes what was changed before the last run and seen after it
	Quota    Ability = "quota"    // it keeps a budget of requests
)

// Record is one record of the world.
type Record struct {
	ID, Name string
	Amount   any // an integer, or what drift makes of it
	// ChangedAt is when it was last changed; zero: the world's choice.
	ChangedAt time.Time
	More      map[string]any // fields that nobody told of
	// Lost are fields that it has not.
	Lost []string
}

// JSON gives the record as one object.
func (r Record) JSON() ([]byte, error) {
	fields := map[string]any{"id": r.ID, "name": r.Name, "amount": r.Amount, "changed_at": r.ChangedAt.UTC().Format(time.RFC3339)}
	for name, value := range r.More {
		fields[name] = value
	}
	for _, name := range r.Lost {
		delete(fields, name)
	}
	return json.Marshal(fields)
}

// Run tests all that the contract of extract.Source promises.
func Run(t *testing.T, h Harness) {
	if os.Getenv(childEnv) != "" {
		os.Exit(h.child())
	}
	t.Run("first reading", h.testFirst)
	t.Run("replay", h.testReplay)
	t.Run("one commit", h.testOneCommit)
	t.Run("changes", h.testChanges)
	t.Run("drift", h.testDrift)
	t.Run("failure", h.testFailure)
	t.Run("cancel", h.testCancel)
	t.Run("kill", h.testKill)
	h.able(t, Pages, h.testKillAtEachPage)
	h.able(t, Lookback, h.testLookback)
	h.able(t, Deletes, h.testDeletes)
	h.able(t, Quota, h.testQuota)
}

// able runs the test of an ability, or says why the kind has it not.
func (h Harness) able(t *testing.T, a Ability, test func(*testing.T)) {
	t.Helper()
	reason, lacks := h.Lacks[a]
	switch {
	case !lacks:
		t.Run(string(a), test)
	case reason == "":
		t.Errorf("the kind lacks %s and does not say why", a)
	default:
		t.Logf("no %s: %s", a, reason)
	}
}
