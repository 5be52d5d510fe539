package lake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// QuarantinedRecord is a record that broke a rule, as it stood in its source.
type QuarantinedRecord struct {
	File   string // one of the files of the read
	Line   int64  // where the record starts, from 1
	Column string // the column that breaks the rule; empty: the record as a whole
	Reason string
	Record string // as read; bytes that are no UTF-8 are replaced
}

// quarantineRow is a row of a quarantine file.
type quarantineRow struct {
	RunID  string  `parquet:"run_id,dict"`
	Source string  `parquet:"source,dict"`
	Stream string  `parquet:"stream,dict"`
	File   string  `parquet:"file,dict"`
	Line   int64   `parquet:"line"`
	Column *string `parquet:"column_name,optional,dict"`
	Reason string  `parquet:"reason"`
	Record string  `parquet:"record"`
}

const (
	quarantineGroupRows  = 50_000
	quarantineGroupBytes = 32 << 20
)

// Quarantine keeps the records of one reading that broke a rule. files are all
// the files this reading covered: what earlier readings of them put into
// quarantine no longer counts, also when rows gives nothing. The rows are
// streamed; an error they give ends the writing and is returned. The records
// count for Commit as quarantined. A file is covered once a run.
func (t *Txn) Quarantine(ctx context.Context, id StreamID, files []string, rows iter.Seq2[QuarantinedRecord, error]) error {
	if err := t.quarantine(ctx, id, files, rows); err != nil {
		return fmt.Errorf("write the quarantine of %s: %w", id, err)
	}
	return nil
}

func (t *Txn) quarantine(ctx context.Context, id StreamID, files []string, rows iter.Seq2[QuarantinedRecord, error]) error {
	if err := id.check(); err != nil {
		return err
	}
	r := pendingRead{id: id, files: make([]string, len(files)), rows: map[string]int64{}}
	for i, file := range files {
		r.files[i] = validText(file)
	}
	slices.Sort(r.files)
	r.files = slices.Compact(r.files)
	if rows != nil {
		w := &quarantineWriter{txn: t, read: &r, file: t.newTemp("quarantine")}
		if err := w.writeAll(ctx, rows); err != nil {
			return errors.Join(err, w.discard())
		}
	}
	return t.add(func() error { return t.keepRead(r) })
}

func (t *Txn) keepRead(r pendingRead) error {
	for _, earlier := range t.reads {
		if earlier.id != r.id {
			continue
		}
		for _, file := range r.files {
			if slices.Contains(earlier.files, file) {
				return fmt.Errorf("file %s is covered twice in one run", file)
			}
		}
	}
	t.reads = append(t.reads, r)
	return nil
}

// quarantineWriter writes the file once a first row comes.
type quarantineWriter struct {
	txn  *Txn
	read *pendingRead
	file string

	out   *os.File
	buf   *bufio.Writer
	pq    *parquet.GenericWriter[quarantineRow]
	bytes int
	group int
}

func (w *quarantineWriter) writeAll(ctx context.Context, rows iter.Seq2[QuarantinedRecord, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.write(row); err != nil {
			return err
		}
	}
	return w.close()
}

func (w *quarantineWriter) write(row QuarantinedRecord) error {
	file := validText(row.File)
	if _, covered := slices.BinarySearch(w.read.files, file); !covered {
		return fmt.Errorf("a record of file %q, which is not among the files of the read", row.File)
	}
	if err := w.open(); err != nil {
		return err
	}
	out := quarantineRow{
		RunID: w.txn.runID, Source: w.read.id.Source, Stream: w.read.id.Stream, File: file,
		Line: row.Line, Reason: validText(row.Reason), Record: validText(row.Record),
	}
	if row.Column != "" {
		column := validText(row.Column)
		out.Column = &column
	}
	if _, err := w.pq.Write([]quarantineRow{out}); err != nil {
		return err
	}
	w.read.rows[file]++
	w.read.total++
	w.group++
	// A raw record can be megabytes: memory is bounded by bytes, not rows alone.
	if w.bytes += len(out.Record) + len(out.Reason); w.bytes >= quarantineGroupBytes || w.group >= quarantineGroupRows {
		w.bytes, w.group = 0, 0
		return w.pq.Flush()
	}
	return nil
}

func (w *quarantineWriter) open() error {
	if w.out != nil {
		return nil
	}
	out, err := os.OpenFile(w.file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, filePerm)
	if err != nil {
		return err
	}
	w.out, w.buf = out, bufio.NewWriter(out)
	w.pq = parquet.NewGenericWriter[quarantineRow](w.buf, parquet.Compression(&parquet.Zstd),
		parquet.SkipPageBounds("record"), parquet.SkipPageBounds("reason"))
	return nil
}

func (w *quarantineWriter) close() error {
	if w.out == nil {
		return nil
	}
	if err := errors.Join(w.pq.Close(), w.buf.Flush()); err != nil {
		return err
	}
	err := w.out.Close()
	w.out = nil
	w.read.temp = w.file
	return err
}

// discard removes a file that could not be finished.
func (w *quarantineWriter) discard() error {
	if w.out == nil {
		return nil
	}
	return errors.Join(w.out.Close(), w.txn.lake.fs.Remove(w.file))
}

// validText makes a text fit for a Parquet string.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
