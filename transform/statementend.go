package transform

import (
	"regexp"
	"strings"
)

// cutStatement gives the one statement of a text without its semicolon and what follows it, so that it can stand in parentheses.
// Positions in it are those in the text.
func cutStatement(sql string) string {
	for at := 0; at < len(sql); {
		if sql[at] == ';' {
			return sql[:at]
		}
		at += tokenLength(sql, at)
	}
	return strings.TrimRight(sql, " \t\r\n")
}

// dollarQuote opens and closes a text in which nothing is special: $$ or $word$.
var dollarQuote = regexp.MustCompile(`^\$([\pL_][\pL\pN_]*)?\$`)

// tokenLength gives the length of the comment or quoted text at a byte, 1 for anything else.
func tokenLength(sql string, at int) int {
	rest := sql[at:]
	switch {
	case strings.HasPrefix(rest, "--"):
		return through(rest, 2, "\n")
	case strings.HasPrefix(rest, "/*"):
		return blockLength(rest)
	case rest[0] == '"':
		return through(rest, 1, `"`)
	case rest[0] == '\'':
		if at > 0 && (sql[at-1] == 'e' || sql[at-1] == 'E') && (at < 2 || !isWordByte(sql[at-2])) {
			return escapedLength(rest)
		}
		return through(rest, 1, "'")
	case rest[0] == '$':
		if quote := dollarQuote.FindString(rest); quote != "" {
			return through(rest, len(quote), quote)
		}
	}
	return 1
}

// through gives the length up to and with the next end after the first bytes, the whole text's when there is none.
func through(text string, first int, end string) int {
	at := strings.Index(text[first:], end)
	if at < 0 {
		return len(text)
	}
	return first + at + len(end)
}

// blockLength gives the length of a block comment; block comments nest.
func blockLength(text string) int {
	depth := 0
	for at := 0; at < len(text); at++ {
		switch {
		case strings.HasPrefix(text[at:], "/*"):
			depth++
			at++
		case strings.HasPrefix(text[at:], "*/"):
			depth--
			at++
			if depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}

// escapedLength gives the length of a text of the form E'...', in which a backslash takes the next letter's meaning away.
func escapedLength(text string) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '\'':
			return at + 1
		}
	}
	return len(text)
}

func isWordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}
