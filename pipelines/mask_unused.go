package pipelines

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lastro/extract/lake"
)

// unseenMasks names the fields of _extra that mask names and that no record of a stream has had: most often a mistyped path.
func unseenMasks(config *Config, view *lake.View) []string {
	var found []string
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		seen := seenFields(view, source.Name)
		for _, stream := range slices.Sorted(maps.Keys(source.Rest.Mask)) {
			if len(seen[stream]) == 0 {
				continue // nothing is known of its records yet
			}
			for _, column := range slices.Sorted(maps.Keys(source.Rest.Mask[stream])) {
				path, isExtra := strings.CutPrefix(column, extraPath)
				if isExtra && !slices.Contains(seen[stream], firstKey(path)) {
					found = append(found, fmt.Sprintf("mask names %s of %s.%s, and no record has had such a field", column, source.Name, stream))
				}
			}
		}
	}
	return found
}

// seenFields gives the fields that the records of a source's streams have had, as its cursor says.
func seenFields(view *lake.View, source string) map[string][]string {
	var cursor struct {
		Streams map[string]struct {
			Fields []string `json:"fields"`
		} `json:"streams"`
	}
	text, ok := view.Cursor(source)
	if !ok || json.Unmarshal(text, &cursor) != nil {
		return nil
	}
	seen := map[string][]string{}
	for name, stream := range cursor.Streams {
		seen[name] = stream.Fields
	}
	return seen
}

// firstKey is the first key of a path: shipping of shipping.phone, a.b of ["a.b"].c.
func firstKey(path string) string {
	if rest, ok := strings.CutPrefix(path, `["`); ok {
		key, _, _ := strings.Cut(rest, `"]`)
		return key
	}
	if end := strings.IndexAny(path, ".["); end > 0 {
		return path[:end]
	}
	return path
}
