package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"lastro/extract"
	"lastro/extract/files/feed"
	"lastro/sql/canonical"
)

// position is where a record starts in its file.
type position struct{ offset, line int64 }

// textRecord is a record of a text file, as a whole. Its bytes are valid until the next one is read.
type textRecord struct {
	position
	raw   []byte
	fault string // what is wrong with it as a whole; empty: nothing
}

// textForm is a form of text files: how records are found in them, and what columns their values belong to.
type textForm interface {
	// open begins at a file's start; resume begins at a record of it, to give records as wholes.
	open(f file, src io.Reader) (recordReader, error)
	resume(f file, src io.Reader, at position) recordReader
	// text gives a raw record in UTF-8.
	text(raw []byte) string
}

// recordReader reads the records of one file.
type recordReader interface {
	// next gives the next record, io.EOF after the last.
	next() (textRecord, error)
	// set gives the row in hand the values of the record that next gave, which has no fault.
	set(rows *feed.Rows)
}

// textFiles feeds the records of a group's text files, or a part of them, to DuckDB, and sets aside those that are
// broken as wholes.
type textFiles struct {
	*group
	form  textForm
	part  part
	keys  *keyScan
	read  atomic.Int64
	marks map[string][]position // some records' places, by file
}

// markEvery is how many records lie between two places that are kept.
const markEvery = 4096

func (g *group) openText(ctx context.Context, t *textFiles, columns []string) (*input, error) {
	t.group, t.marks = g, map[string][]position{}
	fields, meant := make([]canonical.Field, len(columns)), make([]feed.Column, len(columns))
	for i, name := range columns {
		fields[i] = canonical.Field{Name: name, Type: "VARCHAR"}
		meant[i] = feed.Column{Name: name, Type: g.stream.plainType(name)}
	}
	fed, err := feed.Open(ctx, g.session.Conn, meant, t.feed)
	if err != nil {
		return nil, err
	}
	return &input{
		from: fed.From, columns: fields, noEmptyText: true, plain: fed.Plain, close: fed.Close,
		read:      t.read.Load,
		rawRecord: func() *rawReader { return &rawReader{files: t.files, form: t.form, marks: t.marks} },
	}, nil
}

// feed reads every file from its start to its end, or record by record where their places are known.
func (t *textFiles) feed(rows *feed.Rows) error {
	if t.part != whole && t.keys.places != nil {
		return t.feedInOrder(rows)
	}
	var total, done int64
	for _, f := range t.files {
		total += f.size
	}
	for _, f := range t.files {
		if err := t.feedFile(f, rows, done, total); err != nil {
			return err
		}
		done += f.size
	}
	return unchanged(t.files)
}

func (t *textFiles) feedFile(f file, rows *feed.Rows, done, total int64) (err error) {
	src, err := os.Open(f.path)
	if err != nil {
		return cannotOpen(f, err)
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	reader, err := t.form.open(f, src)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	for n := 0; ; n++ {
		record, err := reader.next()
		if errors.Is(err, io.EOF) {
			t.tellProgress(done+f.size, total)
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if n%markEvery == 0 {
			t.marks[f.name] = append(t.marks[f.name], record.position)
			t.tellProgress(done+record.offset, total)
		}
		if err := t.feedRecord(f.name, record, reader, rows); err != nil {
			return err
		}
	}
}

// feedRecord gives a record to DuckDB, or to the spool.
func (t *textFiles) feedRecord(name string, record textRecord, reader recordReader, rows *feed.Rows) error {
	if t.part != whole && !t.isOfPart(record, reader) {
		return nil
	}
	t.read.Add(1)
	if record.fault != "" {
		return t.faults.add(fault{File: name, Line: record.line, Reason: "the record " + record.fault})
	}
	reader.set(rows)
	return rows.End(name, record.line)
}

// isOfPart tells whether a record is to be read now. A broken one is told with the bulk.
func (t *textFiles) isOfPart(record textRecord, reader recordReader) bool {
	if record.fault != "" {
		return t.part == allButThem
	}
	keyed, ok := reader.(*delimitedRecords)
	return ok && t.keys.has(keyed.key()) == (t.part == onlyTwins)
}

func (t *textFiles) tellProgress(done, total int64) {
	if t.part != onlyTwins {
		t.progress(done, total)
	}
}

func (in *intake) progress(done, total int64) {
	if in.session.Progress != nil {
		in.session.Progress(extract.Progress{Stream: in.stream.id, Done: done, Total: total})
	}
}

// rawReader finds records in their files again, from the first to the last.
type rawReader struct {
	files []file
	form  textForm
	marks map[string][]position

	name   string
	src    *os.File
	reader recordReader
	passed int64 // the line of the last record read
}

// record gives the record that starts in a line of a file, as text.
func (r *rawReader) record(name string, line int64) (string, error) {
	if err := r.seek(name, line); err != nil {
		return "", err
	}
	for {
		record, err := r.reader.next()
		if err != nil {
			return "", fmt.Errorf("find line %d of %s again: %w", line, name, err)
		}
		r.passed = record.line
		if record.line == line {
			return r.form.text(record.raw), nil
		}
		if record.line > line {
			return "", fmt.Errorf("find line %d of %s again: no record starts there", line, name)
		}
	}
}

// seek goes to a place at or before the line, on from where reading stands when that is nearer.
func (r *rawReader) seek(name string, line int64) error {
	marks := r.marks[name]
	at := position{line: 1}
	if after := sort.Search(len(marks), func(i int) bool { return marks[i].line > line }); after > 0 {
		at = marks[after-1]
	}
	if name == r.name && r.passed < line && at.line <= r.passed {
		return nil
	}
	if name != r.name {
		if err := r.close(); err != nil {
			return err
		}
		for _, f := range r.files {
			if f.name == name {
				src, err := os.Open(f.path)
				if err != nil {
					return cannotOpen(f, err)
				}
				r.src, r.name = src, name
			}
		}
	}
	if r.src == nil {
		return fmt.Errorf("find line %d of %s again: the file was not read", line, name)
	}
	if _, err := r.src.Seek(at.offset, io.SeekStart); err != nil {
		return err
	}
	r.passed = 0
	r.reader = r.form.resume(file{name: name}, r.src, at)
	return nil
}

func (r *rawReader) close() error {
	if r.src == nil {
		return nil
	}
	src := r.src
	r.src, r.name, r.reader = nil, "", nil
	return src.Close()
}

// utf8Text shows bytes that are no UTF-8, and NULs, as \xNN.
func utf8Text(raw []byte) string {
	if utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		return string(raw)
	}
	var text strings.Builder
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		if r == utf8.RuneError && size == 1 || r == 0 {
			fmt.Fprintf(&text, `\x%02x`, raw[0])
		} else {
			text.Write(raw[:size])
		}
		raw = raw[size:]
	}
	return text.String()
}
