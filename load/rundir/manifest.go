package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lastro/load"
	"lastro/load/disk"
)

// ManifestName is the file in a run's folder that says what the run is. It is written last: a folder without it is not whole.
const ManifestName = "_manifest.json"

// Manifest says what a run's folder holds.
type Manifest struct {
	RunID         string               `json:"run_id"`
	StartedAt     time.Time            `json:"started_at"`
	AsOf          string               `json:"as_of"`
	AsKnown       string               `json:"as_known"`
	PolicyVersion string               `json:"policy_version"`
	CodeVersion   string               `json:"code_version"`
	Tables        map[string]TableFile `json:"tables"`
}

// TableFile is one table of a manifest.
type TableFile struct {
	File        string   `json:"file"` // name in the same folder
	Rows        int64    `json:"rows"`
	Bytes       int64    `json:"bytes"`
	SHA256      string   `json:"sha256"` // of the file, in hex
	Description string   `json:"description"`
	Grain       string   `json:"grain"`
	Key         []string `json:"key"`
	Columns     []Column `json:"columns"`
}

// Column is one column of a table.
type Column struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
}

// ReadManifest reads the manifest in the folder of a run.
func ReadManifest(folder string) (Manifest, error) {
	path := filepath.Join(folder, ManifestName)
	text, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("read %s: %w; publish a run anew to mend it", path, err)
	}
	return m, nil
}

func newManifest(p load.Publication) Manifest {
	return Manifest{
		RunID: p.RunID, StartedAt: p.StartedAt.UTC(), AsOf: p.AsOf, AsKnown: p.AsKnown,
		PolicyVersion: p.PolicyVersion, CodeVersion: p.CodeVersion, Tables: map[string]TableFile{},
	}
}

func (m Manifest) add(t load.Table, file string, w disk.Written) {
	entry := TableFile{
		File: file, Rows: t.Rows, Bytes: w.Bytes, SHA256: w.SHA256,
		Description: t.Description, Grain: t.Grain, Key: append([]string{}, t.Key...),
	}
	for _, c := range t.Columns {
		entry.Columns = append(entry.Columns, Column(c))
	}
	m.Tables[t.Name] = entry
}

func (m Manifest) write(fsys disk.FS, folder string, mode os.FileMode) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	w, err := disk.NewWriter(fsys, filepath.Join(folder, ManifestName), mode)
	if err != nil {
		return err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		w.Abandon()
		return err
	}
	_, err = w.Finish()
	return err
}
