package lake

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// asideTable has the keys of the records that a reading has set aside: they are in quarantine, not gone.
const asideTable = "temp.lastro_spool_aside"

// findAside reads the keys of what the groups set aside.
func (k *taking) findAside(ctx context.Context) error {
	if k.spool.Counts().Quarantined == 0 {
		return nil
	}
	columns := make([]string, len(k.options.Key))
	for i := range columns {
		columns[i] = asideColumn(i) + " varchar"
	}
	if _, err := k.conn.ExecContext(ctx, "create or replace temp table lastro_spool_aside ("+strings.Join(columns, ", ")+")"); err != nil {
		return err
	}
	k.aside = true
	for i, g := range k.spool.groups {
		if g.Counts.Quarantined == 0 {
			continue
		}
		var whole spoolGroup
		if err := readJSON(filepath.Join(k.spool.dir, spoolGroupFile(i+1)), &whole); err != nil {
			return err
		}
		var rows []string
		for n, key := range whole.Aside {
			if len(key) == len(columns) {
				texts := make([]string, len(columns))
				for i, text := range key {
					texts[i] = quoteText(text)
				}
				rows = append(rows, "("+strings.Join(texts, ", ")+")")
			}
			if len(rows) == 0 || len(rows) < 1000 && n < len(whole.Aside)-1 {
				continue
			}
			if _, err := k.conn.ExecContext(ctx, "insert into "+asideTable+" values "+strings.Join(rows, ", ")); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	return nil
}

// withinTable has the values within which records are missing besides those that the reading has.
const withinTable = "temp.lastro_spool_within"

func (k *taking) findWithin(ctx context.Context) error {
	if k.options.DeleteMissingWithin == "" {
		return nil
	}
	if _, err := k.conn.ExecContext(ctx, "create or replace temp table lastro_spool_within (value varchar)"); err != nil {
		return err
	}
	for values := range slices.Chunk(k.options.Within, 1000) {
		rows := make([]string, len(values))
		for i, value := range values {
			rows[i] = "(" + quoteText(validText(value)) + ")"
		}
		if _, err := k.conn.ExecContext(ctx, "insert into "+withinTable+" values "+strings.Join(rows, ", ")); err != nil {
			return err
		}
	}
	return nil
}

func asideColumn(i int) string { return "key_" + strconv.Itoa(i) }

// notAsideSQL is a condition on earlier records: that the reading has not set them aside.
func (k *taking) notAsideSQL() string {
	if !k.aside {
		return ""
	}
	same := make([]string, len(k.options.Key))
	for i, key := range k.options.Key {
		same[i] = "aside." + asideColumn(i) + " = cast(earlier." + quoteName(key) + " as varchar)"
	}
	return " and not exists (\nselect 1 from " + asideTable + " as aside where " + strings.Join(same, " and ") + ")"
}
