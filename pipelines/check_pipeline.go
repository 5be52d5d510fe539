package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lastro/extract/lake"
	"lastro/transform"
)

// Finding is one thing that a check looked at. Problem is empty when it is right; Warning is what a person should know and
// what keeps no run from being right.
type Finding struct {
	What    string `json:"what"`
	Problem string `json:"problem,omitempty"`
	Warning string `json:"warning,omitempty"`
}

// Problems counts the findings that are not right.
func Problems(findings []Finding) int {
	n := 0
	for _, finding := range findings {
		if finding.Problem != "" {
			n++
		}
	}
	return n
}

// Check looks at paths, permissions and models of a pipeline whose file was read, and runs nothing. Unless it is to stay
// offline it signs in to the APIs, too, and reads a first record of each stream; an API that does not answer ends that.
func Check(ctx context.Context, config *Config, offline bool) ([]Finding, error) {
	findings := []Finding{{What: "pipeline file " + config.File}}
	add := func(what string, err error) {
		finding := Finding{What: what}
		if err != nil {
			finding.Problem = config.Secrets.Text(err.Error())
		}
		findings = append(findings, finding)
	}
	add("state "+config.State, canWrite(config.State))
	l, err := lake.Open(filepath.Join(config.State, "lake"), nil)
	add("lake "+filepath.Join(config.State, "lake"), err)
	if err != nil {
		return findings, nil
	}
	view, err := l.Now()
	if err != nil {
		return nil, err
	}
	listed, reads, err := planReads(ctx, config, Options{}.withDefaults(), view)
	add(fmt.Sprintf("sources: %d files and streams", len(reads)), err)
	for _, source := range config.Sources {
		if source.Rest != nil && !offline {
			findings = append(findings, checkAPI(ctx, config, source)...)
		}
	}
	all, err := openTargets(config)
	add(fmt.Sprintf("targets: %d", len(all)), err)
	for _, target := range all {
		add("target "+target.Name(), target.Check(ctx))
	}
	project, err := parseProject(ctx, config, union(knownStreams(view), listed))
	var invalid *transform.InvalidModelsError
	switch {
	case errors.As(err, &invalid):
		for _, mistake := range invalid.Mistakes {
			add("models", errors.New(mistake.String()))
		}
	case err != nil:
		add("models", err)
	default:
		add(fmt.Sprintf("models: %d, %d of them published", len(project.Order()), len(project.Marts())), nil)
	}
	return findings, nil
}

// canWrite says why a run could not write into a folder, which it makes.
func canWrite(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".check.*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
