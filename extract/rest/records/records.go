// Package records turns pages of JSON into page groups: Parquet files of typed columns, with everything that no column
// takes in _extra, and what breaks a rule set aside with its reason.
package records

import (
	"time"

	"lastro/extract/lake"
	"lastro/extract/rest/spec"
)

// Options say what the records of a stream are.
type Options struct {
	Stream  lake.StreamID
	Columns map[string]spec.Column
	// With are columns that Add is given beside each page, as those of a parent's record. They are text.
	With []string
	Key  []string
	// DeletedWhen is a path whose true value says that a record is deleted.
	DeletedWhen string
	// Masks hide values before anything is written, quarantine and _extra included, by column or path.
	Masks map[string]Mask
	// Freeze quarantines nothing for drift: Close fails on a field that is new and on a value of another type, with a
	// *DriftError. A field that is gone from one group may stand in the next: that is for the end of a reading to tell.
	Freeze bool
	// Known are the paths of fields that earlier runs have seen; nil in a stream's first reading.
	Known []string

	Dir       string // where files are written
	RunID     string
	FirstSeen time.Time
	File      string // what _file says, as the endpoint
	// Before is how many records the reading had before this group: _line counts on from there.
	Before int64
}

// Mask is what is done to a value before it touches the disk.
type Mask struct {
	Rule string // hash (keyed, the same value gives the same text), redact, drop
	Key  []byte // of hash
}

// Tally counts what became of records.
type Tally struct {
	Read, Accepted, Dropped, Quarantined int64 // dropped: the same key again within the group, an earlier version of it
}

// Drift is what differs from what was known: names of fields that are new or gone, and how often a value of another
// type than the column's came.
type Drift struct {
	New, Gone []string
	Conflicts map[string]int64 // by column
}
