package lake

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// StreamID names a stream: the source it comes from and its name there.
// Both parts are letters, digits, _ and -, and become folders and SQL names.
type StreamID struct{ Source, Stream string }

// String gives source.stream, as messages and models write it.
func (id StreamID) String() string { return id.Source + "." + id.Stream }

// validName is what may stand as a folder or file name inside the lake. It
// starts with a letter or digit, so it can be neither "." nor "..", nor an option.
var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$`)

func checkName(what, name string) error {
	if validName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%s %q is not a name the lake can keep: use up to 128 letters, digits, _ and -, beginning with a letter or digit", what, name)
}

func (id StreamID) check() error {
	return errors.Join(checkName("source", id.Source), checkName("stream", id.Stream))
}

const (
	dataFolder       = "data"
	quarantineFolder = "quarantine"
	parquetSuffix    = ".parquet"
)

// filePath is where a file of a stream lies, relative to the lake's folder.
func filePath(folder string, id StreamID, name string) string {
	return path.Join(folder, id.Source, id.Stream, name+parquetSuffix)
}

// checkFilePath refuses everything that filePath cannot have given, so that a
// damaged manifest never makes the lake read or remove a file elsewhere.
func checkFilePath(p string) error {
	parts := strings.Split(p, "/")
	ok := len(parts) == 4 && (parts[0] == dataFolder || parts[0] == quarantineFolder) &&
		validName.MatchString(parts[1]) && validName.MatchString(parts[2]) &&
		strings.HasSuffix(parts[3], parquetSuffix) &&
		validFileStem.MatchString(strings.TrimSuffix(parts[3], parquetSuffix))
	if !ok {
		return fmt.Errorf("%q is not the path of a file of the lake", p)
	}
	return nil
}

// validFileStem is a run id with the number that tells its files apart.
var validFileStem = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,159}$`)

// quoteName writes a name as a quoted SQL identifier.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText writes a text as an SQL literal.
func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// globEscape takes the meaning of a pattern from a path that DuckDB reads.
var globEscape = strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")

// quoteReadPath writes a path as read_parquet takes it: a literal whose
// characters all stand for themselves.
func quoteReadPath(p string) string { return quoteText(globEscape.Replace(p)) }

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ", ")
}
