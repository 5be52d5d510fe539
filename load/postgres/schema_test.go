package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"lastro/load"
	"lastro/load/postgres"
	"lastro/load/postgres/pgtest"
	"lastro/load/targettest"
)

func connect(t testing.TB) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(context.Background(), server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func table(t testing.TB, name string, key []string, columns []load.Column, rows ...[]string) load.Table {
	t.Helper()
	made, err := targettest.Table(name, key, columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestWhatPeopleAddStays hangs a view, a grant, comments and an index on a table, and publishes over it.
func TestWhatPeopleAddStays(t *testing.T) {
	schema := newSchema()
	for _, role := range []string{"bi_reader", "colleague"} {
		ask(t, "do $$ begin create role %s; exception when duplicate_object then null; end $$", role)
	}
	target := open(t, postgres.Options{Schema: schema, Grant: []string{"bi_reader"}})
	described := items(t, []string{"id"}, 0, 10, plainItem)
	described.Description, described.Grain = `It's the "items"`, "one row per id"
	publish(t, target, "r1", described)
	comments := func() []string {
		return ask(t, `select obj_description('%q.items'::regclass), col_description('%[1]q.items'::regclass, 1), col_description('%[1]q.items'::regclass, 2)`, schema)
	}
	wantLines(t, "comments", comments(), `It's the "items" (one row per id)|The item|`)
	wantLines(t, "privileges", ask(t, `select has_schema_privilege('bi_reader', '%[1]s', 'usage'), has_table_privilege('bi_reader', '%[1]q.items', 'select'),
		has_table_privilege('bi_reader', '%[1]q.lastro_runs', 'select'), has_table_privilege('colleague', '%[1]q.items', 'select')`, schema), "t|t|t|f")
	wantLines(t, "key", ask(t, `select contype, conkey from pg_constraint where conrelid = '%q.items'::regclass and contype = 'p'`, schema), "p|{1}")

	ask(t, `create view %q.big as select * from %[1]q.items where amount > 5; grant select on %[1]q.items to colleague;
		comment on column %[1]q.items.name is 'what we call it'; comment on column %[1]q.items.amount is 'in BRL'; create index on %[1]q.items (name)`, schema)
	described.Columns = append([]load.Column(nil), described.Columns...)
	described.Columns[0].Description, described.Columns[1].Description = "The item's number", "The name"
	changed := items(t, []string{"id"}, 5, 20, func(int) string { return "!" })
	described.Open, described.Rows = changed.Open, changed.Rows
	publish(t, target, "r2", described)
	wantLines(t, "comments", comments(), `It's the "items" (one row per id)|The item's number|what we call it`)
	wantLines(t, "the view", ask(t, `select count(*) from %q.big where name like '%%!'`, schema), "15")
	wantLines(t, "the grant", ask(t, `select has_table_privilege('colleague', '%q.items', 'select')`, schema), "t")
	wantLines(t, "indexes", ask(t, `select count(*) from pg_index where indrelid = '%q.items'::regclass`, schema), "2")
}

// TestRefusals tells what cannot be done, does nothing, and then does what it advised and publishes.
func TestRefusals(t *testing.T) {
	id, name := load.Column{Name: "id", Type: "BIGINT"}, load.Column{Name: "name", Type: "VARCHAR"}
	first := table(t, "t", []string{"id"}, []load.Column{id, name}, []string{"1", "1"}, []string{"2", "2"})
	for what, next := range map[string][]load.Table{
		"type":         {table(t, "t", []string{"id"}, []load.Column{id, {Name: "name", Type: "INTEGER"}}, []string{"1", "1"}, []string{"2", "2"})},
		"column gone":  {table(t, "t", []string{"id"}, []load.Column{id}, []string{"1"})},
		"other key":    {table(t, "t", []string{"name"}, []load.Column{id, name}, []string{"1", "1"}, []string{targettest.Null, "3"})},
		"no key":       {table(t, "t", nil, []load.Column{id, name}, []string{"1", "1"}, []string{targettest.Null, "3"})},
		"table gone":   {table(t, "other", nil, []load.Column{id}, []string{"1"})},
		"foreign":      {first, table(t, "theirs", nil, []load.Column{id}, []string{"1"})},
		"foreign view": {first, table(t, "their_view", nil, []load.Column{id}, []string{"1"})},
		"all at once": {table(t, "t", []string{"name"}, []load.Column{{Name: "id", Type: "DOUBLE"}, name}, []string{"1", "1"}),
			table(t, "theirs", nil, []load.Column{id}, []string{"1"})},
	} {
		t.Run(what, func(t *testing.T) {
			schema := newSchema()
			target := open(t, postgres.Options{Schema: schema})
			publish(t, target, "r1", first)
			ask(t, "create table %q.theirs (x text); create view %[1]q.their_view as select 1 as x", schema)
			before, err := trace(schema)
			if err != nil {
				t.Fatal(err)
			}
			err = targettest.Publish(target, targettest.Publication("r2", next...))
			var refused *postgres.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("it is not refused: %v", err)
			}
			if after, err := trace(schema); err != nil || strings.Join(before, " ") != strings.Join(after, " ") {
				t.Errorf("a refused run changes something: %v %v", after, err)
			}
			wantLines(t, "run", ask(t, "select run_id from %q.lastro_runs", schema), "r1")
			if want := map[string]int{"all at once": 3}[what]; want > 0 && len(refused.Mistakes) != want {
				t.Errorf("%d mistakes are told: %v", len(refused.Mistakes), err)
			}
			for _, m := range refused.Mistakes {
				follow(t, schema, m)
			}
			publish(t, target, "r3", next...)
			publish(t, target, "r4", next...)
			wantLines(t, "run", ask(t, "select run_id from %q.lastro_runs order by published_at desc limit 1", schema), "r4")
		})
	}
}

// follow does what a refusal advises.
func follow(t *testing.T, schema, mistake string) {
	t.Helper()
	if strings.Contains(mistake, "did not make") {
		ask(t, "do $$ begin drop view if exists %q.their_view; drop table if exists %[1]q.theirs; end $$", schema)
		return
	}
	_, advice, found := strings.Cut(mistake, ": alter table")
	advice = "alter table" + advice
	if !found {
		_, advice, found = strings.Cut(mistake, ": drop table")
		advice = "drop table" + advice
	}
	advice, _, _ = strings.Cut(advice, " and run again")
	if !found || !strings.HasSuffix(advice, ";") {
		t.Fatalf("no advice in %q", mistake)
	}
	ask(t, "%s", strings.TrimSuffix(advice, ";"))
}

// TestNewColumnBesideReaders holds a table in a long transaction while a column is to be added: the run waits, and
// readers that come meanwhile do not.
func TestNewColumnBesideReaders(t *testing.T) {
	schema := newSchema()
	target := open(t, postgres.Options{Schema: schema})
	columns := []load.Column{{Name: "id", Type: "BIGINT"}}
	publish(t, target, "r1", table(t, "t", []string{"id"}, columns, []string{"1"}, []string{"2"}))
	long := connect(t)
	if _, err := pgtest.Exec(context.Background(), long, fmt.Sprintf("begin; select * from %q.t", schema)); err != nil {
		t.Fatal(err)
	}
	wider := table(t, "t", []string{"id"}, append(columns, load.Column{Name: "extra", Type: "VARCHAR", Description: "More"}), []string{"1", targettest.Null}, []string{"2", "new"})

	impatient := open(t, postgres.Options{Schema: schema, LockWait: 500 * time.Millisecond})
	if err := targettest.Publish(impatient, targettest.Publication("r2", wider)); err == nil || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("who has the table is not told: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var at time.Time
	time.AfterFunc(400*time.Millisecond, func() { at = time.Now(); cancel() })
	if _, err := target.Stage(ctx, targettest.Publication("r2", wider)); !errors.Is(err, context.Canceled) || time.Since(at) > time.Second {
		t.Errorf("cancelled in a wait for a lock it took %v: %v", time.Since(at), err)
	}

	done := make(chan error, 1)
	go func() { done <- targettest.Publish(target, targettest.Publication("r2", wider)) }()
	reader, slowest := connect(t), time.Duration(0)
	for begun := time.Now(); time.Since(begun) < 1500*time.Millisecond; {
		one := time.Now()
		if _, err := pgtest.Exec(context.Background(), reader, fmt.Sprintf("select * from %q.t", schema)); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(one))
	}
	if _, err := pgtest.Exec(context.Background(), long, "commit"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Logf("the slowest read took %v", slowest)
	if slowest > 200*time.Millisecond {
		t.Errorf("a reader waited %v", slowest)
	}
	wantLines(t, "rows", ask(t, "select * from %q.t order by id", schema), "1|", "2|new")
	wantLines(t, "comment", ask(t, "select col_description('%q.t'::regclass, 2)", schema), "More")
	// The row that has nothing in the new column was not written again.
	wantLines(t, "writers", ask(t, "select count(distinct xmin::text) from %q.t", schema), "2")
}

func TestCheck(t *testing.T) {
	schema := newSchema()
	ask(t, "do $$ begin create role nightly login password 'secret'; exception when duplicate_object then null; end $$")
	nightly := postgres.DSN(strings.Replace(server.DSN(), "tester:", "nightly:", 1))
	says := func(o postgres.Options, want ...string) {
		t.Helper()
		err := open(t, o).Check(context.Background())
		for _, each := range want {
			if err == nil || !strings.Contains(err.Error(), each) {
				t.Errorf("%q is missing: %v", each, err)
			}
		}
		if len(want) == 0 && err != nil {
			t.Error(err)
		}
	}
	says(postgres.Options{Schema: schema})
	says(postgres.Options{Schema: schema, Grant: []string{"nobody_known"}}, `create role "nobody_known"`)
	says(postgres.Options{Schema: schema, DSN: nightly}, `create schema "`+schema+`" authorization "nightly"`)
	ask(t, "create schema %q; create table %[1]q.lastro_runs (x text)", schema)
	says(postgres.Options{Schema: schema, DSN: nightly, Grant: []string{"nobody_known"}}, `grant create, usage on schema`, "lastro_runs is not of lastro's making", "nobody_known")
	says(postgres.Options{DSN: "postgres://tester:wrong-hunter22@127.0.0.1:1/postgres?sslmode=disable"}, "refused")
	wrong := open(t, postgres.Options{DSN: postgres.DSN(strings.Replace(server.DSN(), ":secret", ":wrong-hunter22", 1))}).Check(context.Background())
	if wrong == nil || strings.Contains(wrong.Error(), "hunter22") || strings.Contains(wrong.Error(), "\n") {
		t.Errorf("a wrong password: %v", wrong)
	}
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s %q", nightly, nightly, nightly, nightly, nightly), fmt.Sprintf("%+v %#v", open(t, postgres.Options{DSN: nightly}), postgres.Options{DSN: nightly})} {
		if strings.Contains(printed, ":secret@") || strings.Contains(printed, `"secret"`) {
			t.Errorf("a password is printed: %s", printed)
		}
	}
}
