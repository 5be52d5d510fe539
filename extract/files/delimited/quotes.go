package delimited

import (
	"bytes"
	"fmt"
)

// quoted splits off the next record, whose first line has a quote in it. done is false when there was too little in
// the buffer to see its end: more is there now, and the record begins anew.
func (r *Reader) quoted() (done bool, err error) {
	r.fields, r.scratch = r.fields[:0], r.scratch[:0]
	p, lines := r.pos, int64(1)
	for {
		field, next, state := r.field(p)
		switch state {
		case needMore:
			return r.more(lines)
		case broken:
			return r.brokenQuote(p, next, lines)
		case endsField, endsRecord:
		}
		lines += int64(bytes.Count(r.buf[p:next], []byte{r.dialect.Newline}))
		r.fields = append(r.fields, field)
		p = next
		if state == endsField {
			p++
			continue
		}
		size := p - r.pos
		if p < r.end { // the line end: one byte or two
			size++
			if r.buf[p] != r.dialect.Newline {
				size++
			}
		}
		r.emit(r.buf[r.pos:p], size, lines)
		return true, nil
	}
}

// state is what follows a field.
type state int

const (
	endsField  state = iota // a delimiter
	endsRecord              // a line end or the end of the file
	needMore                // the buffer ends
	broken                  // after a closing quote, something else
)

// field gives the field that begins at p, and where it ends in the buffer: at the delimiter or at the line end.
func (r *Reader) field(p int) (field []byte, next int, after state) {
	if p < r.end && r.buf[p] == '"' {
		return r.quotedField(p)
	}
	rest := r.buf[p:r.end]
	line := bytes.IndexByte(rest, r.dialect.Newline)
	if line >= 0 {
		rest = r.trimReturn(rest[:line])
	}
	if i := bytes.IndexByte(rest, r.dialect.Delimiter); i >= 0 {
		return rest[:i], p + i, endsField
	}
	if line < 0 && !r.eof {
		return nil, p, needMore
	}
	if line < 0 {
		rest = r.trimReturn(rest)
	}
	return rest, p + len(rest), endsRecord
}

// quotedField gives the field whose opening quote is at p. A broken one ends at the byte that should not be there.
func (r *Reader) quotedField(p int) (field []byte, next int, after state) {
	escaped := false
	begin := len(r.scratch)
	q := p + 1
	for {
		i := bytes.IndexByte(r.buf[q:r.end], '"')
		if i < 0 || q+i+1 == r.end && !r.eof {
			return nil, p, needMore
		}
		if q+i+1 == r.end || r.buf[q+i+1] != '"' {
			field = r.buf[q : q+i]
			q += i + 1
			break
		}
		begin = r.unescape(begin, r.buf[q:q+i+1])
		escaped = true
		q += i + 2
	}
	if escaped {
		begin = r.unescape(begin, field)
		field = r.scratch[begin:]
	}
	rest := r.buf[q:r.end]
	switch {
	case len(rest) == 0, rest[0] == r.dialect.Newline:
		return field, q, endsRecord
	case rest[0] == r.dialect.Delimiter:
		return field, q, endsField
	case rest[0] != '\r' || r.dialect.Newline == '\r':
		return nil, q, broken
	case len(rest) == 1 && !r.eof:
		return nil, p, needMore
	case len(rest) == 1 || rest[1] == r.dialect.Newline:
		return field, q, endsRecord
	}
	return nil, q, broken
}

// unescape adds a piece to the field that begins there in scratch, and gives where the field begins now. Earlier fields
// point into scratch, so it never moves: when it is full, a new one is begun with the field in hand.
func (r *Reader) unescape(begin int, piece []byte) int {
	if len(r.scratch)+len(piece) > cap(r.scratch) {
		field := r.scratch[begin:]
		r.scratch = append(make([]byte, 0, 2*(len(field)+len(piece))+4096), field...)
		begin = 0
	}
	r.scratch = append(r.scratch, piece...)
	return begin
}

// more reads on where the record in the buffer has no end yet. At the end of the file that is because the field in
// hand, which begins so many lines into the record, is quoted and never closed.
func (r *Reader) more(lines int64) (done bool, err error) {
	if r.eof {
		return false, &UnclosedQuoteError{Line: r.at.Line + lines - 1}
	}
	if r.end-r.pos > r.dialect.MaxRecord {
		return true, r.oversized()
	}
	return false, r.fill()
}

// brokenQuote makes a record of the first line alone, and lets reading go on behind it: one stray quote must not
// swallow the lines up to the next one. The field in hand began at p; stray is what should not be there.
func (r *Reader) brokenQuote(p, stray int, lines int64) (done bool, err error) {
	size := bytes.IndexByte(r.buf[r.pos:r.end], r.dialect.Newline) + 1
	if size == 0 {
		if !r.eof {
			return r.more(lines) // the line goes on behind the buffer
		}
		size = r.end - r.pos
	}
	within := int64(bytes.Count(r.buf[p:stray], []byte{r.dialect.Newline}))
	field, opened := len(r.fields)+1, r.at.Line+lines-1
	line := bytes.TrimSuffix(r.buf[r.pos:r.pos+size], []byte{r.dialect.Newline})
	r.emit(r.trimReturn(line), size, 1)
	if r.record.Fault != "" {
		return true, nil
	}
	r.record.Fault = fmt.Sprintf("has broken quotes: field %d goes on after its closing quote", field)
	if opened+within > r.record.Line {
		r.record.Fault = fmt.Sprintf("has broken quotes: the quote that opens field %d in line %d closes in line %d in the middle of a text", field, opened, opened+within)
	}
	r.record.Fault += " (a quote inside quotes is written twice)"
	return true, nil
}

// oversized takes a record that is longer than any may be, without keeping more than its beginning.
func (r *Reader) oversized() error {
	start := r.at
	raw := bytes.Clone(r.buf[r.pos : r.pos+r.dialect.MaxRecord])
	scan := quoteScan{dialect: r.dialect, line: r.at.Line}
	var size int64
	for {
		used, ended := scan.advance(r.buf[r.pos:r.end])
		r.take(used, 0)
		size = r.at.Offset - start.Offset
		if ended {
			size--
			break
		}
		if r.eof {
			if scan.inside {
				return &UnclosedQuoteError{Line: scan.opened}
			}
			scan.line++
			break
		}
		if err := r.fill(); err != nil {
			return err
		}
	}
	r.at.Line = scan.line
	r.record = Record{Position: start, Raw: raw, Fault: r.tooLong(size, r.at.Line-start.Line)}
	return nil
}

func (r *Reader) tooLong(size, lines int64) string {
	text := fmt.Sprintf("is %d bytes long, more than the %d of max_record_bytes", size, r.dialect.MaxRecord)
	if lines > 1 {
		text += fmt.Sprintf(", over %d lines", lines)
	}
	return text + ": a quote may be unclosed; only its beginning is kept here"
}

// quoteScan follows quotes byte by byte, to find the end of a record that is not kept.
type quoteScan struct {
	dialect Dialect
	line    int64 // of the byte that comes next
	opened  int64 // line of the last opening quote
	inside  bool  // of quotes
	inField bool  // behind a field's first byte
	closed  bool  // right behind a closing quote
}

// advance gives how many bytes belong to the record, and whether it ends with them.
func (s *quoteScan) advance(data []byte) (used int, ended bool) {
	for i, b := range data {
		if b == s.dialect.Newline {
			s.line++
			if !s.inside {
				return i + 1, true
			}
		}
		switch {
		case s.inside:
			s.closed = b == '"'
			s.inside = !s.closed
			continue
		case b == s.dialect.Delimiter:
			s.inField = false
		case b == '"' && s.closed: // the second of two: still inside
			s.inside = true
		case b == '"' && !s.inField:
			s.inside, s.inField, s.opened = true, true, s.line
		default:
			s.inField = true
		}
		s.closed = false
	}
	return len(data), false
}
