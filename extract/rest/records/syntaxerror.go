package records

import (
	"bytes"
	"fmt"
)

// SyntaxError is a body that is no JSON (RFC 8259, in UTF-8).
type SyntaxError struct {
	Offset       int64 // of the byte that is wrong, from 0
	Line, Column int   // the same, from 1; columns are bytes
	// Truncated says that the body ends before the value does: it is worth asking for once more.
	Truncated bool
	What      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not JSON: %s at byte %d (line %d, column %d)", e.What, e.Offset, e.Line, e.Column)
}

func newSyntaxError(body []byte, at int, what string) *SyntaxError {
	e := &SyntaxError{Offset: int64(at), What: what}
	if at >= len(body) {
		at = len(body)
		e.Truncated, e.Offset = true, int64(at)
		if what == "" {
			e.What = "the text ends too early"
		}
	}
	before := body[:at]
	e.Line = 1 + bytes.Count(before, []byte{'\n'})
	e.Column = at - bytes.LastIndexByte(before, '\n')
	return e
}
