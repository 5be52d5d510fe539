package feed

import (
	"context"
	"fmt"
	"testing"
)

// TestPlainValuesAreThoseOfDuckDB reads texts both here and by DuckDB's own casts.
func TestPlainValuesAreThoseOfDuckDB(t *testing.T) {
	conn := connect(t)
	for _, c := range []struct {
		sqlType string
		plain   []string
		other   []string
	}{
		{"DATE", []string{"1900-01-01", "1970-01-01", "1969-12-31", "2000-02-29", "2024-02-29", "2024-03-01", "2023-12-31", "2100-03-01", "2200-12-31"},
			[]string{"1899-12-31", "2201-01-01", "2023-02-29", "2100-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31", "2024/01/01", "2024-1-01", " 2024-01-01", "2024-01-01 ", "20240101", "x024-01-01", "2024-01-0x"}},
		{"TIMESTAMP", []string{"2024-02-29T23:59:59Z", "1969-12-31 23:59:59", "1970-01-01T00:00:00", "2024-01-01 10:20:30Z"},
			[]string{"2024-01-01", "2024-01-01T24:00:00Z", "2024-01-01T10:60:00Z", "2024-01-01T10:20:60Z", "2024-01-01T10:20:30+00:00", "2024-01-01T10:20:30.5Z", "2024-01-01t10:20:30Z", "2024-01-01T10:20", "2024-01-01T10-20-30Z"}},
		{"BIGINT", []string{"0", "-12", "007", "999999999999999999", "-999999999999999999"}, []string{"9223372036854775807", "1.0", "1.", "1e3", "+5", "-", "1_000", " 1", "0x10"}},
		{"BOOLEAN", []string{"true", "false"}, []string{"TRUE", "t", "1", "yes", "tru"}},
		{"DECIMAL(18,4)", []string{"0", "-0.00", "1234.5", "0.0001", "99999999999999.9999", "-99999999999999.9999", "007.50", "12"},
			[]string{"100000000000000", "0.00001", "1.23450", ".5", "5.", "-.5", "1.2.3", "1,5", "+1", "1e3", "", "-", "NaN", "1_0"}},
		{"DECIMAL(9,4)", []string{"99999.9999", "7"}, []string{"100000"}},
		{"DECIMAL(18,0)", []string{"5", "999999999999999999"}, []string{"5.0", "1000000000000000000"}},
		{"DECIMAL(24,12)", nil, []string{"1"}},
		{"VARCHAR", nil, []string{"2024-01-01", "1"}},
		{"", nil, []string{"1"}},
	} {
		texts := append(append([]string{}, c.plain...), c.other...)
		f, err := Open(context.Background(), conn, []Column{{"v", c.sqlType}}, func(r *Rows) error {
			for i, text := range texts {
				r.Set(0, []byte(text))
				if err := r.End("f", int64(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		value := "null"
		if plain, ok := f.Plain["v"]; ok {
			value = quoteName(plain)
		} else if len(c.plain) > 0 {
			c.other, c.plain = texts, nil // a build without Arrow leaves all to DuckDB
		}
		rows, err := conn.QueryContext(context.Background(), "select coalesce(v, '.'), coalesce(cast("+value+" as varchar), '.'), _line from "+f.From)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var text, value string
			var line int
			if err := rows.Scan(&text, &value, &line); err != nil {
				t.Fatal(err)
			}
			given := texts[line]
			want := fmt.Sprint(given, " .")
			if given == "" {
				want = ". ."
			}
			if line < len(c.plain) {
				want = ". " + query(t, conn, "select cast(cast('"+given+"' as "+c.sqlType+") as varchar)")
			}
			if got := text + " " + value; got != want {
				t.Errorf("%s %q arrives as %s, want %s", c.sqlType, given, got, want)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		_ = rows.Close()
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPlainValuesBesideText has rows with text, plain values and neither, over several batches.
func TestPlainValuesBesideText(t *testing.T) {
	conn := connect(t)
	const n = 2*BatchRows + 5
	f, err := Open(context.Background(), conn, []Column{{"v", "DECIMAL(18,4)"}, {"_plain0", "DATE"}, {"b", "BOOLEAN"}}, func(r *Rows) error {
		for i := range n {
			switch i % 3 {
			case 0:
				r.Set(0, fmt.Appendf(nil, "%d", i))
				r.Set(2, []byte("true"))
			case 1:
				r.Set(0, fmt.Appendf(nil, "x%d", i))
				r.Set(1, []byte("2024-01-31"))
				r.Set(2, []byte("false"))
			}
			if err := r.End("f", int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Plain == nil { // a build without Arrow leaves all to DuckDB
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := query(t, conn, fmt.Sprintf("select concat_ws(' ', count(*), count(v), sum(%s), count(distinct %s), count(%s) filter (where %s), bool_and(v is null or v = 'x' || _line)) from %s",
		quoteName(f.Plain["v"]), quoteName(f.Plain["_plain0"]), quoteName(f.Plain["b"]), quoteName(f.Plain["b"]), f.From))
	want := query(t, conn, fmt.Sprintf("select concat_ws(' ', %d, count(*) filter (where i %% 3 = 1), sum(i) filter (where i %% 3 = 0)::decimal(38,4), 1, count(*) filter (where i %% 3 = 0), true) from range(%d) t(i)", n, n))
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
