package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Begin starts the transaction of run runID, which must be new to the lake.
//
// at is when the run began. It becomes the _first_seen of every record (see
// FirstSeen) and the moment by which AsKnown finds the commit. A clock that
// stands at or before the last commit is put one microsecond after it.
//
// Begin removes what dead runs left in the lake: their temporary folders and
// the files they moved into place without committing. The caller holds the
// lock of the state until Commit or Abort.
func (l *Lake) Begin(runID string, at time.Time) (*Txn, error) {
	if err := checkName("run id", runID); err != nil {
		return nil, err
	}
	if err := l.occupy("run " + runID); err != nil {
		return nil, err
	}
	t, err := l.begin(runID, at)
	if err != nil {
		l.release()
		return nil, fmt.Errorf("begin run %s in the lake: %w", runID, err)
	}
	return t, nil
}

func (l *Lake) begin(runID string, at time.Time) (*Txn, error) {
	m, err := l.prepare()
	if err != nil {
		return nil, err
	}
	if _, done := m.commitOrder()[runID]; done {
		return nil, errors.New("a run of this id is committed already: take a new id")
	}
	at = at.UTC().Truncate(time.Microsecond)
	if n := len(m.Commits); n > 0 {
		if last := m.Commits[n-1]; !at.After(last.At) {
			l.log.Warn("the clock stands before the last run of the lake",
				"run_id", runID, "clock", at, "last_run_id", last.RunID, "last", last.At)
			at = last.At.Add(time.Microsecond)
		}
	}
	temp := l.at(filepath.Join(tempFolder, runID))
	if err := l.ownFolder(temp); err != nil {
		return nil, err
	}
	return &Txn{
		lake: l, base: m, runID: runID, firstSeen: at, temp: temp,
		counts: map[StreamID]Counts{}, cursors: map[string]json.RawMessage{}, notes: map[StreamID]json.RawMessage{},
	}, nil
}

// prepare loads the manifest and cleans up after dead runs.
func (l *Lake) prepare() (*manifest, error) {
	m, found, err := l.load()
	if err != nil {
		return nil, err
	}
	if err := l.sweep(m); err != nil {
		return nil, err
	}
	if found {
		return m, l.sweepSpools(m)
	}
	stray, err := fs.Glob(os.DirFS(l.dir), path.Join(dataFolder, "*", "*", "*"+parquetSuffix))
	if err != nil {
		return nil, err
	}
	if len(stray) > 0 {
		return nil, fmt.Errorf("it holds batches (%s) but no manifest: %s", stray[0], damaged)
	}
	return m, nil
}
