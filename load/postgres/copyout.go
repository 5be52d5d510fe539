package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
)

var errNotCopy = errors.New("the server's COPY is not in the binary format that is known")

// copyReader takes the rows of a COPY ... TO STDOUT (format binary). It implements io.Writer.
type copyReader struct {
	// row gets the fields of a row, nil for NULL. They are valid until it returns.
	row    func(fields [][]byte) error
	fields [][]byte
	rest   []byte
	begun  bool
}

// Write takes a piece of the stream.
func (r *copyReader) Write(piece []byte) (int, error) {
	text := piece
	if len(r.rest) > 0 {
		r.rest = append(r.rest, piece...)
		text = r.rest
	}
	if !r.begun {
		if len(text) < len(copyHead) {
			r.rest = append(r.rest[:0], text...)
			return len(piece), nil
		}
		if !bytes.HasPrefix(text, copyHead) {
			return 0, errNotCopy
		}
		text, r.begun = text[len(copyHead):], true
	}
	for {
		rest, whole := r.cut(text)
		if !whole {
			break
		}
		text = rest
		if r.fields == nil {
			break
		}
		if err := r.row(r.fields); err != nil {
			return 0, err
		}
	}
	r.rest = append(r.rest[:0], text...)
	return len(piece), nil
}

// cut takes one row off text, when it is there as a whole. At the end fields is nil.
func (r *copyReader) cut(text []byte) (rest []byte, whole bool) {
	if len(text) < 2 {
		return text, false
	}
	count := int(int16(binary.BigEndian.Uint16(text)))
	text = text[2:]
	if count < 0 {
		r.fields = nil
		return text, true
	}
	if r.fields == nil {
		r.fields = make([][]byte, 0, count)
	}
	r.fields = r.fields[:0]
	for range count {
		if len(text) < 4 {
			return text, false
		}
		length := int(int32(binary.BigEndian.Uint32(text)))
		text = text[4:]
		if length < 0 {
			r.fields = append(r.fields, nil)
			continue
		}
		if len(text) < length {
			return text, false
		}
		r.fields = append(r.fields, text[:length:length])
		text = text[length:]
	}
	return text, true
}
