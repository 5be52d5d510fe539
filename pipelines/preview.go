package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lastro/strictyaml"
	"lastro/transform"
)

// Preview is the first records of a stream, as a run would keep them.
type Preview struct {
	Stream  string      `json:"stream"`
	Columns []string    `json:"columns"`
	Rows    [][]*string `json:"rows"` // nil is NULL
	// Quarantined is how many records break a rule, as far as that is known.
	Quarantined int64 `json:"quarantined"`
}

// PreviewStream gives the first records of a stream of an API, as billing.customers.
func PreviewStream(ctx context.Context, config *Config, name string, rows int) (preview Preview, err error) {
	sourceName, stream, _ := strings.Cut(name, ".")
	sources, err := sourcesNamed(config, sourceName)
	if err != nil {
		return preview, err
	}
	source := sources[0]
	if sourceName == "" || !slices.Contains(source.Rest.Streams, stream) {
		return preview, &FlagError{"stream", name, "is no stream of " + source.Name + ": " + strictyaml.Suggest(stream, source.Rest.Streams)}
	}
	s, err := takeSample(ctx, config, source, stream, rows)
	if err != nil {
		return preview, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, s.close()) }()
	preview = Preview{Stream: name, Columns: []string{}, Rows: [][]*string{}, Quarantined: s.quarantined}
	if s.from == "" {
		return preview, nil
	}
	resource, _ := resourceOf(source.Rest.Spec, stream)
	preview.Columns = append(columnNames(resource), "_extra")
	return preview, s.rows(ctx, &preview, rows)
}

// rows reads the first records, each value as text.
func (s *apiSample) rows(ctx context.Context, preview *Preview, limit int) (err error) {
	list := make([]string, len(preview.Columns))
	for i, column := range preview.Columns {
		list[i] = "cast(" + transform.Quote(column) + " as varchar)"
	}
	rows, err := s.db.QueryContext(ctx, fmt.Sprintf("select %s from (%s) limit %d", strings.Join(list, ", "), s.from, limit))
	if err != nil {
		return fmt.Errorf("%s: %w", preview.Stream, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row, into := make([]*string, len(list)), make([]any, len(list))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		preview.Rows = append(preview.Rows, row)
	}
	return rows.Err()
}
