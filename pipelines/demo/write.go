package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// WriteCSV writes one file for each canonical entity into the folder, which is made when it is not
// there: UTF-8, comma, a header, empty cells for missing values. Folder and files are the owner's
// alone. A file that already has the same content is left as it is, so that it still counts as
// unchanged.
func (c *Company) WriteCSV(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the demo's folder: %w", err)
	}
	for _, t := range c.tables {
		content, err := t.csv()
		if err != nil {
			return fmt.Errorf("write the demo's %s: %w", t.entity, err)
		}
		if err := replace(filepath.Join(dir, t.file()), content); err != nil {
			return fmt.Errorf("write the demo's %s: %w", t.entity, err)
		}
	}
	return nil
}

func (t *table) file() string {
	return t.entity + ".csv"
}

// height is how many physical lines the record takes.
func (r *row) height() int {
	n := 1
	for _, cell := range r.cells {
		n += strings.Count(cell, "\n")
	}
	return n
}

func (t *table) csv() ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(t.columns); err != nil {
		return nil, err
	}
	for _, r := range t.rows {
		if r.raw != "" {
			w.Flush()
			out.WriteString(r.raw)
			continue
		}
		if err := w.Write(r.cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// replace puts the content under the name in one step, unless it is there already.
func replace(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return os.Chmod(path, 0o600)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".demo-*") // made for the owner alone
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails once it is renamed, as it should
	if _, err := temporary.Write(content); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
