// Package jsonlines reads JSON lines strictly: one object a line. Numbers keep their digits, since they are never
// numbers here but the text that stands in the file. What is no JSON object is told with its line, so that the caller
// can set it aside and go on.
package jsonlines

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// DefaultMaxRecord is the longest line that is taken, in bytes, when nothing else is said.
const DefaultMaxRecord = 1 << 20

// Position is where a record starts.
type Position struct {
	Offset int64 // bytes from the file's start
	Line   int64 // from 1; every line of the file counts
}

// Record is a line of the file. Its bytes are valid until the next Read.
type Record struct {
	Position
	Raw     []byte   // the line as it stands, without its end, cut after the longest length that is taken
	Members []Member // in their order; none when there is a fault
	Fault   string   // what is wrong with the line; empty: nothing
}

// Member is a name and its value.
type Member struct {
	Name  string
	Value jsontext.Value // as it stands in the file
}

// Text gives the value as text: a string's characters, a number's digits, true or false, the JSON of a list or an
// object. ok is false for null.
func (m Member) Text(buf []byte) (text []byte, ok bool) {
	switch m.Value.Kind() {
	case 'n':
		return nil, false
	case '"':
		// The reader has checked the value, so it can be unquoted.
		text, _ = jsontext.AppendUnquote(buf[:0], m.Value)
		return text, true
	default:
		return m.Value, true
	}
}

// Reader reads the lines of one file. Blank lines are no records.
type Reader struct {
	src    *bufio.Reader
	max    int
	at     Position
	record Record
	long   []byte // a line that is longer than the buffer
	ends   int64  // bytes of the last line's end
	line   bytes.Reader
	dec    *jsontext.Decoder
	values []byte
	names  map[string]string
}

// Open begins to read a file at its start. maxRecord 0 is DefaultMaxRecord.
func Open(src io.Reader, maxRecord int) (*Reader, error) {
	r := Resume(src, maxRecord, Position{Line: 1})
	if bom, err := r.src.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		r.at.Offset = 3
		if _, err := r.src.Discard(3); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Resume reads on at a record of a file that was opened before.
func Resume(src io.Reader, maxRecord int, at Position) *Reader {
	if maxRecord <= 0 {
		maxRecord = DefaultMaxRecord
	}
	r := &Reader{src: bufio.NewReaderSize(src, 1<<18), max: maxRecord, at: at, names: map[string]string{}}
	r.dec = jsontext.NewDecoder(&r.line)
	return r
}

// Read gives the next record, io.EOF after the last, or what reading the file fails with.
func (r *Reader) Read() (*Record, error) {
	for {
		line, size, err := r.next()
		if err != nil {
			return nil, err
		}
		r.record = Record{Position: r.at, Raw: line, Members: r.record.Members[:0]}
		r.at.Offset += size
		r.at.Line++
		if len(bytes.TrimSpace(line)) == 0 && size <= int64(r.max) {
			continue
		}
		switch {
		case len(line) > r.max:
			r.record.Raw = line[:r.max]
			r.record.Fault = fmt.Sprintf("is %d bytes long, more than the %d of max_record_bytes; only its beginning is kept here", size-r.ends, r.max)
		case !utf8.Valid(line):
			r.record.Fault = "holds bytes that are not UTF-8"
		default:
			r.record.Fault = r.parse(line)
		}
		if r.record.Fault != "" {
			r.record.Members = r.record.Members[:0]
		}
		return &r.record, nil
	}
}

// next gives the next line without its end, at most a byte more than may be, and how many bytes it takes in the file.
func (r *Reader) next() (line []byte, size int64, err error) {
	r.long = r.long[:0]
	for {
		part, err := r.src.ReadSlice('\n')
		size += int64(len(part))
		r.ends = int64(len(part) - len(trimEnd(part)))
		if errors.Is(err, io.EOF) && size > 0 {
			err = nil
		}
		if err == nil && len(r.long) == 0 {
			return trimEnd(part), size, nil
		}
		if room := r.max + 3 - len(r.long); room > 0 {
			r.long = append(r.long, part[:min(len(part), room)]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return trimEnd(r.long), size, err
		}
	}
}

func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// parse takes the line apart and says what is wrong with it.
func (r *Reader) parse(line []byte) (fault string) {
	r.line.Reset(line)
	r.dec.Reset(&r.line)
	r.values = r.values[:0]
	if r.dec.PeekKind() != '{' {
		if why := r.whyNotJSON(line); why != "" {
			return "is not JSON: " + why
		}
		return `is no JSON object, as {"name": "value"}`
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return "is not JSON: " + explain(err)
	}
	// Values are copied: the decoder uses its buffer again. They must not move while the line is taken apart.
	if cap(r.values) < len(line) {
		r.values = make([]byte, 0, 2*len(line))
	}
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return misreading(err)
		}
		member := Member{Name: r.intern(name.String())}
		value, err := r.dec.ReadValue()
		if err != nil {
			return misreading(err)
		}
		begin := len(r.values)
		r.values = append(r.values, value...)
		member.Value = r.values[begin:len(r.values):len(r.values)]
		if bytes.Contains(member.Value, []byte(`\u0000`)) {
			return fmt.Sprintf("holds a NUL character in %q", member.Name)
		}
		for _, other := range r.record.Members {
			if strings.EqualFold(other.Name, member.Name) {
				return fmt.Sprintf("has two values for %q", member.Name)
			}
		}
		r.record.Members = append(r.record.Members, member)
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return misreading(err)
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return "has more than one JSON object"
	}
	return ""
}

// whyNotJSON says what keeps a line from being one JSON value; empty: it is one.
func (r *Reader) whyNotJSON(line []byte) string {
	r.line.Reset(line)
	r.dec.Reset(&r.line)
	if _, err := r.dec.ReadValue(); err != nil {
		return explain(err)
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return "more than one value"
	}
	return ""
}

func misreading(err error) string {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return "has two values for one name: " + explain(err)
	}
	return "is not JSON: " + explain(err)
}

// explain gives the decoder's message without its package.
func explain(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "jsontext: ")
}

// intern keeps one copy of each name.
func (r *Reader) intern(name string) string {
	if known, ok := r.names[name]; ok {
		return known
	}
	r.names[name] = name
	return name
}
