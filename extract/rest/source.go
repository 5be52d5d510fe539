// Package rest reads HTTP APIs as connector files describe them: page by page into the lake's spool, from where a whole
// stream moves into the lake by the commit that keeps its cursor, too.
package rest

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
	"lastro/extract/rest/fetch"
	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// Options say what a source reads and how.
type Options struct {
	Connector *spec.Connector
	Settings  map[string]string                  // of the connector, by name
	Streams   []string                           // those to read; empty: all
	Masks     map[string]map[string]records.Mask // by stream, and column or path
	Drift     string                             // evolve (default) or freeze
	// Start is the moment (RFC 3339, or a date) from which a first reading asks, where the API can be asked so. Empty: what
	// the connector says, mostly everything.
	Start string

	// What follows is of one run.
	FullRefresh bool // everything is read again, whatever the cursors say
	// From and Until make the run a backfill of what changed, or where lists only know that was created, in between; the
	// cursors are left alone. A zero Until means now.
	From, Until time.Time

	// Client makes what asks; nil: fetch.New.
	Client func(fetch.Options) (fetch.Fetcher, error)
	Now    func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: none
	// MaxPages is how many pages a list may have; 0: 1,000,000.
	MaxPages int64
	// Parallel is how many lists are read side by side, within the limits of the API; 0: 4.
	Parallel int
}

// Source is an API that a connector describes.
type Source struct {
	name      string
	o         Options
	connector *spec.Connector // with the settings filled in
	start     time.Time
	streams   []*spec.Resource
	groupRows int64 // after which a page group ends
}

var _ extract.Source = (*Source)(nil)

// New makes a source. It asks the API nothing. Mistakes in the options are joined in the error.
func New(name string, o Options) (*Source, error) {
	if o.Client == nil {
		o.Client = func(options fetch.Options) (fetch.Fetcher, error) { return fetch.New(options) }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Parallel == 0 {
		o.Parallel = 4
	}
	s := &Source{name: name, o: o, groupRows: groupRows}
	var errs []error
	var err error
	if s.connector, err = o.Connector.Resolve(o.Settings); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	if s.start, err = parseMoment(o.Start); err != nil {
		errs = append(errs, fmt.Errorf("start: %w", err))
	}
	if o.Drift != "" && o.Drift != "evolve" && o.Drift != "freeze" {
		errs = append(errs, fmt.Errorf("drift is %q: use evolve or freeze", o.Drift))
	}
	offered := s.connector.Streams()
	unknown := func(what, stream string) {
		errs = append(errs, fmt.Errorf("%s names %q, which %s has not: it has %s", what, stream, s.connector.Connector, strings.Join(offered, ", ")))
	}
	for _, stream := range o.Streams {
		if !slices.Contains(offered, stream) {
			unknown("streams", stream)
		}
	}
	for _, stream := range slices.Sorted(maps.Keys(o.Masks)) {
		if !slices.Contains(offered, stream) {
			unknown("mask", stream)
		}
	}
	if !o.From.IsZero() && !o.Until.IsZero() && !o.From.Before(o.Until) {
		errs = append(errs, fmt.Errorf("the backfill's start %s is not before its end %s", o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339)))
	}
	for i := range s.connector.Resources {
		if r := &s.connector.Resources[i]; !r.Hidden && (len(o.Streams) == 0 || slices.Contains(o.Streams, r.Name)) {
			s.streams = append(s.streams, r)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	return s, nil
}

// Name is the source's name in the pipeline's file.
func (s *Source) Name() string { return s.name }

// Connector is the connector, with the settings in place.
func (s *Source) Connector() *spec.Connector { return s.connector }

func (s *Source) id(stream string) lake.StreamID {
	return lake.StreamID{Source: s.name, Stream: stream}
}

// isBackfill tells whether the run reads a span of time and leaves the cursors alone.
func (s *Source) isBackfill() bool { return !s.o.From.IsZero() || !s.o.Until.IsZero() }

func parseMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment: write it as 2020-01-31 or 2020-01-31T02:30:00Z", text)
}

// open makes what asks the API, and a function that lets go of it.
func (s *Source) open(c cursor) (*asker, error) {
	client := s.connector.Client
	o := fetch.Options{
		BaseURL: client.BaseURL, Headers: client.Headers, Auth: client.Auth, Limits: client.Limits, Retry: client.Retry,
		ErrorPath: client.ErrorPath, ErrorWhen: client.ErrorWhen, Now: s.o.Now, Log: s.o.Log,
	}
	for name, setting := range s.connector.Settings {
		if value := s.o.Settings[name]; setting.Secret && value != "" {
			o.Secrets = append(o.Secrets, value)
		}
	}
	if c.Budget != nil {
		o.UsedToday, o.DayBegan = c.Budget.Used, c.Budget.DayBegan
	}
	fetcher, err := s.o.Client(o)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.name, err)
	}
	return &asker{next: fetcher, now: s.o.Now, base: client.BaseURL}, nil
}

func (a *asker) close() error {
	if closer, ok := a.next.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// Columns are the columns of a stream's records in the lake without the system's, for the view of a stream that was never
// read: name and DuckDB type, in the lake's order.
func (s *Source) Columns(stream string) ([]lake.Column, error) {
	r, ok := s.connector.Resource(stream)
	if !ok {
		return nil, fmt.Errorf("%s has no stream %q", s.connector.Connector, stream)
	}
	return records.Columns(s.recordOptions(r, nil, ""))
}

// recordOptions say what the records of a resource are.
func (s *Source) recordOptions(r *spec.Resource, known []string, file string) records.Options {
	return records.Options{
		Stream: s.id(r.Name), Columns: r.Columns, With: r.With(), Key: r.PrimaryKey, DeletedWhen: r.DeletedWhen,
		Masks: s.masks(r), Freeze: s.o.Drift == "freeze", Known: known, File: file,
	}
}

// masks are those of a resource. A column that it takes from its parent is masked as it is there, unless it says itself
// how: what one stream hides another must not show. What a record holds of another stream that is read is left out of it:
// it would stand twice in the lake, and once without that stream's masks.
func (s *Source) masks(r *spec.Resource) map[string]records.Mask {
	masks := maps.Clone(s.o.Masks[r.Name])
	if masks == nil {
		masks = map[string]records.Mask{}
	}
	for _, child := range s.streams {
		if p := child.Parent; p != nil && p.Resource == r.Name && p.Embedded != "" && !r.Reads(p.Embedded) {
			masks[p.Embedded] = records.Mask{Rule: "drop"}
		}
	}
	if r.Parent == nil {
		return masks
	}
	parent, ok := s.connector.Resource(r.Parent.Resource)
	if !ok {
		return masks
	}
	for own, column := range r.Parent.Include {
		mask, masked := s.masks(parent)[column]
		if _, said := masks[own]; masked && !said {
			masks[own] = mask
		}
	}
	return masks
}
