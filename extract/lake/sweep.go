package lake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	tempFolder = "tmp"
	// ownPrefix marks the lake's own files in a run's temporary folder.
	ownPrefix   = "lake-"
	intentName  = ownPrefix + "intent.json"
	pendingName = ownPrefix + manifestName
)

// intent names the files that a commit moves into the lake and that a vacuum
// takes out of it. It is durable before the first of them is touched: whoever
// finds it after a crash removes those that the manifest does not name.
type intent struct {
	Files []string `json:"files"`
}

// sweep removes what dead runs left behind: their temporary folders, and the
// files they had moved into place without committing. Files that no lastro
// made are left alone.
func (l *Lake) sweep(m *manifest) error {
	entries, err := os.ReadDir(l.at(tempFolder))
	if err != nil {
		return fmt.Errorf("look for left-overs of dead runs: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() || !validName.MatchString(entry.Name()) {
			continue
		}
		if err := l.sweepRun(entry.Name(), m); err != nil {
			return fmt.Errorf("remove left-overs of run %s: %w", entry.Name(), err)
		}
		l.log.Info("removed left-overs of a dead run", "run_id", entry.Name())
	}
	return nil
}

func (l *Lake) sweepRun(runID string, m *manifest) error {
	folder := l.at(filepath.Join(tempFolder, runID))
	files, err := l.readIntent(filepath.Join(folder, intentName))
	if err != nil {
		return err
	}
	// A manifest that a power cut could still take back must not decide.
	if len(files) > 0 {
		if err := l.fs.Sync(l.dir); err != nil {
			return err
		}
	}
	named := m.paths()
	touched := map[string]bool{}
	for _, file := range files {
		if named[file] || checkFilePath(file) != nil {
			continue
		}
		if err := l.fs.Remove(l.at(file)); err != nil {
			return err
		}
		touched[filepath.Dir(l.at(file))] = true
	}
	// The intent goes last, and only when the removals cannot come undone.
	for dir := range touched {
		if err := l.fs.Sync(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return l.fs.RemoveAll(folder)
}

// readIntent gives the files of an intent. One that is missing or cut short
// never became durable, so nothing was moved.
func (l *Lake) readIntent(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var in intent
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, nil
	}
	return in.Files, nil
}
