package lake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// SpoolInfo is what was read of a stream and not yet committed.
type SpoolInfo struct {
	ID     StreamID
	Counts Counts
	Groups int
	Bytes  int64
	// Problem says why it cannot be used: the next run reads the stream from its beginning. Nil as a rule.
	Problem error
}

// Spools lists the readings that wait for a run to go on with them, by source and stream.
func (l *Lake) Spools() ([]SpoolInfo, error) {
	m, _, err := l.load()
	if err != nil {
		return nil, err
	}
	ids, err := l.spoolIDs()
	if err != nil {
		return nil, err
	}
	var infos []SpoolInfo
	for _, id := range ids {
		state, groups, err := l.readSpool(l.spoolDir(id))
		if errors.Is(err, fs.ErrNotExist) || m.hasSpool(state.ID) {
			continue
		}
		info := SpoolInfo{ID: id, Groups: len(groups), Problem: err}
		for _, g := range groups {
			info.Counts = info.Counts.plus(g.Counts)
			info.Bytes += g.Bytes
		}
		infos = append(infos, info)
	}
	return infos, nil
}

// RemoveSpool forgets what was read of a stream and not yet committed; one that is not there is no error. The caller
// holds the lock of the state.
func (l *Lake) RemoveSpool(id StreamID) error {
	if err := id.check(); err != nil {
		return fmt.Errorf("remove the spool of %s: %w", id, err)
	}
	if err := l.occupy("the removal of a spool"); err != nil {
		return err
	}
	defer l.release()
	dir := l.spoolDir(id)
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := l.dropSpool(dir); err != nil {
		return fmt.Errorf("remove the spool of %s: %w", id, err)
	}
	return nil
}

// spoolIDs gives the streams that have a folder in the spool.
func (l *Lake) spoolIDs() ([]StreamID, error) {
	var ids []StreamID
	folders, err := filepath.Glob(globEscape.Replace(l.at(spoolFolder)) + "/*/*")
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		id := StreamID{filepath.Base(filepath.Dir(folder)), filepath.Base(folder)}
		if id.check() == nil {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, compareIDs)
	return ids, nil
}

// sweepSpools removes the spools that are committed: the run that took them died, or could not remove them. All others
// are kept, also of sources that are no longer read: they are for RemoveSpool.
func (l *Lake) sweepSpools(m *manifest) error {
	ids, err := l.spoolIDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		dir := l.spoolDir(id)
		var state spoolState
		if err := readJSON(filepath.Join(dir, spoolName), &state); err != nil || !m.hasSpool(state.ID) {
			continue
		}
		// A manifest that a power cut could still take back must not decide.
		if err := l.fs.Sync(l.dir); err != nil {
			return err
		}
		if err := l.dropSpool(dir); err != nil {
			return fmt.Errorf("remove the committed spool of %s: %w", id, err)
		}
	}
	return nil
}

// hasSpool tells whether a run has committed the reading of an id.
func (m *manifest) hasSpool(id string) bool {
	return id != "" && slices.ContainsFunc(m.Commits, func(c commit) bool { return slices.Contains(c.Spools, id) })
}
