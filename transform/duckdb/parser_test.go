package duckdb

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"lastro/transform"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newParser(t *testing.T) Parser {
	t.Helper()
	p, err := NewParser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// refs gives the relations that a SELECT reads, in its order, and checks that each stands where its offset says.
func refs(t *testing.T, p Parser, query string) string {
	t.Helper()
	parsed, err := p.Parse(query)
	if err != nil {
		return "error: " + err.Error()
	}
	var names []string
	for _, ref := range parsed.Refs {
		names = append(names, ref.String())
		at := strings.ToLower(strings.ReplaceAll(query[max(ref.Offset, 0):], `"`, ""))
		if !strings.HasPrefix(at, strings.ToLower(ref.String())) && !strings.HasPrefix(at, "main."+ref.Name) {
			t.Errorf("%s: %s is not at byte %d", query, ref, ref.Offset)
		}
	}
	for _, fault := range parsed.Faults {
		names = append(names, "fault: "+fault.Message)
	}
	return strings.Join(names, " ")
}

func TestRefs(t *testing.T) {
	p := newParser(t)
	for _, test := range []struct{ query, want string }{
		{"select 1", ""},
		{"select * from a", "a"},
		{"from a", "a"},
		{"table a", "a"},
		{"select * from A, \"B\", main.C, Books.D", "a b c books.d"},
		{"select * from \"odd name\".\"odd.table\"", "odd name.odd.table"},
		{"select * from a as b, b.c", "a b.c"},
		{"select b.x from a as b where b.x in (select x from b)", "a b"},
		{"select * from a union all select * from b except (select * from c intersect select * from d)", "a b c d"},
		{"select * from a inner join b using (x) left join c on a.x = c.x natural join d", "a b c d"},
		{"select * from a asof join b on a.t >= b.t positional join c", "a b c"},
		{"select * from a, lateral (select * from b where b.x = a.x) as c", "a b"},
		{"select * from a semi join b using (x) anti join c using (x)", "a b c"},
		{"select (select max(x) from b), exists (select 1 from c), x = any (select x from d) from a", "b c d a"},
		{"select * from a where (x, y) not in (select x, y from b) and not exists (from c)", "a b c"},
		{"select case when exists (select 1 from a) then (select 1 from b) end", "a b"},
		{"select sum(x) filter (where x in (select x from b)) over (order by (select y from c)) from a", "b c a"},
		{"select * from a order by (select 1 from b) limit (select 2 from c)", "a b c"},
		{"select x, count(*) from a group by x having count(*) > (select n from b) qualify row_number() over () < (select n from c)", "a b c"},
		{"select * from (values ((select 1 from a)), (2)) as t (x)", "a"},
		{"select * from unnest((select list(x) from a)) as t (x), range((select 5 from b))", "a b"},
		{"pivot a on x in (1, 2) using sum(y)", "a"},
		{"select * from (pivot (select * from a) on x in (1, 2) using sum(y)) unpivot (v for n in (\"1\", \"2\"))", "a"},
		{"select [x for x in (select list(y) from a)]", "a"},
		{"select * from a tablesample 10%", "a"},
		{"select * from a at (version => 3)", "a"},
		{"-- select * from a\nselect /* from b */ 'from c', \"from d\" from e -- from f", "e"},
		{"select $$ from a $$ from b", "b"},
		{"/* a /* b */ c */ select e'\\' from a' from b", "b"},
		// common table expressions
		{"with a as (select 1) select * from a", ""},
		{"with A as (select 1) select * from \"a\"", ""},
		{"with a as (select * from a) select * from a", "a"},
		{"with a as (select * from b), b as (select * from a) select * from b", "b"},
		{"with a as (select 1) select * from main.a, books.a", "a books.a"},
		{"with a as (with b as (select * from c) select * from b) select * from a, b", "c b"},
		{"with a as (select 1), b as (with a as (select * from a) select * from a) select * from b", ""},
		{"with a as (select * from t) select * from (with a as (select * from u) select * from a) as x, a", "t u"},
		{"select * from (with a as (select 1) select * from a) as x, a", "a"},
		{"select * from b where x in (with a as (select 1) select * from a) and y in (select y from a)", "b a"},
		{"with a as (select 1) select * from b where exists (select 1 from a where a.x = b.x)", "b"},
		{"with a as (select 1) select * from a union all select * from a union all select * from b", "b"},
		{"(with a as (select 1) select * from a) union all select * from a", "a"},
		{"with a as materialized (select * from b), c as not materialized (select * from a) select * from c", "b"},
		{"with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select * from r", ""},
		{"with recursive r as (select * from r union all select * from r) select * from r", "r"},
		{"with recursive r as (select * from seed union select b.n from r inner join b using (n)) select * from r, c", "seed b c"},
		{"with recursive a as (select * from a) select * from a", "a"},
		{"with recursive r (n, m) using key (n) as (select 1, 2 union select r.n, x.m from r, recurring.r as x) select * from r", ""},
		{"with recursive r as (select 1 as n union all (with s as (select * from r) select * from s, t)) select * from r", "t"},
		{"select * from recurring.r", "recurring.r"},
		// refused
		{"select * from 'a.csv'", "fault: a model cannot read the file 'a.csv' itself: make it a source of kind files, and read <source>.<stream>"},
		{"with \"a.csv\" as (select 1) select * from \"a.csv\"", ""},
		{"select * from x.y.z", "fault: x.y.z: a model names tables as <table> or <source>.<stream>, without a database"},
		{"select * from (describe a)", "fault: describe, show and summarize are not for models: name the columns that you need"},
		{"select * from a frm b", "error: syntax error at or near \"b\""},
		{"select 1; select 2", "error: these are 2 statements; a model is one SELECT"},
		{"select 1;;\n;", ""},
		{"", "error: there is no SELECT in it; a model is one SELECT"},
		{"insert into a select * from b", "error: this is not a SELECT that stands by itself; a model is one SELECT, and a PIVOT in it must list its values"},
		{"with a as (delete from b returning *) select * from a", "error: A CTE needs a SELECT"},
		{"select '\x00' from a", "error: the file has a NUL byte; save it as text"},
		{"select '\xff' from a", "error: the file is not UTF-8; save it as UTF-8"},
		{"\r\nselect *\r\nfrom a\r\n", "a"},
		{"select \u00a0é from täble where é = (select 1 from ß)", "täble ß"},
	} {
		if diff := cmp.Diff(test.want, refs(t, p, test.query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
}

func TestParseErrorHasItsPlace(t *testing.T) {
	p := newParser(t)
	for query, want := range map[string]int{
		"select é frm b":                        14,
		"select *\nfrom":                        13,
		"-- a\n/* b */\ncreate table a (b int)": 13,
		"select 1; select a":                    17,
	} {
		_, err := p.Parse(query)
		var broken *transform.ParseError
		if !errors.As(err, &broken) || broken.Offset != want {
			t.Errorf("%s: error %v, want one at %d", query, broken, want)
		}
	}
}

func TestColumns(t *testing.T) {
	p := newParser(t)
	parsed, err := p.Parse(`select (a.opening + "New" - opening = closing and current_date > day) from t as a`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"New", "closing", "day", "opening"}, sorted(parsed.Columns)); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestParseConcurrently(t *testing.T) {
	p := newParser(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if got := refs(t, p, "with a as (select * from b) select * from a, c"); got != "b c" {
					t.Errorf("refs are %q", got)
				}
			}
		})
	}
	group.Wait()
}
