package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/load"
)

// comment writes the comments of a table and its columns. One that is not as it was last written is a person's, and stays.
func (w *writer) comment(ctx context.Context, one *tablePlan, after *state) error {
	want := map[string]string{"": tableComment(one.table)}
	for _, c := range one.columns {
		want[c.Name] = c.Description
	}
	after.Comments = map[string]string{}
	var sql []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		present, last := "", ""
		if one.state != nil {
			present, last = one.present.columns[name].comment, one.state.Comments[name]
			if name == "" {
				present = one.present.comment
			}
		}
		switch {
		case present != "" && present != last && present != want[name]:
			if last != "" {
				after.Comments[name] = last
			}
			continue
		case want[name] != "":
			after.Comments[name] = want[name]
		}
		if present == want[name] {
			continue
		}
		text := "null"
		if want[name] != "" {
			text = literal(want[name])
		}
		if name == "" {
			sql = append(sql, fmt.Sprintf("comment on table %s is %s", w.table(one.table.Name), text))
		} else {
			sql = append(sql, fmt.Sprintf("comment on column %s.%s is %s", w.table(one.table.Name), identifier(name), text))
		}
	}
	if len(sql) == 0 {
		return nil
	}
	_, err := w.exec(ctx, strings.Join(sql, "; "))
	return err
}

func tableComment(t load.Table) string {
	if t.Grain == "" {
		return t.Description
	}
	return strings.TrimSpace(fmt.Sprintf("%s (%s)", t.Description, t.Grain))
}
