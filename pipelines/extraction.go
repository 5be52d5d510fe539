package pipelines

import (
	"slices"
	"strings"
	"time"

	"lastro/strictyaml"
)

// Extraction is what a person asks of the reading of sources. Its zero value reads all that is new.
type Extraction struct {
	// Streams are the streams to read, as billing.customers, or billing for all of a source; empty: all.
	Streams []string
	// FullRefresh reads the streams of APIs from the beginning.
	FullRefresh bool
	// Start and End, days or moments, read the records of APIs that were changed between them once more (backfill); the
	// cursors stay where they are. End may be empty: up to now.
	Start, End string
}

// check says what of the flags cannot be for a pipeline.
func (e Extraction) check(config *Config) error {
	hasAPI := slices.ContainsFunc(config.Sources, func(s Source) bool { return s.Rest != nil })
	if e.FullRefresh && !hasAPI {
		return &FlagError{"--full-refresh", "", "has nothing to read again: the pipeline has no source of kind rest"}
	}
	if (e.Start != "" || e.End != "") && !hasAPI {
		return &FlagError{"--start", e.Start, "has nothing to read: the pipeline has no source of kind rest"}
	}
	if err := e.checkSpan(); err != nil {
		return err
	}
	for _, name := range e.Streams {
		if err := checkStream(config, name); err != nil {
			return err
		}
	}
	return nil
}

func (e Extraction) checkSpan() error {
	if e.Start == "" && e.End == "" {
		return nil
	}
	var start, end time.Time
	var err error
	switch {
	case e.Start == "":
		return &FlagError{"--end", e.End, "needs --start: a backfill has a beginning"}
	case e.FullRefresh:
		return &FlagError{"--start", e.Start, "and --full-refresh exclude each other: one reads a span, the other everything"}
	}
	if start, err = Moment(e.Start); err != nil {
		return &FlagError{"--start", e.Start, "is neither a day, as 2025-01-01, nor a moment, as 2025-01-01T00:00:00Z"}
	}
	if e.End == "" {
		return nil
	}
	if end, err = Moment(e.End); err != nil {
		return &FlagError{"--end", e.End, "is neither a day, as 2025-01-01, nor a moment, as 2025-01-01T00:00:00Z"}
	}
	if !start.Before(end) {
		return &FlagError{"--end", e.End, "is not after --start " + e.Start}
	}
	return nil
}

// checkStream says why there is no source or stream of a name, as billing or billing.customers.
func checkStream(config *Config, name string) error {
	source, stream, hasStream := strings.Cut(name, ".")
	var names []string
	for _, each := range config.Sources {
		names = append(names, each.Name)
		switch {
		case each.Name != source:
		case !hasStream:
			return nil
		case each.Rest == nil:
			return &FlagError{"--streams", name, "is of a source of files, which is read as a whole: write " + source}
		case slices.Contains(each.Rest.Streams, stream):
			return nil
		default:
			return &FlagError{"--streams", name, "is no stream of the source: " + strictyaml.Suggest(stream, each.Rest.Streams)}
		}
	}
	return &FlagError{"--streams", name, "is of no source of the pipeline: " + strictyaml.Suggest(source, names)}
}

// of gives the streams of a source to read; ok is false when it is left out altogether. Streams is nil where that is for
// the source to say, as for files.
func (e Extraction) of(source Source) (streams []string, ok bool) {
	var all []string
	if source.Rest != nil {
		all = source.Rest.Streams
	}
	if len(e.Streams) == 0 || slices.Contains(e.Streams, source.Name) {
		return all, true
	}
	for _, stream := range all {
		if slices.Contains(e.Streams, source.Name+"."+stream) {
			streams = append(streams, stream)
		}
	}
	return streams, len(streams) > 0
}
