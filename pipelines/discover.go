package pipelines

import (
	"context"
	"errors"
	"fmt"

	"lastro/strictyaml"
	"lastro/transform"
)

// DiscoveredStream is what the first records of a stream look like.
type DiscoveredStream struct {
	Source  string            `json:"source"`
	Stream  string            `json:"stream"`
	Records int64             `json:"records"` // how many were looked at
	Fields  []DiscoveredField `json:"fields"`
	Problem string            `json:"problem,omitempty"`
}

// DiscoveredField is a column of a stream, or a field that no column takes.
type DiscoveredField struct {
	// Path is where a record has it.
	Path string `json:"path"`
	// Column and Type are of the column that takes it; Column is empty where it is kept in _extra, and Type is then what
	// the values are in JSON.
	Column string `json:"column,omitempty"`
	Type   string `json:"type"`
	// Seen is in how many of the records it has a value.
	Seen int64 `json:"seen"`
}

// Discover asks the APIs of a pipeline, or one of them, for the first page of each stream and says which fields the records
// have. Streams of files are listed without.
func Discover(ctx context.Context, config *Config, only string) ([]DiscoveredStream, error) {
	sources, err := sourcesNamed(config, only)
	if err != nil {
		return nil, err
	}
	var found []DiscoveredStream
	for _, source := range sources {
		for _, stream := range source.Rest.Streams {
			one, err := discover(ctx, config, source, stream)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				one = DiscoveredStream{Source: source.Name, Stream: stream, Fields: []DiscoveredField{}, Problem: config.Secrets.Text(err.Error())}
			}
			found = append(found, one)
		}
	}
	return found, nil
}

// sourcesNamed gives the sources of kind rest, or the one of a name.
func sourcesNamed(config *Config, only string) ([]Source, error) {
	var names []string
	var found []Source
	for _, source := range config.Sources {
		if source.Rest == nil && source.Name == only {
			return nil, &FlagError{"source", only, "is a folder of files: lastro plan lists what is in it"}
		}
		if source.Rest == nil {
			continue
		}
		names = append(names, source.Name)
		if only == "" || only == source.Name {
			found = append(found, source)
		}
	}
	switch {
	case len(names) == 0:
		return nil, &FlagError{"source", only, "cannot be asked: the pipeline has no source of kind rest"}
	case len(found) == 0:
		return nil, &FlagError{"source", only, "is no source of kind rest of the pipeline: " + strictyaml.Suggest(only, names)}
	}
	return found, nil
}

func discover(ctx context.Context, config *Config, source Source, stream string) (found DiscoveredStream, err error) {
	found = DiscoveredStream{Source: source.Name, Stream: stream, Fields: []DiscoveredField{}}
	s, err := takeSample(ctx, config, source, stream, 1)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	found.Records = s.records
	if s.from == "" {
		return found, nil
	}
	resource, _ := resourceOf(s.connector, stream) // whose paths have the settings in place
	for _, column := range describeStream(resource).Columns {
		field := DiscoveredField{Path: column.Path, Column: column.Name, Type: column.Type}
		if field.Path == "" {
			field.Path = column.Name
		}
		if err := s.db.QueryRowContext(ctx, "select count("+transform.Quote(column.Name)+") from ("+s.from+")").Scan(&field.Seen); err != nil {
			return found, fmt.Errorf("look at %s: %w", column.Name, err)
		}
		found.Fields = append(found.Fields, field)
	}
	extra, err := s.extraFields(ctx)
	found.Fields = append(found.Fields, extra...)
	return found, err
}

// extraKinds are the types of JSON as DuckDB calls them, and as people do.
const extraKinds = `case fields.type when 'VARCHAR' then 'text' when 'UBIGINT' then 'integer' when 'BIGINT' then 'integer'
        when 'DOUBLE' then 'number' when 'ARRAY' then 'list' else lower(fields.type) end`

// extraFields are the fields inside _extra, those of objects by their paths; a list is one.
func (s *apiSample) extraFields(ctx context.Context) (fields []DiscoveredField, err error) {
	rows, err := s.db.QueryContext(ctx, `with extras as (
    select cast(_extra as json) as extra from (`+s.from+`) where _extra is not null
)
select
    substr(fields.fullkey, 3) as field,
    string_agg(distinct `+extraKinds+`, ' or ' order by `+extraKinds+`) filter (where fields.type != 'NULL'),
    count(*) filter (where fields.type != 'NULL')
from extras, json_tree(extras.extra) as fields
where fields.fullkey != '$' and not contains(fields.fullkey, '[') and fields.type != 'OBJECT'
group by field order by field`)
	if err != nil {
		return nil, fmt.Errorf("look at _extra: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var field DiscoveredField
		var kinds *string
		if err := rows.Scan(&field.Path, &kinds, &field.Seen); err != nil {
			return nil, err
		}
		if kinds != nil {
			field.Type = *kinds
		}
		fields = append(fields, field)
	}
	return fields, rows.Err()
}
