package pipelines

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// FlagError says that a flag was given what it cannot mean: a mistake of the call, not of the run.
type FlagError struct {
	Flag, Value string
	// Problem says what is wrong and what would be right.
	Problem string
}

func (e *FlagError) Error() string { return fmt.Sprintf("%s %q %s", e.Flag, e.Value, e.Problem) }

// AsOf is the last day that counts, and where it was taken from.
type AsOf struct {
	Date string `json:"date"` // ISO
	// From is "--as-of", "as_of of the pipeline file" or "yesterday".
	From string `json:"from"`
	// Warning is set when the day is not over yet: later records can still be dated in it.
	Warning string `json:"warning,omitempty"`
}

// AsOf resolves the last day that counts: flag (what --as-of was given, "" for nothing), else as_of of the file, else
// yesterday in the pipeline's timezone as of now. Its error is a *FlagError.
func (c *Config) AsOf(flag string, now time.Time) (AsOf, error) {
	today := now.In(c.Location)
	yesterday := time.Date(today.Year(), today.Month(), today.Day()-1, 12, 0, 0, 0, time.UTC)
	asOf := AsOf{Date: yesterday.Format(time.DateOnly), From: "yesterday"}
	switch {
	case flag != "":
		if problem := dateProblem(flag); problem != "" {
			return AsOf{}, &FlagError{"--as-of", flag, "is " + problem + ": write it as 2025-08-31"}
		}
		asOf = AsOf{Date: flag, From: "--as-of"}
	case c.AsOfDate != "":
		asOf = AsOf{Date: c.AsOfDate, From: "as_of of the pipeline file"}
	}
	if day := today.Format(time.DateOnly); asOf.Date >= day {
		asOf.Warning = fmt.Sprintf("as_of %s is not over: it is %s in %s, and what is still to come in that day or before it will change these numbers",
			asOf.Date, today.Format("2006-01-02 15:04"), c.Timezone)
	}
	return asOf, nil
}

// AsKnown is the state of the records that a run works with: those known at a moment, or those a run had.
// The zero AsKnown is all that is known now.
type AsKnown struct {
	// RunID names the run whose records are meant; "" when At is set.
	RunID string
	// At is the last moment whose records count, in UTC; zero when RunID is set.
	At time.Time
}

// IsZero says that all records known now count.
func (k AsKnown) IsZero() bool { return k.RunID == "" && k.At.IsZero() }

// String is the run id, or the moment in RFC 3339, or "".
func (k AsKnown) String() string {
	if k.RunID != "" || k.At.IsZero() {
		return k.RunID
	}
	return k.At.Format(time.RFC3339Nano)
}

var runIDForm = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$`)

// localForms are moments without a zone: they are meant in the pipeline's timezone.
var localForms = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}

// AsKnown reads what --as-known was given: an RFC 3339 time; a date, which means the end of that day in the pipeline's
// timezone; a date and time in that timezone; or a run id. Whether the run exists is for its caller to find out.
// "" gives the zero AsKnown. Its error is a *FlagError.
func (c *Config) AsKnown(text string, now time.Time) (AsKnown, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return AsKnown{}, nil
	case runIDForm.MatchString(text):
		return AsKnown{RunID: text}, nil
	case dateProblem(text) == "":
		today := now.In(c.Location)
		if text > today.Format(time.DateOnly) {
			return AsKnown{}, &FlagError{"--as-known", text, "lies in the future: give a day up to " + today.Format(time.DateOnly)}
		}
		return AsKnown{At: endOfDay(text, c.Location)}, nil
	}
	moment, err := time.Parse(time.RFC3339Nano, text)
	for _, form := range localForms {
		if err != nil {
			moment, err = time.ParseInLocation(form, text, c.Location)
		}
	}
	if err != nil {
		return AsKnown{}, &FlagError{"--as-known", text,
			"is no time and no run: write 2025-08-31, 2025-08-31T18:00:00-03:00 or the id of a run, as lastro runs lists them"}
	}
	if moment.After(now) {
		return AsKnown{}, &FlagError{"--as-known", text, "lies in the future: give a time up to now"}
	}
	return AsKnown{At: moment.UTC()}, nil
}

// endOfDay is the last microsecond of an ISO date in a zone; times of records have no finer unit.
func endOfDay(date string, location *time.Location) time.Time {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}
	}
	tomorrow := day.AddDate(0, 0, 1)
	next := time.Date(tomorrow.Year(), tomorrow.Month(), tomorrow.Day(), 0, 0, 0, 0, location)
	if next.Day() != tomorrow.Day() {
		// The clock went forward at midnight, as it did in Brazil, so that 00:00 never was: the day begins with the change.
		_, next = next.ZoneBounds()
	}
	return next.Add(-time.Microsecond).UTC()
}
