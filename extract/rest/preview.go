package rest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // reads the page group that is shown

	"lastro/extract/rest/records"
)

// Preview is the first records of a stream as a run would keep them, masks included.
type Preview struct {
	Columns []string
	Rows    [][]*string // as text; nil: NULL
	// Quarantined are why records of the page would go to quarantine.
	Quarantined []string
	// Note says why there are no rows, when there are none.
	Note string
}

// Preview asks for the first page of a stream and gives up to rows of its records. Nothing is kept.
func (s *Source) Preview(ctx context.Context, stream string, rows int) (preview Preview, err error) {
	r, ok := s.connector.Resource(stream)
	if !ok || r.Hidden {
		return Preview{}, fmt.Errorf("%s has no stream %q: it has %s", s.connector.Connector, stream, strings.Join(s.connector.Streams(), ", "))
	}
	sampler, err := s.sampler()
	if err != nil {
		return Preview{}, err
	}
	defer func() { err = errors.Join(err, sampler.asker.close()) }()
	found := sampler.of(ctx, r)
	if found.err != nil {
		return Preview{}, fmt.Errorf("preview %s: %w", s.id(stream), found.err)
	}
	if len(found.records) == 0 {
		return Preview{Note: found.none}, nil
	}
	dir, err := os.MkdirTemp("", "lastro-preview-*")
	if err != nil {
		return Preview{}, fmt.Errorf("preview %s: %w", s.id(stream), err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if preview, err = s.show(ctx, r.Name, found, dir, rows); err != nil {
		return Preview{}, fmt.Errorf("preview %s: %w", s.id(stream), err)
	}
	return preview, nil
}

// show writes the records as a page group and reads it back.
func (s *Source) show(ctx context.Context, stream string, found sample, dir string, rows int) (Preview, error) {
	r, _ := s.connector.Resource(stream)
	o := s.recordOptions(r, nil, r.Endpoint.Path)
	o.Dir, o.RunID, o.FirstSeen, o.Freeze = dir, "preview", s.o.Now(), false
	writer, err := records.New(o)
	if err != nil {
		return Preview{}, err
	}
	for _, record := range found.records[:min(rows, len(found.records))] {
		if _, err := writer.AddRecord(record, found.with); err != nil {
			return Preview{}, errors.Join(err, writer.Abort())
		}
	}
	group, err := writer.Close()
	if err != nil {
		return Preview{}, err
	}
	var preview Preview
	for _, q := range group.Quarantined {
		preview.Quarantined = append(preview.Quarantined, strings.TrimPrefix(q.Column+": "+q.Reason, ": "))
	}
	if group.File == "" {
		return preview, nil
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return preview, err
	}
	defer db.Close()
	err = preview.read(ctx, db, group.File)
	return preview, err
}

func (p *Preview) read(ctx context.Context, db *sql.DB, file string) error {
	result, err := db.QueryContext(ctx, "select cast(columns(* exclude (_source, _file, _line, _run_id, _first_seen)) as VARCHAR) from read_parquet("+
		"'"+strings.ReplaceAll(file, "'", "''")+"') order by _line")
	if err != nil {
		return err
	}
	defer result.Close()
	if p.Columns, err = result.Columns(); err != nil {
		return err
	}
	for result.Next() {
		row, into := make([]*string, len(p.Columns)), make([]any, len(p.Columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := result.Scan(into...); err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return result.Err()
}
