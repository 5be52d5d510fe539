package oracle

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteCSV writes each table to dir/<table>.csv, in the order of its schema.
func (t Tables) WriteCSV(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("writing tables: %w", err)
	}
	for _, schema := range Schemas {
		rows, ok := t[schema.Name]
		if !ok {
			continue
		}
		names := make([]string, len(schema.Columns))
		for i, column := range schema.Columns {
			names[i] = column.Name
		}
		if err := writeRows(filepath.Join(dir, schema.Name+".csv"), names, rows); err != nil {
			return fmt.Errorf("writing table %s: %w", schema.Name, err)
		}
	}
	return nil
}

// ReadTables reads the tables of Schemas that dir holds as CSV.
func ReadTables(dir string) (Tables, error) {
	tables := Tables{}
	for _, schema := range Schemas {
		if _, err := os.Stat(filepath.Join(dir, schema.Name+".csv")); err != nil {
			continue
		}
		tables[schema.Name] = []Row{}
		err := readRecords(dir, schema.Name, func(r *record) {
			tables[schema.Name] = append(tables[schema.Name], Row(r.cells))
		})
		if err != nil {
			return nil, fmt.Errorf("reading tables: %w", err)
		}
	}
	return tables, nil
}

func writeRows(path string, columns []string, rows []Row) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	writer := csv.NewWriter(file)
	if err := writer.Write(columns); err != nil {
		return err
	}
	for _, row := range rows {
		fields := make([]string, len(columns))
		for i, column := range columns {
			fields[i] = row[column]
		}
		if err := writer.Write(fields); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}
