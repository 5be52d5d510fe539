package duckdbfile

import (
	"fmt"
	"slices"
	"strings"

	"lastro/load"
)

// identifier quotes a name for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal quotes a text for SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// qualified names a table of the file that is being built.
func qualified(table string) string { return "out.main." + identifier(table) }

// createTable gives the statements that make a table with its comments. Key columns are NOT NULL; there is no primary
// key, for its index would cost as much space as the rows and readers look for ranges.
func createTable(t load.Table) ([]string, error) {
	columns := make([]string, len(t.Columns))
	var comments []string
	if text := tableComment(t); text != "" {
		comments = append(comments, fmt.Sprintf("comment on table %s is %s", qualified(t.Name), literal(text)))
	}
	for i, c := range t.Columns {
		typ, err := load.ParseType(c.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		columns[i] = identifier(c.Name) + " " + typ.String()
		if slices.Contains(t.Key, c.Name) {
			columns[i] += " not null"
		}
		if c.Description != "" {
			comments = append(comments, fmt.Sprintf("comment on column %s.%s is %s", qualified(t.Name), identifier(c.Name), literal(c.Description)))
		}
	}
	create := fmt.Sprintf("create table %s (%s)", qualified(t.Name), strings.Join(columns, ", "))
	return append([]string{create}, comments...), nil
}

func tableComment(t load.Table) string {
	if t.Grain == "" {
		return t.Description
	}
	return strings.TrimSpace(fmt.Sprintf("%s (%s)", t.Description, t.Grain))
}

// createRuns gives the statements that make the table of runs: one row, the run that the file shows.
func createRuns(p load.Publication) []string {
	orNull := func(text string) string {
		if text == "" {
			return "null"
		}
		return literal(text)
	}
	table := qualified(load.RunsTable)
	return []string{
		"create table " + table + " (run_id varchar not null, started_at timestamp not null, as_of date, as_known varchar, policy_version varchar, code_version varchar)",
		// The bytes up to the semicolon are read by scan.
		fmt.Sprintf("comment on table %s is %s", table, literal(mark+p.RunID+"; the run that the tables of this file come from")),
		fmt.Sprintf("insert into %s values (%s, %s, %s, %s, %s, %s)", table, literal(p.RunID),
			literal(p.StartedAt.UTC().Format("2006-01-02 15:04:05.999999")), orNull(p.AsOf), orNull(p.AsKnown),
			orNull(p.PolicyVersion), orNull(p.CodeVersion)),
	}
}
