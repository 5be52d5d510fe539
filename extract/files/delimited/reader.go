// Package delimited reads delimited text (CSV and its kin) strictly: fields may stand in double quotes, a quote inside
// them is written twice, and what is written otherwise is not guessed at but told, record by record with its line, so
// that the caller can set it aside and go on.
package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Options say how a file is written.
type Options struct {
	Delimiter byte // 0: found out from the file's first records
	Prefer    byte // taken where the records do not tell; 0: comma
	Latin1    bool // ISO 8859-1 (as browsers read it: Windows-1252) rather than UTF-8
	MaxRecord int  // longest record in bytes; 0: DefaultMaxRecord
}

// DefaultMaxRecord is far more than a record of business data has, and little enough to find an unclosed quote by.
const DefaultMaxRecord = 1 << 20

// Position is where a record starts.
type Position struct {
	Offset int64 // bytes from the file's start
	Line   int64 // from 1; every line of the file counts
}

// Record is a record of the file. Its bytes are valid until the next Read.
type Record struct {
	Position
	// Raw is the record as it stands in the file, without its line end, cut after MaxRecord bytes.
	Raw []byte
	// Fields are the values in UTF-8, without quotes, as many as the header has. A record with a fault has none.
	Fields [][]byte
	// Fault says what is wrong with the record as a whole; empty: nothing.
	Fault string
}

// UnclosedQuoteError is a quote that is still open at the end of the file: what follows it cannot be told apart.
type UnclosedQuoteError struct{ Line int64 }

func (e *UnclosedQuoteError) Error() string {
	return fmt.Sprintf("the quote that opens in line %d is never closed: close it, or write it twice if it is part of the text", e.Line)
}

// Reader reads the records of one file. Blank lines are no records.
type Reader struct {
	src     io.Reader
	dialect Dialect
	header  []string

	buf      []byte
	pos, end int // what is read and not yet taken
	skim     int // how many fields are wanted; 0: all, checked
	eof      bool
	at       Position // of buf[pos]
	record   Record
	fields   [][]byte
	scratch  []byte
}

// bufferSize is what is read at once.
const bufferSize = 1 << 20

func newReader(src io.Reader, d Dialect, at Position) *Reader {
	return &Reader{src: src, dialect: d, at: at, buf: make([]byte, bufferSize)}
}

// Header gives the names of the columns.
func (r *Reader) Header() []string { return r.header }

// Dialect says how the file turned out to be written.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Skim makes the following Reads quick: they split off the first n fields, at least where nothing is quoted, and check
// neither their number nor their bytes. Faults that Read would tell are told only where a record cannot be split.
func (r *Reader) Skim(n int) { r.skim = n }

// Read gives the next record, io.EOF after the last, an *UnclosedQuoteError where the file ends within quotes, and
// what reading the file fails with. After an error there is nothing more.
func (r *Reader) Read() (*Record, error) {
	err := r.next()
	if err != nil {
		return nil, err
	}
	if r.record.Fault == "" && r.skim == 0 {
		r.check()
	}
	if r.record.Fault != "" {
		r.record.Fields = nil
	}
	return &r.record, nil
}

// next splits off the next record.
func (r *Reader) next() error {
	for {
		i := bytes.IndexByte(r.buf[r.pos:r.end], r.dialect.Newline)
		if i < 0 {
			if !r.eof {
				if r.end-r.pos > r.dialect.MaxRecord {
					return r.oversized()
				}
				if err := r.fill(); err != nil {
					return err
				}
				continue
			}
			if r.pos == r.end {
				return io.EOF
			}
			i = r.end - r.pos
		}
		line := r.trimReturn(r.buf[r.pos : r.pos+i])
		if len(line) == 0 {
			r.take(min(i+1, r.end-r.pos), 1)
			continue
		}
		if bytes.IndexByte(line, '"') >= 0 {
			if done, err := r.quoted(); done || err != nil {
				return err
			}
			continue
		}
		r.split(line)
		r.emit(line, min(i+1, r.end-r.pos), 1)
		return nil
	}
}

// trimReturn takes off the carriage return of a line that ends in both.
func (r *Reader) trimReturn(line []byte) []byte {
	if n := len(line); n > 0 && r.dialect.Newline == '\n' && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// split cuts a line without quotes into fields.
func (r *Reader) split(line []byte) {
	r.fields = r.fields[:0]
	for {
		i := bytes.IndexByte(line, r.dialect.Delimiter)
		if i < 0 {
			r.fields = append(r.fields, line)
			return
		}
		r.fields = append(r.fields, line[:i])
		if len(r.fields) == r.skim {
			return
		}
		line = line[i+1:]
	}
}

// emit makes the record of raw, which with its line end is size bytes over so many lines.
func (r *Reader) emit(raw []byte, size int, lines int64) {
	r.record = Record{Position: r.at, Raw: raw, Fields: r.fields}
	if len(raw) > r.dialect.MaxRecord {
		r.record.Fault = r.tooLong(int64(len(raw)), lines)
		r.record.Raw = raw[:r.dialect.MaxRecord]
	}
	r.take(size, lines)
}

func (r *Reader) take(size int, lines int64) {
	r.pos += size
	r.at.Offset += int64(size)
	r.at.Line += lines
}

// fill reads more behind what is not yet taken. Longer records get a longer buffer, up to what oversized begins at.
func (r *Reader) fill() error {
	if r.pos > 0 {
		r.end = copy(r.buf, r.buf[r.pos:r.end])
		r.pos = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if errors.Is(err, io.EOF) {
			r.eof = true
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

// check finds what is wrong with a record that could be split, and decodes its fields.
func (r *Reader) check() {
	rec := &r.record
	switch {
	case bytes.IndexByte(rec.Raw, 0) >= 0:
		rec.Fault = "holds a NUL byte"
	case r.dialect.Latin1:
		r.decodeLatin1()
	case !utf8.Valid(rec.Raw):
		rec.Fault = "holds bytes that are not UTF-8: declare encoding: latin1 if the file is written so"
	}
	if rec.Fault != "" || r.header == nil {
		return
	}
	if len(rec.Fields) != len(r.header) {
		rec.Fault = fmt.Sprintf("has %s, the header has %d", count(len(rec.Fields), "field"), len(r.header))
		if lines := r.at.Line - rec.Line; lines > 1 {
			rec.Fault += fmt.Sprintf("; it spans lines %d to %d: a quote may be unclosed", rec.Line, r.at.Line-1)
		}
		return
	}
	if r.isHeader(rec.Fields) {
		rec.Fault = "is a second header: the names of the columns again"
	}
}

func (r *Reader) isHeader(fields [][]byte) bool {
	for i, name := range r.header {
		if len(fields[i]) < len(name) || string(bytes.TrimSpace(fields[i])) != name {
			return false
		}
	}
	return true
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
