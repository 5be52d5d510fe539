package files

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"lastro/sql/canonical"
)

// input is the files of one reading as a relation that DuckDB scans.
type input struct {
	// from is the relation as it stands after FROM: the records' columns, _file and _line. It may be scanned once.
	from    string
	columns []canonical.Field
	// noEmptyText says that empty text is NULL in it, plain names columns with values that are cast already.
	noEmptyText bool
	plain       map[string]string
	// close ends the reading and gives what it failed with.
	close func() error
	// read gives, once it is closed, how many records of its part there were, with those that are broken as wholes.
	read func() int64
	// recordsSQL is a SELECT of _file, _line and _record, the record as text; empty: rawRecord gives that.
	recordsSQL string
	rawRecord  func() *rawReader
}

// opener begins to read the files of a group. What is wrong with records as wholes goes into the spool.
type opener func(ctx context.Context, part part) (*input, error)

// part is which of the records of files are read.
type part int

const (
	whole      part = iota
	onlyTwins       // those whose keys may come more than once
	allButThem      // the others, and what is wrong with any of them
)

// prepare looks at what the files are. keys is what a first look at their keys has told, nil where there was none.
func (g *group) prepare() (open opener, keys *keyScan, err error) {
	switch g.stream.form() {
	case formParquet:
		return func(ctx context.Context, _ part) (*input, error) { return g.openParquet(ctx, g.files) }, nil, nil
	case formJSONLines:
		form, err := newJSONLinesForm(g.stream, g.files)
		if err != nil {
			return nil, nil, err
		}
		return func(ctx context.Context, _ part) (*input, error) {
			return g.openText(ctx, &textFiles{form: form}, form.columns)
		}, nil, nil
	default:
		form, err := newDelimitedForm(g.stream, g.files)
		if err != nil {
			return nil, nil, err
		}
		if g.isWorthScanning() {
			if keys, err = scanKeys(form, g.files, g.stream.key()); err != nil {
				return nil, nil, err
			}
		}
		return func(ctx context.Context, part part) (*input, error) {
			return g.openText(ctx, &textFiles{form: form, part: part, keys: keys}, form.columns)
		}, keys, nil
	}
}

// isWorthScanning tells whether a first look at the keys saves more than it costs: when there is much to read, and
// the lake has nothing of it yet. Where it has, the records are written once more anyway, without those it has.
func (g *group) isWorthScanning() bool {
	for _, key := range g.stream.key() {
		if !g.stream.isText(key) {
			return false
		}
	}
	return len(g.stream.key()) > 0 && sizeOf(g.files) > g.inMemory && !g.lakeHasSome()
}

func (g *group) lakeHasSome() bool {
	if g.session.Known == nil {
		return false
	}
	known, ok := g.session.Known.Stream(g.stream.id)
	return ok && len(known.Batches) > 0
}

// reserved are names that columns of the lake, or of the SQL on the way there, have.
var reserved = []string{"_extra", "_source", "_file", "_line", "_run_id", "_first_seen", "_column", "_reason"}

// checkColumns refuses the columns of a file that the stream cannot be read from.
func (s *stream) checkColumns(f file, names []string) error {
	have := func(name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	for _, name := range reserved {
		if have(name) {
			return fmt.Errorf("%s has a column called %s, a name that lastro keeps for itself: rename the column", f.name, name)
		}
	}
	missing := slices.DeleteFunc(s.required(), have)
	if len(missing) > 0 {
		columns := "column "
		if len(missing) > 1 {
			columns = "columns "
		}
		return fmt.Errorf("%s lacks the %s, without which no record of %s counts: it has %s",
			f.name, columns+strings.Join(missing, ", "), s.id.Stream, strings.Join(names, ", "))
	}
	return nil
}

// addColumns adds the names that are not there yet, as SQL tells names apart. Canonical columns are spelled as such.
func (s *stream) addColumns(columns, names []string) []string {
	for _, name := range names {
		if c, ok := s.entity.Column(name); ok {
			name = c.Name
		}
		if indexOf(columns, name) < 0 {
			columns = append(columns, name)
		}
	}
	return columns
}

func indexOf(names []string, name string) int {
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// unchanged proves that the files are as they were when the reading began.
func unchanged(files []file) error {
	for _, f := range files {
		info, err := os.Stat(f.path)
		if err != nil {
			return fmt.Errorf("look at %s again: %w", f.name, err)
		}
		if info.Size() != f.size || info.ModTime().UnixNano() != f.mtime {
			return fmt.Errorf("%s was changed while it was read: run again when it is written whole", f.name)
		}
	}
	return nil
}
