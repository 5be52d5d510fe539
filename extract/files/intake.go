package files

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/sql/canonical"
)

// intake is one reading of a stream's new and changed files into the lake.
type intake struct {
	session  extract.Session
	stream   *stream
	timezone string
	inMemory int64
	tap      *tap

	counts   lake.Counts
	warnings []string
	// contradictions are the files of which keys came with different content.
	contradictions map[string]bool
}

// read takes the files in. Those of a stream with a key are one reading, in which a key can contradict itself across
// files; without a key each file stands for itself and takes the place of what it held before.
func (in *intake) read(ctx context.Context, files []file) error {
	if in.stream.problem != nil || len(files) == 0 {
		return in.stream.problem
	}
	groups := [][]file{files}
	if len(in.stream.key()) == 0 {
		groups = groups[:0]
		for _, f := range files {
			groups = append(groups, []file{f})
		}
	}
	for _, group := range groups {
		if err := in.readGroup(ctx, group); err != nil {
			return err
		}
	}
	in.session.Txn.Count(in.stream.id, in.counts)
	return nil
}

// groupsNumbered tells the temporary tables and files of readings apart.
var groupsNumbered atomic.Int64

// group is the reading of some files together.
type group struct {
	*intake
	files   []file
	number  int64
	entity  canonical.Entity
	key     []string
	content []string // the records' columns, in order
	pass    []string // those of them that nothing is said of
	input   *input   // the last that was read
	faults  *spool
	total   int64 // records read
	copies  int64 // dropped as equal to a record of the same reading
	tables  []string
}

func (in *intake) readGroup(ctx context.Context, files []file) (err error) {
	g := &group{intake: in, files: files, number: groupsNumbered.Add(1)}
	if g.faults, err = openSpool(filepath.Join(in.session.Txn.TempDir(), g.name("faults")+".jsonl")); err != nil {
		return fmt.Errorf("keep bad records aside: %w", err)
	}
	defer func() { err = errors.Join(err, g.dropTables(ctx), g.faults.close()) }()

	open, keys, err := g.prepare()
	if err != nil {
		return err
	}
	var accepted int64
	if keys != nil && len(keys.again) > 0 {
		twins, err := g.stage(ctx, open, staging{part: onlyTwins, inTable: true})
		if err != nil {
			return err
		}
		if accepted, err = g.settle(ctx, twins); err != nil {
			return err
		}
	}
	bulk := staging{inTable: sizeOf(files) <= in.inMemory}
	if keys != nil {
		bulk.part, bulk.isUnique, bulk.isOrdered = allButThem, true, keys.ascending || keys.places != nil
	}
	staged, err := g.stage(ctx, open, bulk)
	if err != nil {
		return err
	}
	rest, err := g.settle(ctx, staged)
	if err != nil {
		return err
	}
	if err := g.quarantine(ctx); err != nil {
		return err
	}
	return g.count(accepted+rest, staged.compared)
}

// settle finds the twins among staged records and puts those that stay into the lake.
func (g *group) settle(ctx context.Context, s *staged) (accepted int64, err error) {
	if !s.isUnique {
		if err := g.findTwins(ctx, s); err != nil {
			return 0, err
		}
	}
	return g.write(ctx, s)
}

func (g *group) name(what string) string { return fmt.Sprintf("_files_%d_%s", g.number, what) }

// table names a temporary table, which goes when the reading ends.
func (g *group) table(what string) string {
	name := quoteName(g.name(what))
	g.tables = append(g.tables, name)
	return name
}

func (g *group) dropTables(ctx context.Context) error {
	var errs []error
	for _, name := range g.tables {
		_, err := g.session.Conn.ExecContext(context.WithoutCancel(ctx), "drop table if exists "+name)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (g *group) exec(ctx context.Context, query string) error {
	_, err := g.session.Conn.ExecContext(ctx, query)
	return err
}

func (g *group) scan(ctx context.Context, query string, into ...any) error {
	return g.session.Conn.QueryRowContext(ctx, query).Scan(into...)
}

// count proves that every record that was read is somewhere.
func (g *group) count(accepted int64, compared bool) error {
	c := lake.Counts{Read: g.total, Accepted: accepted, Quarantined: g.faults.count()}
	c.Dropped = c.Read - c.Accepted - c.Quarantined
	if c.Dropped < g.copies || !compared && c.Dropped != g.copies {
		return fmt.Errorf("%d records read, %d accepted, %d in quarantine, but %d found to be copies: this is a fault of lastro's", c.Read, c.Accepted, c.Quarantined, g.copies)
	}
	g.counts.Read += c.Read
	g.counts.Accepted += c.Accepted
	g.counts.Dropped += c.Dropped
	g.counts.Quarantined += c.Quarantined
	return nil
}

// plan settles what the records' columns are: those of the entity, or of a stream of its own those of its files, in
// their order. Columns of which nothing is said pass unjudged.
func (g *group) plan() error {
	if g.content != nil {
		return nil
	}
	if !g.stream.isOwn {
		g.entity, g.key = g.stream.entity, g.stream.entity.Key
		for _, c := range g.entity.Columns {
			g.content = append(g.content, c.Name)
		}
		g.warnOfExtra()
		return nil
	}
	g.entity = canonical.Entity{Name: g.stream.id.Stream}
	names := make([]string, len(g.input.columns))
	for i, f := range g.input.columns {
		names[i] = f.Name
	}
	// A declared column that no file has is there all the same, so that models can rely on it.
	for _, name := range slices.Sorted(maps.Keys(g.stream.config.Columns)) {
		if indexOf(names, name) < 0 {
			names = append(names, name)
		}
	}
	for i, name := range names {
		g.content = append(g.content, name)
		declared, said := g.stream.column(name)
		isKey := g.stream.isKey(name)
		if !said && !isKey {
			g.pass = append(g.pass, name)
			continue
		}
		kept, err := declared.kept()
		if err == nil && !said {
			kept, err = ownType(g.input.columns[i].Type)
		}
		if err != nil {
			return err
		}
		g.entity.Columns = append(g.entity.Columns, canonical.Column{Name: name, Type: kept, Required: declared.Required || isKey})
	}
	for _, key := range g.stream.config.Key {
		i := indexOf(names, key)
		if i < 0 {
			return fmt.Errorf("the key's column %s is not among its columns: %s", key, strings.Join(names, ", "))
		}
		g.key = append(g.key, names[i])
	}
	return nil
}

func (g *group) warnOfExtra() {
	var extra []string
	for _, f := range g.input.columns {
		if _, ok := g.entity.Column(f.Name); !ok && f.Name != extraColumn {
			extra = append(extra, f.Name)
		}
	}
	if len(extra) > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("%s does not know the columns %s: they are kept in _extra", g.entity.Name, strings.Join(extra, ", ")))
	}
}
