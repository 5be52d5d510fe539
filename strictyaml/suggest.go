package strictyaml

import (
	"slices"
	"strings"
)

// Suggest says which of the allowed words was meant, or lists them all when none is near.
func Suggest(word string, allowed []string) string {
	if near, ok := Nearest(word, allowed); ok {
		return "did you mean " + near + "?"
	}
	return OneOf(allowed)
}

// OneOf lists what is allowed.
func OneOf(allowed []string) string {
	switch len(allowed) {
	case 0:
		return ""
	case 1:
		return "only " + allowed[0] + " is allowed here"
	}
	return "use one of " + strings.Join(allowed, ", ")
}

// Nearest finds the only allowed word that begins with word, or else the one with the fewest slips of a typist
// from it, if those are few for its length.
func Nearest(word string, allowed []string) (string, bool) {
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
