package load

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// RunsTable is the table in which targets that hold tables, not files, tell which run they show. No model may be named so.
const RunsTable = "lastro_runs"

var (
	runID     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	tableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
)

// Validate says what is wrong with p itself: names that cannot be files and tables everywhere, unknown types, a key
// that is no column. Every target calls it before it writes anything.
func (p Publication) Validate() error {
	if !runID.MatchString(p.RunID) {
		return fmt.Errorf("run id %q: use letters, digits, - and _ only, at most 100", p.RunID)
	}
	if p.AsOf != "" {
		if _, err := time.Parse(time.DateOnly, p.AsOf); err != nil {
			return fmt.Errorf("as_of %q of run %s is not a date: give it as 2025-01-31", p.AsOf, p.RunID)
		}
	}
	if len(p.Tables) == 0 {
		return fmt.Errorf("run %s publishes no table", p.RunID)
	}
	seen := map[string]bool{RunsTable: true}
	for _, t := range p.Tables {
		if err := t.validate(); err != nil {
			return fmt.Errorf("table %q: %w", t.Name, err)
		}
		lower := strings.ToLower(t.Name)
		if seen[lower] {
			return fmt.Errorf("table %q: the name is taken (upper and lower case are the same): rename the model", t.Name)
		}
		seen[lower] = true
	}
	return nil
}

func (t Table) validate() error {
	switch {
	case !tableName.MatchString(t.Name):
		return errors.New("not a name every target can hold: rename the model to letters, digits and _, a letter first, at most 63")
	case t.Open == nil:
		return errors.New("it has no rows to open")
	case t.Rows < 0:
		return fmt.Errorf("it says it has %d rows", t.Rows)
	case len(t.Columns) == 0:
		return errors.New("it has no columns")
	}
	columns, exact := map[string]bool{}, map[string]bool{}
	for _, c := range t.Columns {
		if c.Name == "" || strings.ContainsFunc(c.Name, func(r rune) bool { return r < ' ' || r == '\x7f' }) {
			return fmt.Errorf("column name %q: it must not be empty or hold control characters", c.Name)
		}
		if columns[strings.ToLower(c.Name)] {
			return fmt.Errorf("column %q is there twice (upper and lower case are the same)", c.Name)
		}
		columns[strings.ToLower(c.Name)], exact[c.Name] = true, true
		if _, err := ParseType(c.Type); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	for _, k := range t.Key {
		if !exact[k] {
			return fmt.Errorf("key column %q is not among its columns", k)
		}
	}
	return nil
}
