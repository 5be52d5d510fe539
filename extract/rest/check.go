package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// sampler reads first pages, each once.
type sampler struct {
	source *Source
	asker  *asker
	pages  map[string]sample
}

// sample is the first records of a resource.
type sample struct {
	records []records.Record
	with    map[string]string // of the parent that they belong to
	err     error
}

func (s *Source) sampler() (*sampler, error) {
	asker, err := s.open(cursor{})
	if err != nil {
		return nil, err
	}
	return &sampler{source: s, asker: asker, pages: map[string]sample{}}, nil
}

// of gives the first records of a resource; of one with a parent, those of the first parents that have any.
func (s *sampler) of(ctx context.Context, r *spec.Resource) sample {
	if have, ok := s.pages[r.Name]; ok {
		return have
	}
	var found sample
	if r.Parent == nil {
		found.records, found.err = s.ask(ctx, r, parents{})
	} else {
		found = s.below(ctx, r)
	}
	s.pages[r.Name] = found
	return found
}

// parentsTried is how many parents are asked for before a resource is taken to be empty.
const parentsTried = 5

func (s *sampler) below(ctx context.Context, r *spec.Resource) sample {
	parent, ok := s.source.connector.Resource(r.Parent.Resource)
	if !ok {
		return sample{err: fmt.Errorf("the parent %s is no resource", r.Parent.Resource)}
	}
	above := s.of(ctx, parent)
	if above.err != nil {
		return sample{err: above.err}
	}
	tried := 0
	for _, record := range above.records {
		a := aboveOf(parent, r, record, neededOf(r, parent), above.with)
		if a.deleted || a.key == "" {
			continue
		}
		with := included(r, a)
		if len(a.embedded) > 0 {
			return sample{records: a.embedded, with: with}
		}
		if !a.wanted {
			continue
		}
		found, err := s.ask(ctx, r, parents{keys: []string{a.key}, columns: []map[string]string{a.columns}})
		if err != nil && !isStatus(err, 404, 410) {
			return sample{err: err}
		}
		if len(found) > 0 {
			return sample{records: found, with: with}
		}
		if tried++; tried == parentsTried {
			break
		}
	}
	return sample{}
}

func (s *sampler) ask(ctx context.Context, r *spec.Resource, of parents) ([]records.Record, error) {
	l := newList(s.asker, asking{base: s.asker.base, resource: r, parents: of}, pageState{}, 0)
	defer l.stop()
	p, err := l.next(ctx)
	if err != nil {
		return nil, err
	}
	var found []records.Record
	for i := range p.rows {
		found = append(found, p.page.Record(p.selector, i))
	}
	return found, nil
}

// Checked is what a check of a source has found.
type Checked struct {
	// First is the stream that was read to see whether the API takes the credentials, Denied why it does not: then nothing
	// else was asked.
	First  string
	Denied error
	// Streams are all of the source's, and the feeds by which their changes are found.
	Streams []CheckedStream
	// Skew is how far this machine's clock is ahead of the API's; it is unknown when HasClock is false.
	Skew     time.Duration
	HasClock bool
}

// CheckedStream is the first page of one stream.
type CheckedStream struct {
	Name    string
	IsFeed  bool
	Records int
	Err     error // why it cannot be read; nil where it can
}

// Check asks for the first page of each stream: whether the credentials are taken, the permission is there, and the first
// record has its key; and looks at the API's clock. When ctx ends, what was found until then comes with the error.
func (s *Source) Check(ctx context.Context) (checked Checked, err error) {
	sampler, err := s.sampler()
	if err != nil {
		return checked, err
	}
	defer func() { err = errors.Join(err, sampler.asker.close()) }()
	first := s.streams[0]
	if named, ok := s.connector.Resource(s.connector.Client.Check); ok {
		first = named
	}
	checked.First = first.Name
	answer := sampler.of(ctx, first)
	checked.Skew, checked.HasClock = sampler.asker.skew()
	if answer.err != nil && (ctx.Err() != nil || !isStatus(answer.err, 403, 404)) {
		checked.Denied = answer.err
		return checked, nil
	}
	feeds := s.feeds()
	for _, r := range append(slices.Clone(s.streams), feeds...) {
		one := sampler.check(ctx, r)
		one.IsFeed = slices.Contains(feeds, r)
		if ctx.Err() != nil {
			return checked, context.Cause(ctx)
		}
		checked.Streams = append(checked.Streams, one)
	}
	return checked, nil
}

// feeds are the feeds of events that streams follow: a key may read the lists and not them.
func (s *Source) feeds() []*spec.Resource {
	var feeds []*spec.Resource
	for _, r := range s.streams {
		driver := s.driver(r)
		if driver == nil || driver.Incremental.Strategy != spec.ByEvents {
			continue
		}
		if feed, ok := s.connector.Resource(driver.Incremental.Events.Resource); ok && !slices.Contains(feeds, feed) {
			feeds = append(feeds, feed)
		}
	}
	return feeds
}

func (s *sampler) check(ctx context.Context, r *spec.Resource) CheckedStream {
	found := s.of(ctx, r)
	one := CheckedStream{Name: r.Name, Records: len(found.records), Err: found.err}
	if one.Err != nil || len(found.records) == 0 {
		return one
	}
	for _, key := range r.PrimaryKey {
		if valueOf(r, found.records[0], key, found.with) == "" {
			one.Err = fmt.Errorf("the first record has no %s, which is of its primary key", columnPath(r, key))
		}
	}
	return one
}
