package pipelines

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"lastro/extract/lake"
)

// WaitingReading is a reading of a stream that a run did not end: the next run of its source goes on with it.
type WaitingReading struct {
	Stream  string `json:"stream"`  // as source.stream
	Records int64  `json:"records"` // read so far
	Groups  int    `json:"page_groups"`
	Bytes   int64  `json:"bytes"`
	// Problem says why it cannot be gone on with: the stream is read from its beginning.
	Problem string `json:"problem,omitempty"`
	// Unused says that the pipeline has no source of its name: no run will go on with it.
	Unused bool `json:"unused,omitempty"`
}

// Readings lists the readings that wait. It takes no lock and changes nothing.
func Readings(config *Config) ([]WaitingReading, error) {
	l, err := lake.Open(filepath.Join(config.State, "lake"), nil)
	if err != nil {
		return nil, err
	}
	spools, err := l.Spools()
	if err != nil {
		return nil, err
	}
	readings := make([]WaitingReading, len(spools))
	for i, spool := range spools {
		r := WaitingReading{Stream: spool.ID.String(), Records: spool.Counts.Read, Groups: spool.Groups, Bytes: spool.Bytes}
		if spool.Problem != nil {
			r.Problem = spool.Problem.Error()
		}
		r.Unused = !slices.ContainsFunc(config.Sources, func(s Source) bool { return s.Name == spool.ID.Source })
		readings[i] = r
	}
	return readings, nil
}

// RemoveReading forgets a reading that waits: the next run reads its stream from where the last committed run stood.
func RemoveReading(ctx context.Context, config *Config, options Options, stream string) error {
	source, name, ok := strings.Cut(stream, ".")
	if !ok {
		return fmt.Errorf("%q is no stream: write it as source.stream", stream)
	}
	_, err := do(ctx, config, options, func(_ context.Context, j *job) error {
		id := lake.StreamID{Source: source, Stream: name}
		spools, err := j.lake.Spools()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(spools, func(s lake.SpoolInfo) bool { return s.ID == id }) {
			return errors.New("no reading of " + stream + " waits: lastro lake readings lists those that do")
		}
		return j.lake.RemoveSpool(id)
	})
	return err
}
