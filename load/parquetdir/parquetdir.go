// Package parquetdir publishes each table as <table>.parquet in a folder of the run, see package rundir.
//
// The files are compressed with zstd. DECIMALs stay decimals (INT32 or INT64 inside up to 18 digits), TIMESTAMPs are
// microseconds, key columns are required. The file's own metadata carry description, grain, key and columns, the last
// two as JSON. The same rows give the same bytes: nothing of the run is inside, and row groups are cut by rows alone,
// however the engine cut its batches.
package parquetdir

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"golang.org/x/sync/errgroup"

	"lastro/load"
	"lastro/load/rundir"
)

// New gives the target that publishes Parquet at path, which is absolute.
func New(path string, o rundir.Options) *rundir.Target {
	return rundir.New(path, rundir.Format{Kind: "parquet", Ext: "parquet", Encode: encode}, o)
}

// groupRows is how many rows a row group has: what readers take in one piece, and what is in memory at a time.
const groupRows = 122_880

// writer gathers rows by column and writes a row group when it has enough of them.
type writer struct {
	ctx     context.Context
	file    *file.Writer
	columns []column
	names   []string
	rows    int
}

func encode(ctx context.Context, out io.Writer, t load.Table, r *load.Reader) error {
	w := &writer{ctx: ctx}
	schema, err := w.addColumns(t)
	if err != nil {
		return err
	}
	meta, err := describe(t)
	if err != nil {
		return err
	}
	props := parquet.NewWriterProperties(
		parquet.WithCreatedBy("lastro"),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(1), // level 3 takes half as long again and, on tables such as ours, saves nothing
		// Whether a column has a dictionary is settled before its first page, see plainIsBetter: the library lists the
		// encodings of a column that changes midway in the order of a map, which is another one each time.
		parquet.WithDictionaryPageSizeLimit(1<<30),
		parquet.WithDataPageSize(pageBytes),
	)
	// onlyWriter hides Close: the library would close the file before it is durable.
	if w.file, err = file.NewParquetWriterWithError(onlyWriter{out}, schema, file.WithWriterProps(props), file.WithWriteMetadata(meta)); err != nil {
		return fmt.Errorf("begin the file: %w", err)
	}
	for r.Next() {
		if err := w.add(r.RecordBatch()); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.file.Close()
}

// pageBytes is how many bytes, uncompressed, a page has. Pages that are full are compressed by several columns at once.
const pageBytes = 256 << 10

func (w *writer) add(batch arrow.RecordBatch) error {
	for from, end := 0, int(batch.NumRows()); from < end; {
		to := min(from+groupRows-w.rows, end)
		for i, c := range w.columns {
			if err := c.add(batch.Column(i), from, to); err != nil {
				return fmt.Errorf("column %s: %w", w.names[i], err)
			}
		}
		w.rows += to - from
		from = to
		if w.rows == groupRows {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the rows gathered so far as a row group, several columns at once.
func (w *writer) flush() error {
	if err := w.ctx.Err(); err != nil || w.rows == 0 {
		return err
	}
	group, err := w.file.AppendBufferedRowGroupChecked()
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range w.columns {
		chunk, err := group.Column(i)
		if err != nil {
			return err
		}
		g.Go(func() error {
			if err := c.write(chunk); err != nil {
				return fmt.Errorf("column %s: %w", w.names[i], err)
			}
			return nil
		})
	}
	w.rows = 0
	if err := g.Wait(); err != nil {
		return err
	}
	return group.Close()
}

func describe(t load.Table) (metadata.KeyValueMetadata, error) {
	type column struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Description string `json:"description"`
	}
	columns := make([]column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = column(c)
	}
	key, err := json.Marshal(append([]string{}, t.Key...))
	if err != nil {
		return nil, fmt.Errorf("describe the key: %w", err)
	}
	described, err := json.Marshal(columns)
	if err != nil {
		return nil, fmt.Errorf("describe the columns: %w", err)
	}
	meta := metadata.NewKeyValueMetadata()
	for _, kv := range [][2]string{{"description", t.Description}, {"grain", t.Grain}, {"key", string(key)}, {"columns", string(described)}} {
		if err := meta.Append(kv[0], kv[1]); err != nil {
			return nil, fmt.Errorf("describe %s: %w", kv[0], err)
		}
	}
	return meta, nil
}

type onlyWriter struct{ io.Writer }
