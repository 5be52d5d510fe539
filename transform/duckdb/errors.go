package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	driverduckdb "github.com/duckdb/duckdb-go/v2"

	"lastro/transform"
)

// translate makes of the driver's error a *transform.SQLError with its position in the statement,
// or the error of a context that has ended.
func translate(ctx context.Context, statement string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("statement interrupted: %w", context.Cause(ctx))
	}
	var refused *driverduckdb.Error
	if !errors.As(err, &refused) {
		return err
	}
	return parseError(statement, refused.Msg)
}

// parseError reads DuckDB's error, which is JSON, sometimes after the name of its kind, and plain text in some odd cases.
func parseError(statement, text string) *transform.SQLError {
	var fields struct {
		Kind     string `json:"exception_type"`
		Message  string `json:"exception_message"`
		Position string `json:"position"`
	}
	brace := strings.IndexByte(text, '{')
	if brace < 0 || json.Unmarshal([]byte(text[brace:]), &fields) != nil || fields.Message == "" {
		return &transform.SQLError{Message: text, Offset: -1}
	}
	offset, err := strconv.Atoi(fields.Position)
	if err != nil {
		offset = -1
	}
	if fields.Kind == "Parser" || fields.Kind == "Syntax" {
		offset = byteOffset(statement, fields.Position)
	}
	// the functions that it would have taken instead fill a screen and help nobody
	message, _, _ := strings.Cut(fields.Message, "\n\tCandidate functions")
	return &transform.SQLError{Kind: fields.Kind, Message: strings.TrimSpace(message), Offset: offset}
}
