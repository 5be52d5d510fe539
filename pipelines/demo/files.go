package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// kept are the entities that no billing system, CRM or survey tool holds: they stay files.
var kept = []string{"usage", "milestones", "spend", "contracts", "fx_rates", "targets", "benchmarks",
	"survey_invitations", "account_history"}

// WriteFiles writes the files that stand beside the APIs, as known at the close of a day (by the date that on
// shows). key gives the id that the files call an account by; records of an account without one are left out.
func (c *Company) WriteFiles(dir string, on time.Time, key func(account string) string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the files beside the APIs: %w", err)
	}
	for _, t := range c.collect(dayOf(on)) {
		if !slices.Contains(kept, t.entity) {
			continue
		}
		t.rename(key)
		content, err := t.csv()
		if err != nil {
			return fmt.Errorf("write %s: %w", t.file(), err)
		}
		if err := replace(filepath.Join(dir, t.file()), content); err != nil {
			return fmt.Errorf("write %s: %w", t.file(), err)
		}
	}
	return nil
}

// rename calls the accounts as key does.
func (t *table) rename(key func(account string) string) {
	at := t.column("account_id")
	if at < 0 {
		return
	}
	t.rows = slices.DeleteFunc(t.rows, func(r *row) bool { return key(r.cells[at]) == "" })
	for _, r := range t.rows {
		r.cells = slices.Clone(r.cells)
		r.cells[at] = key(r.cells[at])
	}
}
