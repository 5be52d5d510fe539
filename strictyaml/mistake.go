package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a file, and what would be right.
type Mistake struct {
	// File is the file as the caller named it.
	File string `json:"file"`
	// Line and Column count from 1, columns in characters. Both are 0 where the file as a whole is meant.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Problem says what is wrong, Hint what would be right.
	Problem string `json:"problem"`
	Hint    string `json:"hint,omitempty"`
}

// String is file:line:column: problem: hint, which editors and terminals make a link of.
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

// Error holds every mistake of a file and of those that it names, in the order of the file.
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

// Sort puts mistakes in the order of their file and drops repeated ones.
func Sort(mistakes []Mistake) []Mistake {
	slices.SortStableFunc(mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	seen := map[Mistake]bool{}
	return slices.DeleteFunc(mistakes, func(mistake Mistake) bool {
		twice := seen[mistake]
		seen[mistake] = true
		return twice
	})
}
