package targettest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/load"
)

func (h Harness) testNothing(t *testing.T) {
	place := h.Place(t)
	before := h.trace(t, place)
	target := h.Open(place, 3, nil)
	run, err := target.Published(context.Background())
	check(t, err)
	if run != "" {
		t.Errorf("shows run %q before the first one", run)
	}
	check(t, target.Check(context.Background()))
	h.sameTrace(t, place, before)
	if !strings.Contains(target.Name(), place) {
		t.Errorf("the name %q does not tell the place %s", target.Name(), place)
	}
}

// types has every SQL type, at its ends and as NULL.
var types = []struct {
	sql   string
	cells [4]string
}{
	{"BIGINT", [4]string{"1", "2", "3", "4"}}, // the key
	{"BOOLEAN", [4]string{"true", "false", Null, "true"}},
	{"TINYINT", [4]string{"-128", "127", Null, "0"}},
	{"SMALLINT", [4]string{"-32768", "32767", Null, "0"}},
	{"INTEGER", [4]string{"-2147483648", "2147483647", Null, "0"}},
	{"BIGINT", [4]string{"-9223372036854775808", "9223372036854775807", Null, "0"}},
	{"HUGEINT", [4]string{"-99999999999999999999999999999999999999", "10000000000000000000", Null, "0"}},
	{"FLOAT", [4]string{"0.1", "-16777216", Null, "0"}},
	{"DOUBLE", [4]string{"0.1", "-1234567890123456800000", Null, "0.000000000000000000000000000001"}},
	{"DECIMAL(9,4)", [4]string{"-99999.9999", "0.0001", Null, "0.0000"}},
	{"DECIMAL(18,4)", [4]string{"-99999999999999.9999", "12.3400", Null, "-0.0001"}},
	{"DECIMAL(24,12)", [4]string{"999999999999.999999999999", "-5.321500000000", Null, "0.000000000000"}},
	{"DECIMAL(38,12)", [4]string{"-99999999999999999999999999.999999999999", "18446744073709.551616000000", Null, "0.000000000001"}},
	{"DECIMAL(38,0)", [4]string{"99999999999999999999999999999999999999", "-18446744073709551616", Null, "0"}},
	{"DATE", [4]string{"0001-01-01", "9999-12-31", Null, "2024-02-29"}},
	{"TIMESTAMP", [4]string{"1969-12-31T23:59:59.999999Z", "2025-01-31T12:00:00Z", Null, "2025-01-31T12:00:00.1Z"}},
	{"TIMESTAMP WITH TIME ZONE", [4]string{"1900-03-01T00:00:00Z", "2025-01-31T12:00:00Z", Null, "2025-01-31T12:00:00.00005Z"}},
	{"VARCHAR", [4]string{"", "say \"hi\", twice\r\nand\n go ", Null, " Ação 数 🎉\t"}},
	{"VARCHAR", [4]string{strings.Repeat("long, \"very\" ", 3000), "NULL", Null, "'; drop table x; --"}},
	{"VARCHAR", [4]string{Null, Null, Null, Null}},
}

func (h Harness) testTypes(t *testing.T) {
	place := h.Place(t)
	var columns []load.Column
	header, rows := []string{}, make([][]string, 4)
	for i, c := range types {
		name := fmt.Sprintf("c%d", i)
		if i == len(types)-1 {
			name = `odd "name", ç`
		}
		columns = append(columns, load.Column{Name: name, Type: c.sql, Description: fmt.Sprintf("It's column %d: \"%s\"; 'x'", i, c.sql)})
		header = append(header, name)
		for r := range rows {
			rows[r] = append(rows[r], c.cells[r])
		}
	}
	all := must(t)(Table("all_types", []string{"c0"}, columns, rows[:1], nil, rows[1:]))
	all.Description, all.Grain = `It's "all" of them; really`, "one row per 'c0'"
	empty := must(t)(Table("empty", []string{"c0"}, columns))
	check(t, Publish(h.Open(place, 3, nil), Publication("20250831T023000Z-1a2b3c", all, empty)))
	got, err := h.Read(place)
	check(t, err)
	want := Snapshot{RunID: "20250831T023000Z-1a2b3c", Tables: map[string][][]string{
		"all_types": append([][]string{header}, rows...),
		"empty":     {header},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was published is not what is read (-published +read):\n%s", diff)
	}
}

// testLarge writes more rows than a target handles in one piece, in batches of uneven size, and wants them in order.
func (h Harness) testLarge(t *testing.T) {
	place := h.Place(t)
	columns := []load.Column{{Name: "id", Type: "BIGINT"}, {Name: "amount", Type: "DECIMAL(18,4)"}, {Name: "name", Type: "VARCHAR"}}
	want := [][]string{{"id", "amount", "name"}}
	var batches [][][]string
	for size := 1; len(want) < 140_000; size = size*3 + 7 {
		var rows [][]string
		for range min(size, 30_000) {
			n := len(want)
			row := []string{fmt.Sprint(n), fmt.Sprintf("%d.%04d", n%977, n%10000), fmt.Sprintf("customer %d", n%1000)}
			if n%7 == 0 {
				row[1], row[2] = Null, Null
			}
			rows, want = append(rows, row), append(want, row)
		}
		batches = append(batches, rows)
	}
	table := must(t)(Table("large", []string{"id"}, columns, batches...))
	check(t, Publish(h.Open(place, 3, nil), Publication("r1", table)))
	got, err := h.Read(place)
	check(t, err)
	if len(got.Tables["large"]) != len(want) {
		t.Fatalf("read %d lines of %d", len(got.Tables["large"]), len(want))
	}
	for i, row := range got.Tables["large"] {
		if row[0] != want[i][0] || row[1] != want[i][1] || row[2] != want[i][2] {
			t.Fatalf("line %d is %v, not %v", i, row, want[i])
		}
	}
}
