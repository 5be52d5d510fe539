package connectortest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expected reads a table that was reckoned by hand.
func expected(t *testing.T, connector, table string) (header []string, rows [][]string) {
	t.Helper()
	file, err := os.Open(filepath.Join(testdata, connector, "expected", table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

// compare holds a table against the one reckoned by hand, in its columns. Only rows of the expected first column are looked at
// when some is true, else all.
func (d *database) compare(connector, table string, some bool) {
	d.t.Helper()
	header, rows := expected(d.t, connector, table)
	key := map[string]bool{}
	var want, got []string
	for _, row := range rows {
		key[row[0]] = true
		want = append(want, strings.Join(row, ","))
	}
	for _, row := range d.rows("select * from " + table) {
		if some && !key[row[header[0]]] {
			continue
		}
		cells := make([]string, len(header))
		for i, column := range header {
			cells[i] = plain(row[column])
		}
		got = append(got, strings.Join(cells, ","))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("%s of %s (-by hand +by the model):\n%s", table, connector, diff)
	}
}

// plain takes the zeros off the end of a decimal.
func plain(cell string) string {
	whole, decimals, ok := strings.Cut(cell, ".")
	if !ok || strings.Trim(strings.TrimPrefix(whole, "-"), "0123456789") != "" || strings.Trim(decimals, "0123456789") != "" {
		return cell
	}
	if decimals = strings.TrimRight(decimals, "0"); decimals == "" {
		return whole
	}
	return whole + "." + decimals
}
