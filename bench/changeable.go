package main

import (
	"slices"
	"strings"

	"lastro/pipelines"
)

// changeable gives the first column of a table that is not of its key and whose value can be made another, and how.
func changeable(table pipelines.Table) (column, value string) {
	for _, c := range table.Columns {
		if slices.Contains(table.Key, c.Name) {
			continue
		}
		switch kind := c.Type; {
		case strings.HasPrefix(kind, "DECIMAL"), kind == "DOUBLE", kind == "BIGINT", kind == "INTEGER":
			return c.Name, "cast(coalesce(" + c.Name + ", 0) + 1 as " + kind + ")"
		case kind == "VARCHAR":
			return c.Name, "concat(" + c.Name + ", ' again')"
		case kind == "BOOLEAN":
			return c.Name, "not coalesce(" + c.Name + ", false)"
		}
	}
	return "", ""
}
