package pipelines

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// checkTimeout is how long the check of one API may take in all.
	checkTimeout = time.Minute
	// mostSkew is how far a clock may be off before it is told: what came late is found by a lookback of minutes.
	mostSkew = 2 * time.Minute
)

// checkAPI signs in to an API and reads a first record of each stream: the one that the connector names for that, and where
// that works the others, so that a lacking permission is found, too.
func checkAPI(ctx context.Context, config *Config, source Source, add func(what string, err error)) {
	name := "source " + source.Name
	limit, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	first := source.Rest.Streams[0]
	for _, stream := range source.Rest.Streams {
		if stream == source.Rest.Spec.Client.Check {
			first = stream
		}
	}
	s, err := takeSample(limit, config, source, first, 1)
	if err != nil {
		add(name+": sign in and read "+first, err)
		return
	}
	what := fmt.Sprintf("%s: signed in, read %s", name, first)
	if s.records == 0 {
		what += ", which has no record"
	}
	add(what, s.close())
	if s.skewed {
		add(clockFinding(name, s.skew))
	}
	failed := 0
	for _, stream := range source.Rest.Streams {
		if stream == first {
			continue
		}
		s, err := takeSample(limit, config, source, stream, 1)
		if err == nil {
			err = s.close()
		}
		if limit.Err() != nil && ctx.Err() == nil {
			err = errors.New("it was not tried to its end: the check of a source ends after " + checkTimeout.String())
		}
		if err != nil {
			failed++
			add(name+": read "+stream, err)
		}
		if limit.Err() != nil {
			return
		}
	}
	if failed == 0 {
		add(fmt.Sprintf("%s: %s can be read", name, streamCount(len(source.Rest.Streams))), nil)
	}
}

func clockFinding(name string, skew time.Duration) (string, error) {
	what := name + ": the clocks agree"
	// a Date header has whole seconds
	if skew > mostSkew || skew < -mostSkew {
		side := "ahead of"
		if skew < 0 {
			side, skew = "behind", -skew
		}
		return name + ": the clocks", fmt.Errorf("this machine's is %s %s the API's: set it right, or records that change meanwhile are found late",
			skew.Round(time.Second), side)
	}
	return what, nil
}
