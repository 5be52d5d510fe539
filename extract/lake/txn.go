package lake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Txn is what one run adds to the lake. Nothing of it is visible before
// Commit. Its methods may be called by several goroutines, so that streams can
// be read side by side.
type Txn struct {
	lake      *Lake
	base      *manifest
	runID     string
	firstSeen time.Time
	temp      string

	mu      sync.Mutex
	ended   bool
	seq     int
	batches []pendingBatch
	reads   []pendingRead
	counts  map[StreamID]Counts
	cursors map[string]json.RawMessage
	notes   map[StreamID]json.RawMessage
	spools  []StreamID // opened
	taken   []*Spool
}

// pendingBatch is a batch that waits for Commit in the temporary folder.
type pendingBatch struct {
	id      StreamID
	temp    string // absolute; empty: no rows
	rows    int64
	bytes   int64
	columns []Column
	key     []string
	file    string
}

// pendingRead is a reading that waits for Commit.
type pendingRead struct {
	id    StreamID
	temp  string // absolute; empty: nothing quarantined
	files []string
	rows  map[string]int64
	total int64
}

// errEnded answers the use of a transaction after Commit or Abort.
var errEnded = errors.New("the transaction has ended")

// FirstSeen is the _first_seen of every record of this transaction: UTC, in
// microseconds, later than that of every earlier run.
func (t *Txn) FirstSeen() time.Time { return t.firstSeen }

// RunID is the run's id, as given to Begin.
func (t *Txn) RunID() string { return t.runID }

// TempDir is a private folder for the run's temporary files, in the lake's own
// file system. It goes when the transaction ends, or with the next Begin when
// the run dies. File names that begin with "lake-" are the lake's own.
func (t *Txn) TempDir() string { return t.temp }

// SetCursor says where reading of a source goes on: any JSON, kept with the
// commit. The last call for a source counts.
func (t *Txn) SetCursor(source string, cursor json.RawMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cursors[source] = bytes.Clone(cursor)
}

// Abort ends the transaction without a trace. After Commit it does nothing, so
// that it can be deferred.
func (t *Txn) Abort() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil
	}
	t.end()
	// The manifest on disk decides: a commit may have failed after its rename.
	m, _, err := t.lake.load()
	if err == nil {
		err = t.lake.sweepRun(t.runID, m)
	}
	if err != nil {
		return fmt.Errorf("abort run %s: %w", t.runID, err)
	}
	return nil
}

func (t *Txn) end() {
	t.ended = true
	t.lake.release()
}

// newTemp gives the name of a new file in the temporary folder.
func (t *Txn) newTemp(what string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seq++
	return filepath.Join(t.temp, ownPrefix+what+"-"+strconv.Itoa(t.seq)+parquetSuffix)
}

// add keeps something for Commit, unless the transaction has ended.
func (t *Txn) add(keep func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return errEnded
	}
	return keep()
}
