package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lastro/extract/rest/records"
	"lastro/extract/rest/spec"
)

// sampler reads first pages, each once, to show what an API has.
type sampler struct {
	source *Source
	asker  *asker
	pages  map[string]sample
}

// sample is the first records of a resource.
type sample struct {
	records []records.Record
	with    map[string]string // of the parent that they belong to
	none    string            // why there are none, when their parent has them not
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
	none := sample{none: fmt.Sprintf("%s has no records to ask it for", parent.Name)}
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
		none.none = fmt.Sprintf("the first of %s have none", parent.Name)
		if tried++; tried == parentsTried {
			break
		}
	}
	return none
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

// Finding is what a check of a source has found.
type Finding struct {
	Stream string // empty: of the source as a whole
	What   string // as "credentials"
	Detail string
	// Err is what is wrong; nil: nothing is. Warning says that a run would work all the same.
	Err     error
	Warning bool
}

// Check asks for the first page of each stream: whether the credentials are taken, the permission is there, and the first
// record has its key; and looks at the API's clock. An error means that nothing could be asked.
func (s *Source) Check(ctx context.Context) (findings []Finding, err error) {
	sampler, err := s.sampler()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sampler.asker.close()) }()
	first := s.streams[0]
	if check, ok := s.connector.Resource(s.connector.Client.Check); ok {
		first = check
	}
	answer := sampler.of(ctx, first)
	switch {
	case ctx.Err() != nil:
		return findings, context.Cause(ctx)
	case answer.err != nil && !isStatus(answer.err, 403, 404):
		return append(findings, Finding{What: "credentials", Err: answer.err}), nil
	}
	findings = append(findings, Finding{What: "credentials", Detail: "the API takes them"})
	for _, r := range s.streams {
		findings = append(findings, sampler.check(ctx, r))
		if ctx.Err() != nil {
			return findings, context.Cause(ctx)
		}
	}
	for _, feed := range s.feeds() {
		f := sampler.check(ctx, feed)
		f.Detail += "; what has changed is found by it"
		findings = append(findings, f)
	}
	return append(findings, sampler.clock()), nil
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

func (s *sampler) check(ctx context.Context, r *spec.Resource) Finding {
	found := s.of(ctx, r)
	f := Finding{Stream: r.Name, What: "first record", Err: found.err, Detail: found.none}
	switch {
	case isStatus(found.err, 401, 403):
		f.What = "permission"
	case found.err != nil || found.none != "":
	case len(found.records) == 0:
		f.Detail = "there are no records"
	default:
		f.Detail = fmt.Sprintf("%d records in the first page", len(found.records))
		for _, key := range r.PrimaryKey {
			if valueOf(r, found.records[0], key, found.with) == "" {
				f.Err = fmt.Errorf("the first record has no %s, which is of its primary key", columnPath(r, key))
			}
		}
	}
	return f
}

// clockLimit is how far two clocks may stand apart without a word.
const clockLimit = 60e9

func (s *sampler) clock() Finding {
	behind, ok := s.asker.skew()
	f := Finding{What: "clock", Detail: "the API's clock and this machine's agree"}
	switch {
	case !ok:
		f.Detail = "the API does not say what time it is"
	case behind > clockLimit || behind < -clockLimit:
		f.Warning = true
		f.Err = fmt.Errorf("the API's clock and this machine's are %s apart: set the clock; cursors follow the API's", behind.Abs().Round(1e9))
	}
	return f
}
