package postgres_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"lastro/load"
	"lastro/load/disk"
	"lastro/load/postgres"
	"lastro/load/postgres/pgtest"
	"lastro/load/targettest"
)

// server is the one that most tests share, each in schemas of its own.
var server *pgtest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	// Each check publishes some tables; -rapid.checks on the command line wins.
	if err := flag.Set("rapid.checks", "25"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if server, err = pgtest.Start(context.Background(), pgtest.Options{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

var schemas atomic.Int32

func newSchema() string { return fmt.Sprintf("metrics %d", schemas.Add(1)) }

func open(t testing.TB, o postgres.Options) *postgres.Target {
	t.Helper()
	if o.DSN == "" {
		o.DSN = postgres.DSN(server.DSN())
	}
	target, err := postgres.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func TestTarget(t *testing.T) {
	for name, dsn := range map[string]string{"direct": server.SocketDSN(), "pgbouncer": pgtest.NewPooler(t, server)} {
		t.Run(name, func(t *testing.T) {
			hold := func(schema string) (targettest.Held, error) { return targettest.HoldPostgres(dsn, schema) }
			targettest.Run(t, targettest.Harness{
				Place: func(*testing.T) string { return newSchema() },
				Open: func(schema string, _ int, _ disk.FS) load.Target {
					return open(t, postgres.Options{DSN: postgres.DSN(dsn), Schema: schema})
				},
				Read:  targettest.ReadHeld(hold),
				Hold:  hold,
				Trace: trace,
				Keeps: true,
			})
		})
	}
}

// trace lists all that is in a schema, and in those of temporary tables.
func trace(schema string) ([]string, error) {
	rows, err := server.Exec(context.Background(), fmt.Sprintf(`select n.nspname, c.relname, a.attname from pg_namespace n
		left join pg_class c on c.relnamespace = n.oid left join pg_attribute a on a.attrelid = c.oid
		where n.nspname = '%s' or n.nspname like 'pg\_temp\_%%' and c.oid is not null order by 1, 2, 3`, schema))
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = strings.Join(row, ".")
	}
	return names, err
}
