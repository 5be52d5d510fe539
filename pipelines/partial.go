package pipelines

import (
	"fmt"
	"strings"
	"time"
)

// FailedStream is a stream that a run could not read.
type FailedStream struct {
	Source string `json:"source"`
	Stream string `json:"stream"`
	Error  string `json:"error"`
}

// StaleStream is a stream whose records are those of an earlier run, because it could not be read since.
type StaleStream struct {
	Source string `json:"source"`
	Stream string `json:"stream"`
	// Since is when it could not be read for the first time.
	Since time.Time `json:"since"`
}

// PartialError says that some streams could not be read. The others are in the lake, and these have their records and
// their cursor as they were.
type PartialError struct {
	Failed []FailedStream
	// Published says that the tables were built and published nevertheless, as stale_streams: allow asks; Extracted that
	// nothing else was asked for.
	Published, Extracted bool
	// Stands says that the targets show these tables already.
	Stands bool
}

// Error names the streams.
func (e *PartialError) Error() string {
	var text strings.Builder
	keep := "keeps its"
	if len(e.Failed) > 1 {
		keep = "keep their"
	}
	fmt.Fprintf(&text, "%s could not be read and %s records as they were, what the others brought is in the lake", streamCount(len(e.Failed)), keep)
	switch {
	case e.Published:
		text.WriteString("; published all the same (stale_streams: allow)")
	case e.Stands:
		text.WriteString("; what could be read changes nothing, the targets stand (stale_streams: allow)")
	case !e.Extracted:
		text.WriteString("; nothing was published, the targets are as they were (stale_streams: refuse)")
	}
	text.WriteString(":" + failedLines(e.Failed))
	return text.String()
}

// failedLines names streams and why they failed, a line for each reason.
func failedLines(failed []FailedStream) string {
	var text strings.Builder
	told := map[string]bool{}
	for _, first := range failed {
		if told[first.Error] {
			continue
		}
		told[first.Error] = true
		var names []string
		for _, each := range failed {
			if each.Error == first.Error {
				names = append(names, each.Source+"."+each.Stream)
			}
		}
		fmt.Fprintf(&text, "\n%s: %s", strings.Join(names, ", "), first.Error)
	}
	return text.String()
}

// StaleError says that a build is not published because streams of it are stale.
type StaleError struct{ Stale []StaleStream }

// Error names the streams and since when they are stale.
func (e *StaleError) Error() string {
	names := make([]string, len(e.Stale))
	for i, stale := range e.Stale {
		names[i] = fmt.Sprintf("%s.%s (since %s)", stale.Source, stale.Stream, stale.Since.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("nothing was published, the targets are as they were: %s could not be read: %s; run again once that works, "+
		"or say stale_streams: allow in the pipeline file", streamCount(len(e.Stale)), strings.Join(names, ", "))
}

func streamCount(n int) string {
	if n == 1 {
		return "1 stream"
	}
	return fmt.Sprintf("%d streams", n)
}
