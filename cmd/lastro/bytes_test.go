package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // reads what compressed files hold
)

// holding names the files below a folder that hold one of the texts: in their bytes, or, of files that are compressed, in
// their rows.
func holding(dir string, texts []string) []string {
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rows, err := rowsIn(path)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if bytes.Contains(content, []byte(text)) || strings.Contains(rows, text) {
				found = append(found, fmt.Sprintf("%s holds %q", path, text))
			}
		}
		return nil
	})
	if err != nil {
		found = append(found, err.Error())
	}
	return found
}

// rowsIn gives the rows of a Parquet file, or of all tables of a DuckDB file, as text; "" of other files.
func rowsIn(path string) (string, error) {
	var sources []string
	source := ""
	switch filepath.Ext(path) {
	case ".parquet":
		sources = []string{"read_parquet('" + path + "')"}
	case ".duckdb":
		source = path + "?access_mode=read_only"
	default:
		return "", nil
	}
	db, err := sql.Open("duckdb", source)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if source != "" {
		if sources, err = texts(db, "select table_name from duckdb_tables()"); err != nil {
			return "", err
		}
	}
	var all strings.Builder
	for _, from := range sources {
		rows, err := texts(db, "select cast(to_json(r) as varchar) from "+from+" as r")
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		all.WriteString(strings.Join(rows, "\n"))
	}
	return all.String(), nil
}

func texts(db *sql.DB, query string) ([]string, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, rows.Err()
}
