package files

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lastro/extract"
	"lastro/extract/lake"
)

// cursor says which files were read as they stand. It is kept in the lake.
type cursor struct {
	Files map[string]fileMark `json:"files"`
	// Signature stands for everything but the files that decides what their records are.
	Signature string `json:"signature"`
}

// fileMark is how a file stood when it was last read.
type fileMark struct {
	Size    int64 `json:"size"`
	MtimeNS int64 `json:"mtime_ns"`
	// Contradictions says that keys of it came twice with different content. Another file may have been part of
	// that, so what a new reading of that one makes of it depends on this one, too.
	Contradictions bool `json:"contradictions"`
}

// readerVersion changes when the same files would give other records than with an earlier lastro.
const readerVersion = 1

// signature stands for the options and the timezone.
func signature(c Config, timezone string) (string, error) {
	c.Path = "" // files that have moved with their folder are the same files
	settings, err := json.Marshal(struct {
		Version  int
		Timezone string
		Config   Config
	}{readerVersion, timezone, c})
	if err != nil {
		return "", fmt.Errorf("put the source's settings into its cursor: %w", err)
	}
	sum := sha256.Sum256(settings)
	return hex.EncodeToString(sum[:]), nil
}

// cursorOf gives the source's cursor. One that cannot be understood is as good as none: every file is read again.
func cursorOf(known *lake.View, source string) cursor {
	var c cursor
	if known == nil {
		return c
	}
	if text, ok := known.Cursor(source); ok && json.Unmarshal(text, &c) != nil {
		return cursor{}
	}
	return c
}

// parts says which files of a stream are to be read, and why.
func (c cursor) parts(s *stream, signature string) []extract.PartPlan {
	parts := make([]extract.PartPlan, len(s.files))
	var news []string
	for i, f := range s.files {
		parts[i] = extract.PartPlan{Name: f.name, Size: f.size, Read: true}
		mark, known := c.Files[f.name]
		switch {
		case !known:
			parts[i].Why = "it is new"
		case c.Signature != signature:
			parts[i].Why = "the source's settings have changed"
		case mark.Size != f.size:
			parts[i].Why = fmt.Sprintf("it has changed (%d bytes were %d)", f.size, mark.Size)
		case mark.MtimeNS != f.mtime:
			parts[i].Why = "it was written again"
		default:
			parts[i].Read, parts[i].Why = false, "it is unchanged"
			continue
		}
		news = append(news, f.name)
	}
	for i, f := range s.files {
		if len(news) > 0 && !parts[i].Read && c.Files[f.name].Contradictions {
			parts[i].Read = true
			parts[i].Why = "it has keys that come with different content, and " + strings.Join(news, ", ") + " may settle that"
		}
	}
	return parts
}

// next gives the cursor after a reading: files that are gone are forgotten, so that they are new when they come back.
func (c cursor) next(streams []*stream, signature string, contradictions map[string]bool, read []file) cursor {
	next := cursor{Files: map[string]fileMark{}, Signature: signature}
	for _, s := range streams {
		for _, f := range s.files {
			if slices.ContainsFunc(read, func(r file) bool { return r.name == f.name }) {
				next.Files[f.name] = fileMark{Size: f.size, MtimeNS: f.mtime, Contradictions: contradictions[f.name]}
			} else if mark, ok := c.Files[f.name]; ok {
				next.Files[f.name] = mark
			}
		}
	}
	return next
}
