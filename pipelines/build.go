package pipelines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"lastro/load"
	"lastro/transform"
)

// Build is a set of tables that a transform made and whose checks passed. Its tables are in File; this description
// beside it is written last, so that a build without one is not good.
type Build struct {
	RunID         string    `json:"run_id"`
	StartedAt     time.Time `json:"started_at"`
	Fingerprint   string    `json:"fingerprint"`
	AsOf          string    `json:"as_of"`
	AsKnown       string    `json:"as_known,omitempty"`
	PolicyVersion string    `json:"policy_version"`
	CodeVersion   string    `json:"code_version"`
	Timezone      string    `json:"timezone"`
	Currency      string    `json:"currency"`
	Tables        []Table   `json:"tables"`
	Warnings      []string  `json:"warnings,omitempty"`
	// Stale are the streams whose records are those of before, because they could not be read.
	Stale []StaleStream `json:"stale_streams,omitempty"`

	file string
}

// Table describes one published table of a build.
type Table struct {
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Grain       string        `json:"grain"`
	Key         []string      `json:"key"`
	Columns     []load.Column `json:"columns"`
	Rows        int64         `json:"rows"`
}

// builds is the folder of a state that holds what transforms made.
type builds struct{ dir string }

func (b builds) database(runID string) string { return filepath.Join(b.dir, runID+".duckdb") }

func (b builds) description(runID string) string { return filepath.Join(b.dir, runID+".json") }

// latest gives the newest good build, nil when there is none.
func (b builds) latest() (*Build, error) {
	names, err := filepath.Glob(filepath.Join(b.dir, "*.json"))
	if err != nil || len(names) == 0 {
		return nil, err
	}
	sort.Strings(names)
	text, err := os.ReadFile(names[len(names)-1])
	if err != nil {
		return nil, fmt.Errorf("read the last build: %w", err)
	}
	var build Build
	if err := json.Unmarshal(text, &build); err != nil {
		return nil, fmt.Errorf("read the last build %s: %w; remove the file and run again", names[len(names)-1], err)
	}
	build.file = b.database(build.RunID)
	if _, err := os.Stat(build.file); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return &build, nil
}

// keep makes a build good and removes all others.
func (b builds) keep(build *Build) error {
	text, err := json.MarshalIndent(build, "", "  ")
	if err != nil {
		return fmt.Errorf("describe the build: %w", err)
	}
	if err := writeAtomically(b.description(build.RunID), append(text, '\n')); err != nil {
		return fmt.Errorf("describe the build: %w", err)
	}
	return b.clean(build.RunID)
}

// clean removes every build but that of one run: older ones, and what dead and failed runs left.
func (b builds) clean(runID string) error {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return fmt.Errorf("clean old builds: %w", err)
	}
	var failed []error
	for _, entry := range entries {
		if runID != "" && strings.HasPrefix(entry.Name(), runID+".") {
			continue
		}
		if err := os.RemoveAll(filepath.Join(b.dir, entry.Name())); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// describe gives the published tables of a project as they stand in an engine.
func describe(ctx context.Context, engine transform.Engine, project *transform.Project) ([]Table, error) {
	tables := make([]Table, 0, len(project.Marts()))
	for _, model := range project.Marts() {
		columns, err := engine.Describe(ctx, model.Name)
		if err != nil {
			return nil, fmt.Errorf("describe table %s: %w", model.Name, err)
		}
		rows, err := engine.Rows(ctx, model.Name)
		if err != nil {
			return nil, fmt.Errorf("count table %s: %w", model.Name, err)
		}
		texts := make(map[string]string, len(model.Header.Columns))
		for _, doc := range model.Header.Columns {
			texts[doc.Name] = doc.Text
		}
		table := Table{
			Name:        model.Name,
			Description: strings.TrimSpace(model.Header.Description),
			Grain:       model.Header.Grain,
			Key:         model.Header.Key,
			Rows:        rows,
		}
		for _, column := range columns {
			table.Columns = append(table.Columns, load.Column{Name: column.Name, Type: column.Type, Description: texts[column.Name]})
		}
		tables = append(tables, table)
	}
	return tables, nil
}
