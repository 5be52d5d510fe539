package pipelines

import (
	"context"
	"fmt"
	"time"

	"lastro/extract/rest/fetch"
)

const (
	// checkTimeout is how long the check of one API may take in all.
	checkTimeout = time.Minute
	// mostSkew is how far a clock may be off before it is told: what came late is found by a lookback of minutes.
	mostSkew = 2 * time.Minute
)

// checkAPI signs in to an API and reads the first page of each stream: the one that the connector names for that, and where
// that works the others and the feeds of changes, so that a lacking permission is found, too.
func checkAPI(ctx context.Context, config *Config, source Source) []Finding {
	name := "source " + source.Name
	limit, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	opened, err := openRestWith(config, hasty(source), source.Rest.Streams, Options{}.withDefaults(), impatient)
	if err != nil {
		return []Finding{{What: name, Problem: err.Error()}}
	}
	checked, err := opened.Check(limit)
	if limit.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("the check of a source ends after %s: what is not named here was not tried", checkTimeout)
	}
	if checked.Denied != nil {
		return []Finding{{What: name + ": sign in and read " + checked.First, Problem: config.Secrets.Text(checked.Denied.Error())}}
	}
	var findings []Finding
	if err == nil || len(checked.Streams) > 0 {
		findings = append(findings, Finding{What: fmt.Sprintf("%s: signed in, read %s", name, checked.First)})
	}
	if checked.HasClock {
		findings = append(findings, clockFinding(name, checked.Skew))
	}
	good := 0
	for _, stream := range checked.Streams {
		switch {
		case stream.Err != nil && stream.IsFeed:
			findings = append(findings, Finding{What: name + ": read " + stream.Name + ", by which changes are found", Problem: config.Secrets.Text(stream.Err.Error())})
		case stream.Err != nil:
			findings = append(findings, Finding{What: name + ": read " + stream.Name, Problem: config.Secrets.Text(stream.Err.Error())})
		case !stream.IsFeed:
			good++
		}
	}
	if err != nil {
		return append(findings, Finding{What: name, Problem: config.Secrets.Text(err.Error())})
	}
	if good == len(source.Rest.Streams) {
		findings = append(findings, Finding{What: fmt.Sprintf("%s: %s can be read", name, streamCount(good))})
	}
	return findings
}

// impatient asks an API that must answer soon.
func impatient(o fetch.Options) (fetch.Fetcher, error) {
	o.Silence = sampleTimeout
	return fetch.New(o)
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
