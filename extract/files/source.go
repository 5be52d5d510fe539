package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"lastro/extract"
	"lastro/extract/lake"
)

// Source is a folder of files.
type Source struct {
	name     string
	config   Config
	timezone string
	inMemory int64 // bytes of files that go through a table on the way
}

// inMemory is how many bytes of files go through a table rather than a Parquet file on their way into the lake: for
// little data that is quicker, and what is much must not be held in memory.
const inMemory = 32 << 20

var _ extract.Source = (*Source)(nil)

// New makes a source of the files that config tells of. timezone is the pipeline's, as America/Sao_Paulo. The
// configuration's mistakes are joined in the error.
func New(name string, config Config, timezone string) (*Source, error) {
	var errs []error
	for _, mistake := range config.Check() {
		errs = append(errs, mistake)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	return &Source{name: name, config: config, timezone: timezone, inMemory: inMemory}, nil
}

// Name is the source's name in the pipeline's file.
func (s *Source) Name() string { return s.name }

// survey is what stands in the folder, against what was read of it.
type survey struct {
	streams   []*stream
	parts     map[*stream][]extract.PartPlan
	notes     []string
	cursor    cursor
	signature string
}

func (s *Source) survey(known *lake.View) (*survey, error) {
	found, err := discover(s.config)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.name, err)
	}
	v := &survey{parts: map[*stream][]extract.PartPlan{}, cursor: cursorOf(known, s.name)}
	v.streams = streamsOf(s.name, s.config, found)
	v.notes = found.notes
	if v.signature, err = signature(s.config, s.timezone); err != nil {
		return nil, err
	}
	for _, st := range v.streams {
		v.parts[st] = v.cursor.parts(st, v.signature)
	}
	return v, nil
}

// Plan says which files would be read, and why. It opens them, to find those that cannot be read, and no more.
func (s *Source) Plan(ctx context.Context, known *lake.View) (extract.Plan, error) {
	v, err := s.survey(known)
	if err != nil {
		return extract.Plan{}, err
	}
	plan := extract.Plan{Notes: v.notes}
	for _, st := range v.streams {
		p := extract.StreamPlan{ID: st.id, Key: st.key(), Parts: v.parts[st], Problem: st.problem}
		if !st.isOwn {
			p.Entity = st.entity.Name
		}
		for i, f := range st.files {
			if p.Problem == nil && p.Parts[i].Read {
				p.Problem = openable(f)
			}
		}
		plan.Streams = append(plan.Streams, p)
	}
	return plan, ctx.Err()
}

func openable(f file) error {
	opened, err := os.Open(f.path)
	if err != nil {
		return cannotOpen(f, err)
	}
	return opened.Close()
}

func cannotOpen(f file, err error) error {
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%s cannot be opened: let the user that runs lastro read it: %w", f.name, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", f.name, err)
}

// Read takes the records of new and changed files into the session's transaction.
func (s *Source) Read(ctx context.Context, session extract.Session) (extract.Report, error) {
	v, err := s.survey(session.Known)
	if err != nil {
		return extract.Report{}, err
	}
	report := extract.Report{Notes: v.notes}
	failed := &extract.ReadError{Source: s.name}
	contradictions := map[string]bool{}
	var read []file
	var taps *tap
	for _, st := range v.streams {
		one := extract.StreamReport{ID: st.id}
		var files []file
		for i, part := range v.parts[st] {
			if part.Read {
				files = append(files, st.files[i])
				one.Parts = append(one.Parts, part.Name)
			}
		}
		if len(files) > 0 && taps == nil {
			if taps, err = openTap(ctx, session.Conn); err != nil {
				return report, fmt.Errorf("source %s: %w", s.name, err)
			}
		}
		begun := time.Now()
		in := &intake{session: session, stream: st, timezone: s.timezone, inMemory: s.inMemory, tap: taps, contradictions: contradictions}
		switch err := in.read(ctx, files); {
		case err != nil && ctx.Err() != nil:
			return report, fmt.Errorf("read %s: %w", st.id, context.Cause(ctx))
		case err != nil:
			failed.Failed = append(failed.Failed, &extract.StreamError{ID: st.id, Err: err})
		}
		one.Counts, one.Warnings, one.Took = in.counts, in.warnings, time.Since(begun)
		report.Streams = append(report.Streams, one)
		read = append(read, files...)
	}
	if len(failed.Failed) > 0 {
		return report, failed
	}
	next, err := json.Marshal(v.cursor.next(v.streams, v.signature, contradictions, read))
	if err != nil {
		return report, fmt.Errorf("source %s: write its cursor: %w", s.name, err)
	}
	session.Txn.SetCursor(s.name, next)
	return report, nil
}
