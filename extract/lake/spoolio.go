package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	spoolFolder  = "spool"
	spoolName    = "spool.json"
	spoolPending = "pending.json"
	spoolFormat  = 1
)

// spoolState is the spool's one commit point: the groups up to Groups count, the rest does not.
type spoolState struct {
	Format   int             `json:"format"`
	ID       string          `json:"id"` // of this one reading: a commit that took it says so
	Identity string          `json:"identity"`
	Groups   int             `json:"groups"`
	Resume   json.RawMessage `json:"resume,omitempty"`
}

// spoolGroup is a group as it is kept beside its Parquet file.
type spoolGroup struct {
	RunID       string              `json:"run_id"` // of the run that wrote it
	FirstSeen   time.Time           `json:"first_seen"`
	Rows        int64               `json:"rows"`
	Bytes       int64               `json:"bytes"`
	Counts      Counts              `json:"counts"`
	Quarantined []QuarantinedRecord `json:"quarantined,omitempty"`
	Aside       [][]string          `json:"aside,omitempty"`
	Notes       json.RawMessage     `json:"notes,omitempty"`
}

func (l *Lake) spoolDir(id StreamID) string {
	return l.at(filepath.Join(spoolFolder, id.Source, id.Stream))
}

func spoolFile(number int) string      { return fmt.Sprintf("%06d%s", number, parquetSuffix) }
func spoolGroupFile(number int) string { return fmt.Sprintf("%06d.json", number) }

// readSpool reads what a folder holds. An error that is not fs.ErrNotExist says why it cannot be used.
func (l *Lake) readSpool(dir string) (spoolState, []spoolGroup, error) {
	var state spoolState
	if err := readJSON(filepath.Join(dir, spoolName), &state); err != nil {
		return state, nil, err
	}
	if state.Format != spoolFormat {
		return state, nil, fmt.Errorf("it has format %d, this lastro reads %d", state.Format, spoolFormat)
	}
	groups := make([]spoolGroup, state.Groups)
	for i := range groups {
		g := &groups[i]
		if err := readJSON(filepath.Join(dir, spoolGroupFile(i+1)), g); err != nil {
			return state, nil, noted(err)
		}
		g.Quarantined, g.Aside = nil, nil // read again when it is wanted: there may be much of it
		if g.Rows == 0 {
			continue
		}
		info, err := os.Lstat(filepath.Join(dir, spoolFile(i+1)))
		if err != nil {
			return state, nil, noted(err)
		}
		if !info.Mode().IsRegular() || info.Size() != g.Bytes {
			return state, nil, fmt.Errorf("%s has %d bytes, not %d", info.Name(), info.Size(), g.Bytes)
		}
	}
	return state, groups, nil
}

// noted is an error about a file that spool.json names: it is no missing spool.
func noted(err error) error { return fmt.Errorf("it is damaged: %v", err) } //nolint:errorlint // it must not be fs.ErrNotExist

func readJSON(file string, value any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return nil
}

// writeSpool puts the state in place. The files that it names are durable, their names are made so here.
func (l *Lake) writeSpool(dir string, state spoolState) error {
	data, err := json.Marshal(state)
	if err != nil {
		return err
	}
	aside := filepath.Join(dir, spoolPending)
	if err := l.fs.WriteFile(aside, data); err != nil {
		return err
	}
	for _, path := range []string{aside, dir} {
		if err := l.fs.Sync(path); err != nil {
			return err
		}
	}
	if err := l.fs.Rename(aside, filepath.Join(dir, spoolName)); err != nil {
		return err
	}
	return l.fs.Sync(dir)
}

// removeStrays removes what a dead run wrote without naming it in the state.
func (l *Lake) removeStrays(dir string, state spoolState) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	removed := false
	for _, entry := range entries {
		name := entry.Name()
		stem := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), parquetSuffix)
		number, err := strconv.Atoi(stem)
		if name == spoolName || (err == nil && number >= 1 && number <= state.Groups) {
			continue
		}
		if err := l.fs.Remove(filepath.Join(dir, name)); err != nil {
			return err
		}
		removed = true
	}
	if !removed {
		return nil
	}
	return l.fs.Sync(dir)
}

// emptySpool removes everything from a spool's folder. The state goes first, and durably: it must not come back without
// the files that it names.
func (l *Lake) emptySpool(dir string) error {
	state := filepath.Join(dir, spoolName)
	if _, err := os.Lstat(state); err == nil {
		if err := l.fs.Remove(state); err != nil {
			return err
		}
		if err := l.fs.Sync(dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return l.removeStrays(dir, spoolState{})
}

// dropSpool removes a spool with its folder.
func (l *Lake) dropSpool(dir string) error {
	if err := l.emptySpool(dir); err != nil {
		return err
	}
	return l.fs.RemoveAll(dir)
}
