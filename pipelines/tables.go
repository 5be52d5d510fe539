package pipelines

import (
	"context"
	"errors"
	"path/filepath"

	"lastro/extract/lake"
	"lastro/transform"
	"lastro/transform/duckdb"
)

// TableDoc is what the header of a published table's model says of it.
type TableDoc struct {
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Grain       string      `json:"grain"`
	Key         []string    `json:"key"`
	Columns     []ColumnDoc `json:"columns"`
	// Checks are the names of the checks that the table has to pass before it is published.
	Checks []string `json:"checks"`
}

// ColumnDoc is what a column holds.
type ColumnDoc struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Tables gives the published tables by name: those of a pipeline, or the built-in ones when config is nil.
func Tables(ctx context.Context, config *Config) ([]TableDoc, error) {
	var streams []lake.StreamID
	if config == nil {
		config = &Config{}
	} else {
		l, err := lake.Open(filepath.Join(config.State, "lake"), nil)
		if err != nil {
			return nil, err
		}
		view, err := l.Now()
		if err != nil {
			return nil, err
		}
		streams = knownStreams(view)
	}
	parser, err := duckdb.NewParser(ctx)
	if err != nil {
		return nil, err
	}
	project, err := loadProject(config, parser, streams)
	if err := errors.Join(err, parser.Close()); err != nil {
		return nil, err
	}
	checks := map[string][]string{}
	for _, check := range project.ChecksOf(nil) {
		if check.Severity == transform.SeverityError {
			checks[check.Model] = append(checks[check.Model], check.Name)
		}
	}
	var tables []TableDoc
	for _, model := range project.Marts() {
		doc := TableDoc{
			Name: model.Name, Description: model.Header.Description, Grain: model.Header.Grain, Key: model.Header.Key,
			Checks: checks[model.Name],
		}
		for _, column := range model.Header.Columns {
			doc.Columns = append(doc.Columns, ColumnDoc{Name: column.Name, Description: column.Text})
		}
		tables = append(tables, doc)
	}
	return tables, nil
}
