package duckdb

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lastro/transform"
)

// node is one JSON object of DuckDB's syntax tree.
type node = map[string]any

// readTree finds in a serialized syntax tree what the SELECT reads.
func readTree(text, tree string) (transform.Parsed, error) {
	var answer struct {
		Error      bool   `json:"error"`
		Kind       string `json:"error_type"`
		Message    string `json:"error_message"`
		Position   string `json:"position"`
		Statements []node `json:"statements"`
	}
	decoder := json.NewDecoder(strings.NewReader(tree))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return transform.Parsed{}, fmt.Errorf("read the syntax tree: %w", err)
	}
	w := &walker{text: text}
	switch {
	case answer.Error && answer.Kind == "not implemented":
		return w.parsed, &transform.ParseError{Offset: startOfSQL(text), Message: "this is not a SELECT that stands by itself; a model is one SELECT, and a PIVOT in it must list its values"}
	case answer.Error:
		offset := byteOffset(text, answer.Position)
		message, _, _ := strings.Cut(answer.Message, "\n") // more lines repeat the SQL
		return w.parsed, &transform.ParseError{Offset: offset, Message: message}
	case len(answer.Statements) == 0:
		return w.parsed, &transform.ParseError{Offset: -1, Message: "there is no SELECT in it; a model is one SELECT"}
	case len(answer.Statements) > 1:
		return w.parsed, &transform.ParseError{
			Offset:  firstOffset(answer.Statements[1]),
			Message: fmt.Sprintf("these are %d statements; a model is one SELECT", len(answer.Statements)),
		}
	}
	w.walk(answer.Statements[0]["node"], nil)
	slices.SortStableFunc(w.parsed.Refs, func(a, b transform.Ref) int { return a.Offset - b.Offset })
	slices.SortStableFunc(w.parsed.Faults, func(a, b transform.Fault) int { return a.Offset - b.Offset })
	return w.parsed, nil
}

func lower(value any) string {
	text, ok := value.(string)
	if !ok {
		return ""
	}
	return strings.ToLower(text)
}

// offset gives the byte of the text at which a node stands, -1 when the tree doesn't say.
func offset(n node) int {
	number, ok := n["query_location"].(json.Number)
	if !ok {
		return -1
	}
	at, err := strconv.Atoi(number.String())
	if err != nil {
		return -1 // DuckDB's "nowhere" is the largest number
	}
	return at
}

// byteOffset reads the position of a syntax error, which counts characters, as a byte of the text; -1 when there is none.
func byteOffset(text, position string) int {
	characters, err := strconv.Atoi(position)
	if err != nil {
		return -1
	}
	for at := range text {
		if characters == 0 {
			return at
		}
		characters--
	}
	return len(text)
}

// firstOffset gives the smallest position below a node, -1 when there is none.
func firstOffset(value any) int {
	first := -1
	consider := func(at int) {
		if at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			consider(firstOffset(item))
		}
	case node:
		consider(offset(v))
		for _, item := range v {
			consider(firstOffset(item))
		}
	}
	return first
}
