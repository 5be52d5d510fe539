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

// scope is the names of the common table expressions that can be seen, the nearest first.
type scope struct {
	name  string
	outer *scope
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if s.name == name {
			return true
		}
	}
	return false
}

// walker goes through a syntax tree and collects what it finds.
type walker struct {
	text   string
	parsed transform.Parsed
}

func (w *walker) walk(value any, seen *scope) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			w.walk(item, seen)
		}
	case node:
		w.node(v, seen)
	}
}

func (w *walker) node(n node, seen *scope) {
	if ctes, ok := n["cte_map"]; ok {
		seen = w.ctes(ctes, seen)
	}
	switch n["type"] {
	case "BASE_TABLE":
		w.table(n, seen)
	case "TABLE_FUNCTION":
		w.tableFunction(n)
	case "SHOW_REF":
		w.fault(n, "describe, show and summarize are not for models: name the columns that you need")
		return
	case "RECURSIVE_CTE_NODE":
		// the left side is the start, in which the name is not known yet
		w.walk(n["left"], seen)
		w.walk(n["right"], &scope{name: lower(n["cte_name"]), outer: seen})
		return
	case "COLUMN_REF":
		w.column(n)
	case "FUNCTION":
		w.function(n)
	}
	for _, key := range sortedKeys(n) {
		if key != "cte_map" {
			w.walk(n[key], seen)
		}
	}
}

// ctes walks the common table expressions of a WITH, each of which sees those before it, and gives the scope that sees all.
func (w *walker) ctes(ctes any, seen *scope) *scope {
	wrapped, ok := ctes.(node)
	if !ok {
		return seen
	}
	entries, ok := wrapped["map"].([]any)
	if !ok {
		return seen
	}
	for _, entry := range entries {
		pair, ok := entry.(node)
		if !ok {
			continue
		}
		w.walk(pair["value"], seen)
		seen = &scope{name: lower(pair["key"]), outer: seen}
	}
	return seen
}

// sortedKeys makes the walk, and so the order of what it finds, the same each time.
func sortedKeys(n node) []string {
	keys := make([]string, 0, len(n))
	for key := range n {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
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
