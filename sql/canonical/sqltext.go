package canonical

import "strings"

// quoteName writes a name as a quoted SQL identifier.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText writes a text as an SQL literal.
func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// tryCast casts what can be cast and gives NULL for the rest.
func tryCast(expression, sqlType string) string {
	return "try_cast(" + expression + " as " + sqlType + ")"
}

// when is one branch of a CASE.
type when struct{ condition, result string }

// caseOf gives the result of the first branch whose condition is true. DuckDB computes a branch only for the rows
// that reach it, so what is rare may be slow.
func caseOf(otherwise string, branches ...when) string {
	var sql strings.Builder
	sql.WriteString("case")
	for _, b := range branches {
		sql.WriteString(" when " + b.condition + " then " + b.result)
	}
	sql.WriteString(" else " + otherwise + " end")
	return sql.String()
}

// shortened shows a value in a message, of at most 80 characters.
func shortened(expression string) string {
	return "case when length(" + expression + ") > 80 then left(" + expression + ", 79) || '…' else " + expression + " end"
}

// quotedValue shows a value in quotes.
func quotedValue(expression string) string { return `'"' || (` + shortened(expression) + `) || '"'` }
