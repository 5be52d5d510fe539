package files

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lastro/extract"
	"lastro/extract/sourcetest"
)

func TestSuite(t *testing.T) {
	sourcetest.Run(t, sourcetest.Harness{
		World: folderWorld,
		Open: func(place string, _ sourcetest.Opening) (extract.Source, error) {
			return New(sourcetest.SourceName, Config{Path: place, Streams: map[string]Stream{sourcetest.StreamName: {
				Key: []string{"id"}, Columns: map[string]Column{"name": {}, "amount": {Type: "integer"}, "changed_at": {}},
			}}}, "UTC")
		},
		Lacks: map[sourcetest.Ability]string{
			sourcetest.Pages:   "a file is read as a whole, and again after a kill",
			sourcetest.Deletes: "what a later file lacks may stand in another: a keyed stream keeps it",
			sourcetest.Quota:   "nobody counts how often a disk is asked",
		},
	})
}

// folderWorld is a folder in which each Put leaves another file.
func folderWorld(t *testing.T) sourcetest.World {
	folder := t.TempDir()
	broken := filepath.Join(folder, "things.zzz.parquet")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.WriteFile(filepath.Join(folder, "things.empty.csv"), []byte("id,name,amount,changed_at\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return sourcetest.World{
		Place: folder,
		Put: func(records ...sourcetest.Record) error {
			text, err := asCSV(records)
			if err != nil {
				return err
			}
			at = at.Add(time.Minute)
			name := filepath.Join(folder, "things."+at.Format("20060102-150405")+".csv")
			if err := os.WriteFile(name, text, 0o600); err != nil {
				return err
			}
			return os.Chtimes(name, at, at)
		},
		Fail: func(fails bool) error {
			if !fails {
				return os.Remove(broken)
			}
			return os.WriteFile(broken, []byte("PAR1 and no more"), 0o600)
		},
	}
}

// asCSV writes records as CSV, with a column for each field that one of them has.
func asCSV(records []sourcetest.Record) ([]byte, error) {
	header := []string{"id", "name", "amount", "changed_at"}
	var lines []map[string]any
	for _, r := range records {
		text, err := r.JSON()
		if err != nil {
			return nil, err
		}
		var line map[string]any
		if err := json.Unmarshal(text, &line); err != nil {
			return nil, err
		}
		for name := range line {
			if !slices.Contains(header, name) {
				header = append(header, name)
			}
		}
		lines = append(lines, line)
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	err := w.Write(header)
	for _, line := range lines {
		cells := make([]string, len(header))
		for i, name := range header {
			if value, ok := line[name]; ok {
				cells[i] = fmt.Sprint(value)
			}
		}
		err = errors.Join(err, w.Write(cells))
	}
	w.Flush()
	return text.Bytes(), errors.Join(err, w.Error())
}
