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
	// noEmptyText says that empty text is NULL in it.
	noEmptyText bool
	// close ends the reading and gives what it failed with.
	close func() error
	// read gives, once it is closed, how many records there were, with those that are broken as wholes.
	read func() int64
	// recordsSQL is a SELECT of _file, _line and _record, the record as text; empty: rawRecord gives that.
	recordsSQL string
	rawRecord  func() *rawReader
}

// openInput begins to read files of the stream. What is wrong with records as wholes goes into the spool.
func (in *intake) openInput(ctx context.Context, files []file, faults *spool) (*input, error) {
	switch in.stream.form() {
	case formParquet:
		return in.openParquet(ctx, files)
	case formJSONLines:
		form, err := newJSONLinesForm(in.stream, files)
		if err != nil {
			return nil, err
		}
		return in.openText(ctx, files, form, form.columns, faults)
	default:
		form, err := newDelimitedForm(in.stream, files)
		if err != nil {
			return nil, err
		}
		return in.openText(ctx, files, form, form.columns, faults)
	}
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
		return fmt.Errorf("%s lacks the column %s, without which no record of %s counts: it has %s",
			f.name, strings.Join(missing, ", "), s.id.Stream, strings.Join(names, ", "))
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
