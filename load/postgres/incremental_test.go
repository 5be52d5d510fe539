package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lastro/load"
	"lastro/load/postgres"
	"lastro/load/targettest"
)

var itemColumns = []load.Column{
	{Name: "id", Type: "BIGINT", Description: "The item"}, {Name: "name", Type: "VARCHAR"}, {Name: "amount", Type: "DECIMAL(18,4)"},
	{Name: "on_day", Type: "DATE"},
}

// items makes a table of rows numbered from one number to another; the text of a row is its number and what version says.
func items(t testing.TB, key []string, from, to int, version func(id int) string) load.Table {
	t.Helper()
	var rows [][]string
	for id := from; id < to; id++ {
		rows = append(rows, []string{fmt.Sprint(id), fmt.Sprint("item ", id, version(id)), fmt.Sprintf("%d.5000", id%977), "2025-01-31"})
	}
	table, err := targettest.Table("items", key, itemColumns, rows[:len(rows)/3], rows[len(rows)/3:])
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func plainItem(int) string { return "" }

func publish(t testing.TB, target *postgres.Target, run string, tables ...load.Table) {
	t.Helper()
	if err := targettest.Publish(target, targettest.Publication(run, tables...)); err != nil {
		t.Fatal(err)
	}
}

// ask gives the rows of a query as lines.
func ask(t testing.TB, format string, args ...any) []string {
	t.Helper()
	rows, err := server.Exec(context.Background(), fmt.Sprintf(format, args...))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	return lines
}

func wantLines(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// TestOnlyDifferencesAreWritten looks at which transactions the rows are of.
func TestOnlyDifferencesAreWritten(t *testing.T) {
	for name, key := range map[string][]string{"key": {"id"}, "no key": nil} {
		t.Run(name, func(t *testing.T) {
			schema := newSchema()
			target := open(t, postgres.Options{Schema: schema})
			publish(t, target, "r1", items(t, key, 0, 1000, plainItem))
			before := ask(t, `select id, xmin, ctid from %q.items order by id`, schema)
			kept := ask(t, `select * from %q.lastro_tables union all select table_name || seq, md5(entries) from %[1]q.lastro_hashes`, schema)

			publish(t, target, "r2", items(t, key, 0, 1000, plainItem))
			wantLines(t, "after a quiet night", ask(t, `select id, xmin, ctid from %q.items order by id`, schema), before...)
			wantLines(t, "after a quiet night", ask(t, `select * from %q.lastro_tables union all select table_name || seq, md5(entries) from %[1]q.lastro_hashes`, schema), kept...)
			wantLines(t, "runs", ask(t, `select run_id, as_of from %q.lastro_runs order by published_at`, schema), "r1|2025-08-31", "r2|2025-08-31")

			hundredth := func(id int) string {
				if id%100 == 0 {
					return " changed"
				}
				return ""
			}
			publish(t, target, "r3", items(t, key, 20, 1005, hundredth)) // 20 rows vanish, 5 come, 9 of those that stay change
			after := ask(t, `select id, xmin, ctid from %q.items order by id`, schema)
			same := 0
			for _, line := range after {
				if slices.Contains(before, line) {
					same++
				}
			}
			if len(after) != 985 || same != 985-5-9 {
				t.Errorf("%d rows, %d of them untouched", len(after), same)
			}
			wantLines(t, "changed", ask(t, `select count(*) from %q.items where name like '%%changed'`, schema), "10")
		})
	}
}

// TestMeddling changes rows behind the target's back: the next run sets them right, however quiet.
func TestMeddling(t *testing.T) {
	for _, key := range [][]string{{"id"}, nil} {
		schema := newSchema()
		target := open(t, postgres.Options{Schema: schema})
		publish(t, target, "r0", items(t, key, 0, 500, plainItem))
		for n, meddle := range []string{
			"update %s set name = 'mine' where id = 7",
			"delete from %s where id < 20",
			"delete from %s where id = 3; insert into %[1]s values (5000, 'mine', 1, now())",
			"truncate %s",
			"update %s set id = 6000 where ctid = (select max(ctid) from %[1]s)",
			"alter table %s alter column name type varchar(100); alter table %[1]s alter column name type text",
			"vacuum full %s",
		} {
			for _, statement := range strings.Split(fmt.Sprintf(meddle, fmt.Sprintf("%q.items", schema)), "; ") {
				ask(t, "%s", statement)
			}
			publish(t, target, fmt.Sprint("r", n+1), items(t, key, 0, 500, plainItem))
			wantLines(t, meddle, ask(t, `select count(*), count(distinct id), min(id), max(id), min(name), max(name) from %q.items`, schema),
				"500|500|0|499|item 0|item 99")
		}
	}
}

// TestAnySequence publishes random tables one after the other, with columns of several types, rows in any order, keys and
// none, and reads them again.
func TestAnySequence(t *testing.T) {
	columns := []load.Column{
		{Name: "a", Type: "VARCHAR"}, {Name: "b", Type: "DECIMAL(20,3)"}, {Name: "c", Type: "TIMESTAMP"}, {Name: "d", Type: "DOUBLE"}, {Name: "e", Type: "TINYINT"},
	}
	cell := map[string]*rapid.Generator[string]{
		"a": rapid.SampledFrom([]string{"", "a", "ação", "a text longer than a slot", "a text longer than a slot, too", `\N`}),
		"b": rapid.SampledFrom([]string{"0.000", "-0.001", "12345678901234567.890", "10000.000", "-99999999999999999.999"}),
		"c": rapid.SampledFrom([]string{targettest.Null, "1969-12-31T23:59:59.999999Z", "2025-01-31T12:00:00Z"}),
		"d": rapid.SampledFrom([]string{targettest.Null, "0.1", "-1"}),
		"e": rapid.SampledFrom([]string{targettest.Null, "-128", "127"}),
	}
	rapid.Check(t, func(rt *rapid.T) {
		schema := newSchema()
		key := rapid.SampledFrom([][]string{nil, {"a"}, {"b", "a"}}).Draw(rt, "key")
		width := rapid.IntRange(2, len(columns)).Draw(rt, "width")
		for run := range rapid.IntRange(2, 5).Draw(rt, "runs") {
			width = max(width, rapid.IntRange(2, len(columns)).Draw(rt, "wider")) // a new column may come
			var rows [][]string
			keys := map[string]bool{}
			for range rapid.IntRange(0, 12).Draw(rt, "rows") {
				var row []string
				id := ""
				for _, c := range columns[:width] {
					row = append(row, cell[c.Name].Draw(rt, c.Name))
					if slices.Contains(key, c.Name) {
						id += row[len(row)-1] + "|"
					}
				}
				if key == nil || !keys[id] {
					rows = append(rows, row)
				}
				keys[id] = true
			}
			table, err := targettest.Table("t", key, columns[:width], rows)
			if err != nil {
				rt.Fatal(err)
			}
			target := open(t, postgres.Options{Schema: schema})
			if err := targettest.Publish(target, targettest.Publication(fmt.Sprint("r", run), table)); err != nil {
				rt.Fatal(err)
			}
			s, err := targettest.ReadHeld(func(string) (targettest.Held, error) { return targettest.HoldPostgres(server.DSN(), schema) })("")
			if err != nil {
				rt.Fatal(err)
			}
			got := s.Tables["t"][1:]
			slices.SortFunc(rows, slices.Compare)
			slices.SortFunc(got, slices.Compare)
			if diff := cmp.Diff(rows, got); len(rows)+len(got) > 0 && diff != "" {
				rt.Fatalf("run %d (-published +read):\n%s", run, diff)
			}
		}
		if _, err := server.Exec(context.Background(), fmt.Sprintf("drop schema %q cascade", schema)); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestTwiceTheKey(t *testing.T) {
	schema := newSchema()
	target := open(t, postgres.Options{Schema: schema})
	publish(t, target, "r1", items(t, []string{"id"}, 0, 10, plainItem))
	twice, err := targettest.Table("items", []string{"id"}, itemColumns, [][]string{{"7", "a", "1.0000", "2025-01-31"}, {"7", "b", "1.0000", "2025-01-31"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := targettest.Publish(target, targettest.Publication("r2", twice)); err == nil || !strings.Contains(err.Error(), "id 7") {
		t.Errorf("two rows of one key: %v", err)
	}
	if err := targettest.Publish(open(t, postgres.Options{Schema: newSchema()}), targettest.Publication("r2", twice)); err == nil || !strings.Contains(err.Error(), "(id)=(7)") {
		t.Errorf("two rows of one key at first: %v", err)
	}
	nul, err := targettest.Table("items", []string{"id"}, itemColumns, [][]string{{"7", "a\x00b", "1.0000", "2025-01-31"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := targettest.Publish(target, targettest.Publication("r2", nul)); err == nil || !strings.Contains(err.Error(), "column name") || !strings.Contains(err.Error(), "NUL") {
		t.Errorf("a NUL in a text: %v", err)
	}
}
