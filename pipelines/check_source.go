package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
func checkAPI(ctx context.Context, config *Config, source Source) []Finding {
	name := "source " + source.Name
	limit, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	first := source.Rest.Streams[0]
	if check := source.Rest.Spec.Client.Check; slices.Contains(source.Rest.Streams, check) {
		first = check
	}
	s, err := takeSample(limit, config, source, first, 1)
	if err != nil {
		return []Finding{{What: name + ": sign in and read " + first, Problem: config.Secrets.Text(err.Error())}}
	}
	what := fmt.Sprintf("%s: signed in, read %s", name, first)
	if s.records == 0 {
		what += ", which has no record"
	}
	findings := []Finding{{What: what}}
	if s.skewed {
		findings = append(findings, clockFinding(name, s.skew))
	}
	if err := s.close(); err != nil {
		findings = append(findings, Finding{What: name, Problem: err.Error()})
	}
	good := 1
	for _, stream := range source.Rest.Streams {
		if stream == first {
			continue
		}
		s, err := takeSample(limit, config, source, stream, 1)
		if err == nil {
			err = s.close()
		}
		if limit.Err() != nil && ctx.Err() == nil {
			err = errors.New("the check of a source ends after " + checkTimeout.String() + ": this stream and those after it were not tried")
		}
		if err != nil {
			findings = append(findings, Finding{What: name + ": read " + stream, Problem: config.Secrets.Text(err.Error())})
		} else {
			good++
		}
		if limit.Err() != nil {
			return findings
		}
	}
	if good == len(source.Rest.Streams) {
		findings = append(findings, Finding{What: fmt.Sprintf("%s: %s can be read", name, streamCount(good))})
	}
	return findings
}

// clockFinding holds this machine's clock against the API's, which says whole seconds.
func clockFinding(name string, skew time.Duration) Finding {
	if skew.Abs() <= mostSkew {
		return Finding{What: name + ": the clocks agree"}
	}
	side := "ahead of"
	if skew < 0 {
		side = "behind"
	}
	span := skew.Abs().Round(time.Second).String()
	if skew.Abs() >= 48*time.Hour {
		span = fmt.Sprintf("%d days", int(skew.Abs().Hours()/24))
	}
	return Finding{What: name + ": the clocks", Warning: fmt.Sprintf(
		"this machine's is %s %s the API's: the earlier of both is taken to go on from, so nothing is missed; set it right all the same", span, side)}
}
