package pipelines

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
)

// streamNote is what a run notes of a stream of an API in the lake, with the commit of its records.
type streamNote struct {
	// Read and Reported are how many records came and how many the API said there are.
	Read     int64            `json:"read,omitempty"`
	Reported *int64           `json:"reported,omitempty"`
	New      []string         `json:"new,omitempty"`  // fields
	Gone     []string         `json:"gone,omitempty"` // fields
	Conflict map[string]int64 `json:"conflicts,omitempty"`
	// StaleSince is when the stream could not be read for the first time; zero when it was read.
	StaleSince time.Time `json:"stale_since,omitzero"`
}

// lastNotes gives the latest note of each stream.
func lastNotes(view *lake.View) map[lake.StreamID]streamNote {
	last := map[lake.StreamID]streamNote{}
	for _, each := range view.Notes() {
		var note streamNote
		if json.Unmarshal(each.Note, &note) == nil {
			last[each.StreamID] = note
		}
	}
	return last
}

// noteRead notes what there is to know of a stream that was read, and nothing when that is no news.
func noteRead(txn *lake.Txn, before map[lake.StreamID]streamNote, stream extract.StreamReport) error {
	last, known := before[stream.ID]
	wasStale := known && !last.StaleSince.IsZero()
	drifted := len(stream.Drift.New)+len(stream.Drift.Gone) > 0 || !maps.Equal(last.Conflict, stream.Drift.Conflicts)
	counted := stream.Reported != nil && (stream.Counts.Accepted+stream.Counts.Quarantined > 0 || isNewGap(last, stream))
	if !wasStale && !drifted && !counted {
		return nil
	}
	note := streamNote{New: stream.Drift.New, Gone: stream.Drift.Gone, Conflict: stream.Drift.Conflicts}
	if counted {
		note.Read, note.Reported = received(stream), stream.Reported
	}
	return keepNote(txn, stream.ID, note)
}

// isNewGap tells whether as many records as the API reported did not come, and other numbers were noted last.
func isNewGap(last streamNote, stream extract.StreamReport) bool {
	read := received(stream)
	return *stream.Reported != read && (last.Reported == nil || *last.Reported != *stream.Reported || last.Read != read)
}

// received is how many records came that are to be held against what the API reported.
func received(stream extract.StreamReport) int64 {
	if stream.API != nil {
		return stream.API.Received
	}
	return stream.Counts.Read
}

// noteFailed notes that a stream could not be read, unless that is known.
func noteFailed(txn *lake.Txn, before map[lake.StreamID]streamNote, id lake.StreamID, at time.Time) error {
	if last, known := before[id]; known && !last.StaleSince.IsZero() {
		return nil
	}
	return keepNote(txn, id, streamNote{StaleSince: at.UTC().Truncate(time.Second)})
}

func keepNote(txn *lake.Txn, id lake.StreamID, note streamNote) error {
	text, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("note of %s: %w", id, err)
	}
	txn.Note(id, text)
	return nil
}

// staleStreams are the streams of the pipeline that could not be read when they were last tried.
func staleStreams(config *Config, view *lake.View) []StaleStream {
	last := lastNotes(view)
	var stale []StaleStream
	for _, source := range config.Sources {
		if source.Rest == nil {
			continue
		}
		for _, stream := range source.Rest.Streams {
			if note := last[lake.StreamID{Source: source.Name, Stream: stream}]; !note.StaleSince.IsZero() {
				stale = append(stale, StaleStream{Source: source.Name, Stream: stream, Since: note.StaleSince})
			}
		}
	}
	return stale
}

// notesTable gives what runs noted of streams, as findings of data_quality.
func notesTable(config *Config, view *lake.View) string {
	var rows []string
	add := func(note lake.StreamNote, check, subject, severity string, concerned int64, detail string) {
		records := "null"
		if concerned > 0 || check == "reported_counts" {
			records = fmt.Sprint(concerned)
		}
		rows = append(rows, row(text(note.RunID), text(note.Source), text(note.Stream), text(check), text(subject), text(severity), records, text(detail)))
	}
	for _, each := range view.Notes() {
		var note streamNote
		if json.Unmarshal(each.Note, &note) != nil {
			continue
		}
		if note.Reported != nil {
			severity, detail := "info", fmt.Sprintf("the API reported %d records, %d were read", *note.Reported, note.Read)
			if *note.Reported != note.Read {
				severity = "warn"
			}
			add(each, "reported_counts", "", severity, *note.Reported, detail)
		}
		for _, field := range note.New {
			add(each, "new_field", field, "info", 0, "the records have a field that they did not have before; it is kept in _extra")
		}
		for _, field := range note.Gone {
			add(each, "gone_field", field, "warn", 0, "no record has this field any more; it is NULL from here on")
		}
		for _, column := range slices.Sorted(maps.Keys(note.Conflict)) {
			add(each, "type_conflict", column, "warn", note.Conflict[column], fmt.Sprintf("%d records have a value of another type and are in quarantine", note.Conflict[column]))
		}
	}
	for _, stale := range staleStreams(config, view) {
		add(lake.StreamNote{RunID: lastRun(view), StreamID: lake.StreamID{Source: stale.Source, Stream: stale.Stream}}, "stale_stream", "", "warn", 0,
			fmt.Sprintf("it could not be read since %s; the tables have its records as they were before", stale.Since.UTC().Format(time.RFC3339)))
	}
	return table("stream_notes", "run_id varchar, source varchar, stream varchar, check_name varchar, subject varchar, severity varchar, "+
		"rows_concerned bigint, detail varchar", rows)
}

func lastRun(view *lake.View) string {
	id, _, _ := view.LastCommit()
	return id
}
