package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a connector file, and what would be right.
type Mistake struct {
	File string `json:"file"` // as the caller named it
	// Line and Column count from 1, columns in characters. Both are 0 where the file as a whole is meant.
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Problem string `json:"problem"`
	Hint    string `json:"hint,omitempty"`
}

// String is file:line:column: problem: hint.
func (m Mistake) String() string {
	text := m.File
	if m.Line > 0 {
		text += fmt.Sprintf(":%d:%d", m.Line, m.Column)
	}
	text += ": " + m.Problem
	if m.Hint != "" {
		text += ": " + m.Hint
	}
	return text
}

// Error holds every mistake of a connector file, in the file's order.
type Error struct {
	Mistakes []Mistake
}

// Error gives the mistakes, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, mistake := range e.Mistakes {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

func inOrder(mistakes []Mistake) []Mistake {
	slices.SortStableFunc(mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(mistakes)
}

// suggest says which of the allowed words was meant, or lists them all when none is near.
func suggest(word string, allowed []string) string {
	word = strings.ToLower(strings.ReplaceAll(word, "-", "_"))
	best, fewest := "", 1+min(3, (len(word)+1)/3)
	for _, candidate := range allowed {
		if slips := distance(word, candidate); slips < fewest {
			best, fewest = candidate, slips
		}
	}
	begun := slices.DeleteFunc(slices.Clone(allowed), func(each string) bool { return !strings.HasPrefix(each, word) })
	if best == "" && len(begun) == 1 && len(word) > 2 {
		best = begun[0]
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	if len(allowed) == 0 {
		return ""
	}
	return "use one of " + strings.Join(allowed, ", ")
}

// distance counts the letters to insert, drop or replace that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := before
			if a[i-1] != b[j-1] {
				replaced++
			}
			before = row[j]
			row[j] = min(replaced, before+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
