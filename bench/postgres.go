package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lastro/load/postgres/pgtest"
)

// database is a PostgreSQL server of the benchmark's own: durable, with the settings of a new one, but that it does not
// vacuum beside what is measured.
type database struct {
	*site
	server *pgtest.Server
	psql   string
	// flavour of what was published last: the build, or the one of which a hundredth of the rows is other.
	changed bool
	loads   int // builds published so far
}

const published, copied = "metrics", "copied" // schemas: that of Lastro, and that of psql

// postgres measures the first load of a database and those after it, whose baseline is the first.
func (s *site) postgres(ctx context.Context) (results []result, err error) {
	d, err := s.startDatabase(ctx)
	if d == nil || err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.server.Stop()) }()
	first, err := s.compare(ctx, d.firstLoad(ctx))
	if err != nil {
		return nil, fmt.Errorf("line %s: %w", first.name, err)
	}
	second, err := s.compare(ctx, d.secondLoad(ctx))
	if err != nil {
		return nil, fmt.Errorf("line %s: %w", second.name, err)
	}
	second.baseline = first.seconds
	second.ratio = second.seconds / first.seconds
	return []result{first, second}, nil
}

// startDatabase gives nil where the machine has no PostgreSQL.
func (s *site) startDatabase(ctx context.Context) (*database, error) {
	bin, err := pgtest.FindBin()
	if err != nil {
		s.say("without the lines of postgres: %v", err)
		return nil, nil
	}
	psql := filepath.Join(bin, "psql")
	if _, err := os.Stat(psql); err != nil {
		if psql, err = exec.LookPath("psql"); err != nil {
			s.say("without the lines of postgres: %v", err)
			return nil, nil
		}
	}
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: []string{"autovacuum = off", "max_wal_size = 4GB"}})
	if err != nil {
		return nil, err
	}
	return &database{site: s, server: server, psql: psql}, nil
}

// firstLoad publishes to a schema that is not there yet.
func (d *database) firstLoad(ctx context.Context) line {
	return line{
		name: "load postgres", rows: d.publishedRows, against: `psql \copy`, target: 0.9,
		candidate: side{
			prepare: func() error {
				d.changed = false
				return errors.Join(d.exec(ctx, "drop schema if exists "+published+" cascade"), d.next(ctx))
			},
			process: d.publish,
		},
		baseline: side{prepare: func() error { return d.makeTables(ctx) }, process: d.copyIn,
			after: func() error { return errors.Join(d.clear(), d.exec(ctx, "drop schema "+copied+" cascade")) }},
	}
}

// secondLoad publishes to the schema of the load before, with a hundredth of the rows changed, there and back.
func (d *database) secondLoad(ctx context.Context) line {
	return line{
		name: "postgres, 1%", rows: d.publishedRows, against: "load postgres", target: 0.1,
		candidate: side{
			prepare: func() error {
				d.changed = !d.changed
				return d.next(ctx)
			},
			process: d.publish,
		},
	}
}

func (d *database) publish() (process, error) {
	p, err := d.command("load", fmt.Sprintf("[{kind: postgres, dsn: '${BENCH_DSN}', schema: %s}]", published))
	p.env = []string{"BENCH_DSN=" + d.server.DSN()}
	return p, err
}

// next makes the state one whose build is newer than what is published.
func (d *database) next(ctx context.Context) error {
	if err := d.from(ctx, "built"); err != nil {
		return err
	}
	d.loads++
	// A run's id is its second and six digits; one that counts up from the build's is as good.
	second, _, _ := strings.Cut(d.build.RunID, "-")
	id := fmt.Sprintf("%s-%06x", second, 0xf00000+d.loads)
	database := d.in("built", "builds", d.build.RunID+".duckdb")
	if d.changed {
		var err error
		if database, err = d.changedBuild(ctx); err != nil {
			return err
		}
	}
	if err := d.empty(filepath.Join("state", "builds")); err != nil {
		return err
	}
	text, err := os.ReadFile(d.in("built", "builds", d.build.RunID+".json"))
	if err != nil {
		return fmt.Errorf("read the build: %w", err)
	}
	text = []byte(strings.ReplaceAll(string(text), d.build.RunID, id))
	if err := os.WriteFile(d.in("state", "builds", id+".json"), text, 0o600); err != nil {
		return fmt.Errorf("write a later build: %w", err)
	}
	if err := os.Link(database, d.in("state", "builds", id+".duckdb")); err != nil {
		return fmt.Errorf("write a later build: %w", err)
	}
	return d.exec(ctx, "checkpoint")
}

// changedBuild gives a copy of the build in which one row of a hundred, by its key, has another number or text.
func (d *database) changedBuild(ctx context.Context) (string, error) {
	file := d.in("changed", "tables.duckdb")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := d.empty("changed"); err != nil {
		return "", err
	}
	change := script{Database: file, Statements: []string{
		"attach " + literal(d.in("built", "builds", d.build.RunID+".duckdb")) + " as built (read_only)",
	}}
	for _, table := range d.build.Tables {
		values := "*"
		if name, value := changeable(table); name != "" {
			values += fmt.Sprintf(" replace (case when hash(%s) %% 100 = 0 then %s else %s end as %s)", strings.Join(table.Key, ", "), value, name, name)
		}
		change.Statements = append(change.Statements, "create table "+table.Name+" as select "+values+" from built."+table.Name)
	}
	p, err := d.scriptProcess(d.in("changed"), change)
	if err == nil {
		_, err = d.start(ctx, p)
	}
	if err != nil {
		return "", fmt.Errorf("change a hundredth of the rows: %w", errors.Join(err, os.RemoveAll(d.in("changed"))))
	}
	return file, nil
}

// makeTables makes psql the tables that Lastro has made, with their index, empty, and files of their rows.
func (d *database) makeTables(ctx context.Context) error {
	if err := d.empty("base"); err != nil {
		return err
	}
	p, err := d.scriptProcess(d.in("base"), d.copies("csv"))
	if err != nil {
		return err
	}
	if _, err := d.start(ctx, p); err != nil {
		return err
	}
	statements := []string{"drop schema if exists " + copied + " cascade", "create schema " + copied}
	for _, table := range d.build.Tables {
		statements = append(statements, fmt.Sprintf("create table %s.%s (like %s.%s including all)", copied, table.Name, published, table.Name))
	}
	return d.exec(ctx, append(statements, "checkpoint")...)
}

// copyIn is psql with one \copy per table, from the files that makeTables wrote.
func (d *database) copyIn() (process, error) {
	var text strings.Builder
	for _, table := range d.build.Tables {
		columns := make([]string, len(table.Columns))
		for i, column := range table.Columns {
			columns[i] = `"` + column.Name + `"`
		}
		fmt.Fprintf(&text, "\\copy %s.%s (%s) from %s (format csv, header)\n",
			copied, table.Name, strings.Join(columns, ", "), literal(d.in("base", table.Name+".csv")))
	}
	file := d.in("base", "copy.psql")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return process{}, fmt.Errorf("write the commands of psql: %w", err)
	}
	return process{args: []string{d.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", d.server.DSN(), "-f", file}}, nil
}

// exec runs statements, each in a transaction of its own.
func (d *database) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := d.server.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
