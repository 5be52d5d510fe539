package pipelines

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a pipeline file, and what would be right.
type Mistake struct {
	// File is the pipeline file as the caller named it.
	File string `json:"file"`
	// Line and Column count from 1, columns in characters. Both are 0 where the file as a whole is meant.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Problem says what is wrong, Hint what would be right. Neither holds a value that came from the environment.
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

// ConfigError holds every mistake of a pipeline file and of the lexicon that it names, in the order of the file.
type ConfigError struct {
	Mistakes []Mistake
}

// Error gives the mistakes, one a line.
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, mistake := range e.Mistakes {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

// sortMistakes puts mistakes in the order of their file and drops repeated ones.
func sortMistakes(mistakes []Mistake) []Mistake {
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

// suggest says which of the allowed words was meant, or lists them all when none is near.
func suggest(word string, allowed []string) string {
	if near, ok := nearest(word, allowed); ok {
		return "did you mean " + near + "?"
	}
	return oneOf(allowed)
}

// oneOf lists what is allowed.
func oneOf(allowed []string) string {
	switch len(allowed) {
	case 0:
		return ""
	case 1:
		return "only " + allowed[0] + " is allowed here"
	}
	return "use one of " + strings.Join(allowed, ", ")
}

// nearest finds the only allowed word that begins with word, or else the one with the fewest slips of a typist
// from it, if those are few for its length.
func nearest(word string, allowed []string) (string, bool) {
	word = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(word), "-", "_"))
	if len(word) > 100 {
		return "", false
	}
	if begun := slices.DeleteFunc(slices.Clone(allowed), func(each string) bool {
		return !strings.HasPrefix(strings.ToLower(each), word)
	}); len(begun) == 1 && len(word) >= 3 {
		return begun[0], true
	}
	best, fewest := "", 1+min(3, (len([]rune(word))+1)/3)
	for _, candidate := range allowed {
		if slips := editDistance([]rune(word), []rune(strings.ToLower(candidate))); slips < fewest {
			best, fewest = candidate, slips
		}
	}
	return best, best != ""
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours that make a into b
// (optimal string alignment).
func editDistance(a, b []rune) int {
	above, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		twoAbove := above
		above, row = row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := above[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twoAbove[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
