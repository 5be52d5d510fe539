//go:build duckdb_arrow

package targets_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"lastro/load"
	"lastro/load/targets"
	"lastro/load/targettest"
)

const everyType = `
	select i as id, (i % 100)::tinyint as tiny, i::smallint as small, i::integer as int, i::hugeint * 10000000000000000000 as huge, i::float / 4 as f,
		i::double / 7 as d, (i % 100)::decimal(4,1) as d4, i::decimal(9,2) as d9, -i::decimal(18,4) as d18, i::decimal(38,12) as d38,
		sum(i::decimal(18,4)) over () as total, date '2025-01-31' + i::integer as day, timestamp '2025-01-31 12:00:00.5' as at,
		timestamptz '2025-01-31 12:00:00+03' as tz, i % 2 = 0 as even, 'ação ' || i as name, case when i % 3 = 0 then i end as maybe
	from range(5000) as r(i) order by i`

// TestEngine publishes what DuckDB hands out as Arrow, with the types DESCRIBE tells, and compares what readers find
// with what DuckDB says itself.
func TestEngine(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	described, err := targettest.SQLRows(conn, "describe "+everyType)
	if err != nil {
		t.Fatal(err)
	}
	want, err := targettest.SQLRows(conn, everyType)
	if err != nil {
		t.Fatal(err)
	}
	table := load.Table{Name: "every_type", Key: []string{"id"}, Rows: 5000}
	for _, d := range described[1:] {
		table.Columns = append(table.Columns, load.Column{Name: d[0], Type: d[1]})
	}
	table.Open = func(ctx context.Context) (r array.RecordReader, err error) {
		err = conn.Raw(func(driverConn any) error {
			arrow, err := duckdb.NewArrowFromConn(driverConn.(driver.Conn))
			if err != nil {
				return err
			}
			r, err = arrow.QueryContext(ctx, everyType)
			return err
		})
		return r, err
	}
	folder := t.TempDir()
	for _, kind := range targets.Kinds() {
		target, err := targets.Open(config(kind, folder))
		if err != nil {
			t.Fatal(err)
		}
		if err := targettest.Publish(target, targettest.Publication("r1", table)); err != nil {
			t.Fatal(err)
		}
		s, err := read(kind, folder)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, s.Tables["every_type"]); diff != "" {
			t.Errorf("%s (-engine +read):\n%s", kind, diff)
		}
	}
}
