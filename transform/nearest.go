package transform

import (
	"sort"
	"strings"
)

// nearest gives up to limit names that someone who wrote name may have meant, the likeliest first.
func nearest(name string, known []string, limit int) []string {
	type candidate struct {
		name     string
		distance int
	}
	name = strings.ToLower(name)
	var found []candidate
	for _, k := range known {
		lower := strings.ToLower(k)
		d := distance(name, lower)
		most := max(len(name), len(lower)) / 3
		if _, last, ok := strings.Cut(lower, "."); ok && last == name {
			d = 1 // the stream was named without its source
		}
		if _, last, ok := strings.Cut(name, "."); ok && last == lower {
			d = 1
		}
		if d <= max(1, most) {
			found = append(found, candidate{k, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool {
		if found[i].distance != found[j].distance {
			return found[i].distance < found[j].distance
		}
		return found[i].name < found[j].name
	})
	names := make([]string, 0, limit)
	for _, c := range found {
		if len(names) < limit {
			names = append(names, c.name)
		}
	}
	return names
}

// didYouMean is the end of a message that offers the nearest names, empty when none is near.
func didYouMean(name string, known []string) string {
	names := nearest(name, known, 3)
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// distance is the number of letters to insert, drop, replace or swap with the next that turn a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
