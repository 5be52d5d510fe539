package duckdb

import (
	"slices"

	"lastro/transform"
)

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
