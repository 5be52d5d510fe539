package files

import "strings"

// quoteName writes a name as a quoted SQL identifier.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteNames(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return quoted
}

// quoteText writes a text as an SQL literal.
func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// globEscape takes the meaning of a pattern from a path that DuckDB reads.
var globEscape = strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")

// quoteReadPath writes a path as DuckDB's readers take it: a literal whose characters all stand for themselves.
func quoteReadPath(path string) string { return quoteText(globEscape.Replace(path)) }

// list joins parts of a list, with a prefix each.
func list(parts []string, prefix string) string {
	prefixed := make([]string, len(parts))
	for i, part := range parts {
		prefixed[i] = prefix + part
	}
	return strings.Join(prefixed, ", ")
}
