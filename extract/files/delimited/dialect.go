package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Dialect is how a file is written, all told.
type Dialect struct {
	Delimiter byte
	Newline   byte // \n, also where lines end in \r\n; \r in files of old Macs
	Latin1    bool
	MaxRecord int
}

// delimiters are those that are looked for, the most usual first.
var delimiters = []byte{',', ';', '\t', '|'}

// ErrEmpty is a file without a header.
var ErrEmpty = errors.New("the file is empty: it needs a first line with the names of its columns")

// Open reads the beginning of a file up to the header. It fails with ErrEmpty, with an error that says what is wrong
// with the header, or with that of reading.
func Open(src io.Reader, o Options) (*Reader, error) {
	r := newReader(src, Dialect{Delimiter: o.Delimiter, Newline: '\n', Latin1: o.Latin1, MaxRecord: o.MaxRecord}, Position{Line: 1})
	if o.MaxRecord <= 0 {
		r.dialect.MaxRecord = DefaultMaxRecord
	}
	for !r.eof && r.end < len(r.buf) {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	head := r.buf[:r.end]
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		r.take(3, 0)
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errors.New("the file is UTF-16: save it as UTF-8")
	}
	if len(bytes.TrimSpace(head)) == 0 && r.eof {
		return nil, ErrEmpty
	}
	r.dialect.Newline = newlineOf(head)
	if r.dialect.Delimiter == 0 {
		r.dialect.Delimiter = delimiterOf(head, r.eof, r.dialect, o.Prefer)
	}
	return r, r.readHeader()
}

// Resume reads on at a record of a file that was opened before.
func Resume(src io.Reader, d Dialect, header []string, at Position) *Reader {
	r := newReader(src, d, at)
	r.header = header
	return r
}

// InMemory reads records of a file that was opened before and lies in memory, which is not written to: at each place
// that Seek names.
func InMemory(data []byte, d Dialect, header []string) *Reader {
	return &Reader{dialect: d, header: header, buf: data, end: len(data), eof: true}
}

// Seek goes to a record's place, in a reader of InMemory.
func (r *Reader) Seek(at Position) {
	r.pos, r.at = min(int(at.Offset), r.end), at
}

// newlineOf finds how lines end, by the first end outside quotes.
func newlineOf(head []byte) byte {
	quotes := false
	for i, b := range head {
		switch {
		case b == '"':
			quotes = !quotes
		case quotes:
		case b == '\n':
			return '\n'
		case b == '\r' && i+1 < len(head) && head[i+1] != '\n':
			return '\r'
		}
	}
	return '\n'
}

// sampled is how many records tell the delimiter.
const sampled = 50

// delimiterOf takes the delimiter by which most of the first records have as many fields as the header, then the one
// that gives the header more fields.
func delimiterOf(head []byte, whole bool, d Dialect, prefer byte) byte {
	candidates := delimiters
	if prefer != 0 {
		candidates = slices.Concat([]byte{prefer}, delimiters)
	}
	best, bestAgree, bestFields := candidates[0], -1.0, 0
	for _, c := range candidates {
		d.Delimiter = c
		fields, agree := agreement(head, whole, d)
		more := fields > bestFields && (prefer == 0 || best != prefer)
		if fields > 1 && (agree > bestAgree || agree == bestAgree && more) {
			best, bestAgree, bestFields = c, agree, fields
		}
	}
	return best
}

// agreement gives how many fields the header has, and the share of records that have as many.
func agreement(head []byte, whole bool, d Dialect) (fields int, share float64) {
	r := newReader(bytes.NewReader(head), d, Position{Line: 1})
	var records, same int
	for range sampled {
		rec, err := r.Read()
		if err != nil || !whole && r.eof && r.pos == r.end {
			break // what the buffer cuts says nothing
		}
		if fields == 0 {
			fields = len(rec.Fields)
		}
		records++
		if len(rec.Fields) == fields {
			same++
		}
	}
	if records == 0 {
		return 0, 0
	}
	return fields, float64(same) / float64(records)
}

func (r *Reader) readHeader() error {
	rec, err := r.Read()
	if errors.Is(err, io.EOF) {
		return ErrEmpty
	}
	if err != nil {
		return err
	}
	if rec.Fault != "" {
		return fmt.Errorf("the header (line %d) %s", rec.Line, rec.Fault)
	}
	names := make([]string, len(rec.Fields))
	for i, field := range rec.Fields {
		names[i] = strings.TrimSpace(string(field))
		if names[i] == "" {
			names[i] = fmt.Sprintf("column_%d", i+1)
		}
	}
	if err := unique(names); err != nil {
		return err
	}
	r.header = names
	return nil
}

// unique refuses names that SQL cannot tell apart.
func unique(names []string) error {
	seen := map[string]int{}
	var twice []string
	for i, name := range names {
		if first, have := seen[strings.ToLower(name)]; have {
			twice = append(twice, fmt.Sprintf("%q (columns %d and %d)", name, first+1, i+1))
			continue
		}
		seen[strings.ToLower(name)] = i
	}
	if len(twice) > 0 {
		return fmt.Errorf("the header names columns twice: %s; give each a name of its own", strings.Join(twice, ", "))
	}
	return nil
}
