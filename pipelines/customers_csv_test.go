package pipelines

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
)

// changeCSV rewrites the records of every CSV file of a folder; a file whose records are all gone is removed. Records that no CSV
// reader takes are dropped.
func changeCSV(data string, change func(name string, rows [][]string) [][]string) error {
	files, err := filepath.Glob(filepath.Join(data, "*.csv"))
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		reader := csv.NewReader(strings.NewReader(string(content)))
		reader.FieldsPerRecord = -1
		rows, err := reader.ReadAll()
		if err != nil {
			return err
		}
		changed := change(strings.TrimSuffix(filepath.Base(file), ".csv"), rows[1:])
		if len(changed) == 0 {
			if err := os.Remove(file); err != nil {
				return err
			}
			continue
		}
		if err := writeRecords(file, append(rows[:1:1], changed...)); err != nil {
			return err
		}
	}
	return nil
}

func writeRecords(file string, rows [][]string) error {
	var text strings.Builder
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text.String()), 0o600)
}
