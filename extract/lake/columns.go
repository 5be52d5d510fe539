package lake

import (
	"fmt"
	"slices"
	"strings"
)

// Column is a column as DuckDB names and types it.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// systemColumns is what every batch carries beside the records' own columns.
var systemColumns = []Column{
	{"_extra", "VARCHAR"}, {"_source", "VARCHAR"}, {"_file", "VARCHAR"},
	{"_line", "BIGINT"}, {"_run_id", "VARCHAR"}, {"_first_seen", "TIMESTAMP"},
}

// columnOf finds a column by name, as SQL does: upper and lower case are one.
func columnOf(columns []Column, name string) (Column, bool) {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Column{}, false
}

// mergeColumns gives the columns in which batches of different columns are read
// together: those of the newest (given first) in their order, then what only
// older ones have, the system's columns last; each in a type that holds every
// batch's values unharmed.
func mergeColumns(newestFirst [][]Column) ([]Column, error) {
	var merged []Column
	types := map[string][]string{}
	for _, columns := range newestFirst {
		for _, c := range columns {
			name := strings.ToLower(c.Name)
			if types[name] == nil {
				merged = append(merged, c)
			}
			if !slices.Contains(types[name], c.Type) {
				types[name] = append(types[name], c.Type)
			}
		}
	}
	for i, c := range merged {
		wide, err := widenAll(types[strings.ToLower(c.Name)])
		if err != nil {
			return nil, fmt.Errorf("column %s %w", c.Name, err)
		}
		merged[i].Type = wide
	}
	slices.SortStableFunc(merged, func(a, b Column) int { return systemRank(a.Name) - systemRank(b.Name) })
	return merged, nil
}

func widenAll(newestFirst []string) (string, error) {
	wide := newestFirst[0]
	if slices.Contains(newestFirst, "VARCHAR") {
		wide = "VARCHAR"
	}
	for _, older := range newestFirst {
		next, ok := widen(wide, older)
		if !ok {
			return "", fmt.Errorf("was %s in earlier batches and is %s now, and no type holds both: declare the column as text, or read the files as a stream of another name", older, wide)
		}
		wide = next
	}
	return wide, nil
}

func systemRank(name string) int {
	return 1 + slices.IndexFunc(systemColumns, func(c Column) bool { return c.Name == name })
}
