package csvdir_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lastro/load"
	"lastro/load/csvdir"
	"lastro/load/disk"
	"lastro/load/rundir"
	"lastro/load/targettest"
)

func open(path string, keep int, fsys disk.FS) load.Target {
	return csvdir.New(path, rundir.Options{Keep: keep, FS: fsys})
}

var harness = targettest.Harness{
	Place: func(t *testing.T) string { return filepath.Join(t.TempDir(), "csv") },
	Open:  open,
	Read: func(path string) (targettest.Snapshot, error) {
		folder, err := filepath.EvalSymlinks(path)
		if err != nil {
			return targettest.Snapshot{}, err
		}
		return run(folder).Read()
	},
	Hold: func(path string) (targettest.Held, error) {
		folder, err := filepath.EvalSymlinks(path)
		return run(folder), err
	},
	Trace: targettest.TracePath,
}

func TestTarget(t *testing.T) {
	targettest.Run(t, harness)
	targettest.RunFiles(t, harness)
}

// run is the folder of a run.
type run string

func (r run) Close() error { return nil }

func (r run) Read() (targettest.Snapshot, error) {
	m, err := rundir.ReadManifest(string(r))
	if err != nil {
		return targettest.Snapshot{}, err
	}
	s := targettest.Snapshot{RunID: m.RunID, Tables: map[string][][]string{}}
	for name, table := range m.Tables {
		text, err := os.ReadFile(filepath.Join(string(r), table.File))
		if err != nil {
			return s, err
		}
		if s.Tables[name], err = parse(string(text)); err != nil {
			return s, fmt.Errorf("table %s: %w", name, err)
		}
	}
	return s, nil
}

// parse reads CSV and, unlike encoding/csv, tells NULL from an empty text and takes no liberties.
func parse(text string) (lines [][]string, err error) {
	var line []string
	for text != "" {
		field := ""
		if strings.HasPrefix(text, `"`) {
			for text = text[1:]; ; text = text[1:] {
				end := strings.IndexByte(text, '"')
				if end < 0 {
					return nil, errors.New("a quote is not closed")
				}
				field, text = field+text[:end], text[end+1:]
				if !strings.HasPrefix(text, `"`) {
					break
				}
				field += `"`
			}
		} else {
			end := strings.IndexAny(text, ",\n\"\r")
			if end < 0 {
				return nil, errors.New("the last line does not end")
			}
			field, text = text[:end], text[end:]
			if field == "" {
				field = targettest.Null
			}
		}
		line = append(line, field)
		switch {
		case strings.HasPrefix(text, "\n"):
			lines, line = append(lines, line), nil
		case !strings.HasPrefix(text, ","):
			return nil, fmt.Errorf("after field %q of line %d comes neither a comma nor a line end", field, len(lines)+1)
		}
		text = text[1:]
	}
	return lines, nil
}
