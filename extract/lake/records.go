package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// BatchOptions says how a batch relates to the stream's earlier ones.
type BatchOptions struct {
	// Key is the columns that tell records apart: a later version of a key
	// takes the place of the earlier one. Empty for a stream without key.
	Key []string
	// ReplacesFile, in a stream without key, is the source file that was read:
	// the rows that earlier runs read from it are no longer current.
	ReplacesFile string
}

func (o *BatchOptions) check(id StreamID) error {
	if err := id.check(); err != nil {
		return err
	}
	o.ReplacesFile = validText(o.ReplacesFile)
	if len(o.Key) > 0 && o.ReplacesFile != "" {
		return errors.New("a stream with a key keeps records by key: it cannot replace those of a file as well")
	}
	return nil
}

// rowGroup is the rows of a Parquet row group: enough for zstd and column
// encoding to pay, few enough for readers to share a file among their threads
// and for a writer to hold one group a thread in memory.
const rowGroup = 122_880

// CopyRecords runs selectSQL on conn and keeps its rows, in its order, as a
// batch of stream id. The select gives the records' columns and the system's:
// _extra, _source, _file, _line, _run_id and _first_seen, the last two as the
// transaction says. A key stands at most once in a run. A type that Parquet
// lacks is for the select to cast: a HUGEINT, as sum gives, would become DOUBLE.
//
// A select without rows adds no batch, but the columns of a stream the lake
// does not know yet are kept; with ReplacesFile set the file's earlier rows
// are no longer current. The rows count for Commit as accepted.
func (t *Txn) CopyRecords(ctx context.Context, conn *sql.Conn, id StreamID, selectSQL string, o BatchOptions) (rows int64, err error) {
	if err := o.check(id); err != nil {
		return 0, fmt.Errorf("write records of %s: %w", id, err)
	}
	file := t.newTemp("records")
	rows, err = t.copyRecords(ctx, conn, id, selectSQL, o, file)
	if err != nil {
		return 0, fmt.Errorf("write records of %s: %w", id, errors.Join(err, t.lake.fs.Remove(file)))
	}
	return rows, nil
}

func (t *Txn) copyRecords(ctx context.Context, conn *sql.Conn, id StreamID, selectSQL string, o BatchOptions, file string) (int64, error) {
	// DuckDB keeps the mode of a file that is there.
	if err := t.lake.fs.WriteFile(file, nil); err != nil {
		return 0, err
	}
	if err := copyTo(ctx, conn, selectSQL, file); err != nil {
		return 0, err
	}
	return t.keepRecords(ctx, conn, id, file, o)
}

// copyTo writes the rows of a select, in their order, as one Parquet file.
func copyTo(ctx context.Context, conn *sql.Conn, selectSQL, file string) error {
	selectSQL = strings.TrimRight(selectSQL, "; \t\r\n")
	_, err := conn.ExecContext(ctx, fmt.Sprintf("copy (\n%s\n) to %s (format parquet, compression zstd, row_group_size %d, use_tmp_file false)",
		selectSQL, quoteText(file), rowGroup))
	return err
}

// AdoptRecords keeps a Parquet file that the caller has written, whole and
// closed, under TempDir. What CopyRecords asks of the select holds for the file.
// The file belongs to the lake from here on.
func (t *Txn) AdoptRecords(id StreamID, path string, o BatchOptions) (rows int64, err error) {
	rows, err = t.adoptRecords(id, path, o)
	if err != nil {
		return 0, fmt.Errorf("take %s as records of %s: %w", filepath.Base(path), id, err)
	}
	return rows, nil
}

func (t *Txn) adoptRecords(id StreamID, path string, o BatchOptions) (int64, error) {
	if err := o.check(id); err != nil {
		return 0, err
	}
	inside, err := filepath.Rel(t.temp, path)
	if err != nil || !filepath.IsLocal(inside) {
		return 0, fmt.Errorf("it lies outside the run's temporary folder %s: write it there", t.temp)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errors.New("it is not a regular file")
	}
	file := t.newTemp("records")
	if err := t.lake.fs.Rename(path, file); err != nil {
		return 0, err
	}
	var rows int64
	err = onEngine(context.Background(), t.temp, "", func(ctx context.Context, conn *sql.Conn) error {
		rows, err = t.keepRecords(ctx, conn, id, file, o)
		return err
	})
	if err != nil {
		return 0, errors.Join(err, t.lake.fs.Remove(file))
	}
	return rows, nil
}

// keepRecords adds a written file to what Commit will publish.
func (t *Txn) keepRecords(ctx context.Context, conn *sql.Conn, id StreamID, file string, o BatchOptions) (int64, error) {
	columns, err := describe(ctx, conn, file)
	if err != nil {
		return 0, err
	}
	rows, err := t.inspect(ctx, conn, id, file, columns, o)
	if err != nil {
		return 0, err
	}
	b := pendingBatch{
		id: id, temp: file, rows: rows, columns: columns, key: slices.Clone(o.Key),
		file: o.ReplacesFile,
	}
	if rows > 0 {
		info, err := os.Stat(file)
		if err != nil {
			return 0, err
		}
		b.bytes = info.Size()
		return rows, t.add(func() error { return t.keepBatch(b) })
	}
	if err := t.lake.fs.Remove(file); err != nil {
		return 0, err
	}
	b.temp = ""
	return 0, t.add(func() error { return t.keepEmpty(b) })
}

// keepBatch refuses a stream that had a key and has none now: nobody could say
// which of its records are current.
func (t *Txn) keepBatch(b pendingBatch) error {
	for _, earlier := range t.base.Batches {
		if earlier.id() == b.id && len(earlier.Key) > 0 && len(b.key) == 0 {
			return fmt.Errorf("the stream has been kept by the key (%s): give the key again, or read the files as a stream of another name", strings.Join(earlier.Key, ", "))
		}
	}
	t.batches = append(t.batches, b)
	return nil
}

// keepEmpty keeps a batch without rows only where it says something new: the
// columns of a stream, or that a file's earlier rows are gone.
func (t *Txn) keepEmpty(b pendingBatch) error {
	var known [][]Column
	earlierRows := false
	for _, earlier := range t.base.Batches {
		if earlier.id() == b.id {
			known = append(known, t.base.Schemas[earlier.Schema])
			if b.file != "" && earlier.File == b.file {
				earlierRows = earlier.Rows > 0
			}
		}
	}
	for _, pending := range t.batches {
		if pending.id == b.id {
			known = append(known, pending.columns)
		}
	}
	news := earlierRows || slices.ContainsFunc(b.columns, func(c Column) bool {
		return !slices.ContainsFunc(known, func(columns []Column) bool {
			_, have := columnOf(columns, c.Name)
			return have
		})
	})
	if !news {
		return nil
	}
	return t.keepBatch(b)
}
