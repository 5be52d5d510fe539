package pipelines

import (
	"context"
	"fmt"
	"path/filepath"

	"lastro/extract/lake"
)

// Plan says what a run would do, and why.
type Plan struct {
	Pipeline      string         `json:"pipeline"`
	AsOf          AsOf           `json:"as_of"`
	AsKnown       string         `json:"as_known,omitempty"`
	PolicyVersion string         `json:"policy_version"`
	Reads         []PlannedRead  `json:"reads"`
	Models        []string       `json:"models"`
	BuildWhy      string         `json:"build_why"`
	Publishes     []PlannedWrite `json:"publishes"`
	PublishWhy    string         `json:"publish_why,omitempty"`
}

// PlannedRead is one file of a source, and whether it would be read.
type PlannedRead struct {
	Source string `json:"source"`
	Stream string `json:"stream"`
	File   string `json:"file"`
	Read   bool   `json:"read"`
	Why    string `json:"why"`
}

// PlannedWrite is one target, and whether it would be published to.
type PlannedWrite struct {
	Target  string `json:"target"`
	Publish bool   `json:"publish"`
	Why     string `json:"why"`
}

// MakePlan finds out what a run would read, build and publish. It changes nothing, and needs no lock.
func MakePlan(ctx context.Context, config *Config, options Options) (*Plan, error) {
	options = options.withDefaults()
	l, err := lake.Open(filepath.Join(config.State, "lake"), options.Log)
	if err != nil {
		return nil, err
	}
	in, err := gather(config, options, l, NewLedger(config.State, config.Secrets))
	if err != nil {
		return nil, err
	}
	plan := &Plan{
		Pipeline: config.Name, AsOf: in.asOf, AsKnown: in.asKnown, PolicyVersion: config.Policy.Version(),
		Reads: []PlannedRead{}, Models: []string{}, Publishes: []PlannedWrite{},
	}
	streams := knownStreams(in.view)
	if in.asKnown == "" {
		listed, reads, err := planReads(ctx, config, options, in.view)
		if err != nil {
			return nil, err
		}
		plan.Reads = reads
		streams = union(streams, listed)
	}
	last, err := builds{dir: filepath.Join(config.State, "builds")}.latest()
	if err != nil {
		return nil, err
	}
	plan.BuildWhy = whyBuild(plan.Reads, last, in, config, options)
	if plan.BuildWhy != nothingNew {
		if plan.Models, err = planModels(ctx, config, options, streams); err != nil {
			return nil, err
		}
	}
	return plan, plan.publishes(ctx, config, options, last)
}

const nothingNew = "nothing: records, as_of, policy and models are those of the last build"

func whyBuild(reads []PlannedRead, last *Build, in inputs, config *Config, options Options) string {
	for _, read := range reads {
		if read.Read {
			return "there are records to read"
		}
	}
	switch {
	case options.isSelection():
		return "a selection was asked for"
	case options.Force:
		return "it was asked for by --force"
	case last == nil:
		return "there is no good build yet"
	case last.Fingerprint == in.fingerprint:
		return nothingNew
	case last.AsOf != in.asOf.Date:
		return fmt.Sprintf("as_of is %s, the last build's is %s", in.asOf.Date, last.AsOf)
	case last.AsKnown != in.asKnown:
		return "the records are to be those known at another time"
	case last.PolicyVersion != config.Policy.Version():
		return fmt.Sprintf("the policy is %s, the last build's is %s", config.Policy.Version(), last.PolicyVersion)
	case last.CodeVersion != options.CodeVersion:
		return fmt.Sprintf("this is lastro %s, the last build was made by %s", options.CodeVersion, last.CodeVersion)
	default:
		return "records or models have changed since the last build"
	}
}

func planModels(ctx context.Context, config *Config, options Options, streams []lake.StreamID) (names []string, err error) {
	project, err := parseProject(ctx, config, streams)
	if err != nil {
		return nil, err
	}
	selection, err := selectModels(project, options.Select, options.Exclude)
	if err != nil {
		return nil, err
	}
	for _, model := range selection.built.Models() {
		if !model.IsCheck() {
			names = append(names, model.Name)
		}
	}
	return names, nil
}

func (p *Plan) publishes(ctx context.Context, config *Config, options Options, last *Build) error {
	if options.isSelection() {
		p.PublishWhy = "a selection is built and checked only"
		return nil
	}
	all, err := openTargets(config)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		p.PublishWhy = "the pipeline file names no target"
	}
	for _, target := range all {
		shown, err := target.Published(ctx)
		if err != nil {
			return fmt.Errorf("ask %s which run it shows: %w", target.Name(), err)
		}
		write := PlannedWrite{Target: target.Name(), Publish: true}
		switch {
		case p.BuildWhy != nothingNew:
			write.Why = "there will be a new build, if its checks pass"
		case shown == "":
			write.Why = "it shows nothing yet"
		case shown != last.RunID:
			write.Why = "it shows run " + shown
		default:
			write.Publish, write.Why = options.Force, "it shows run "+shown+" already"
		}
		p.Publishes = append(p.Publishes, write)
	}
	return nil
}

func union(a, b []lake.StreamID) []lake.StreamID {
	have := make(map[lake.StreamID]bool, len(a))
	for _, id := range a {
		have[id] = true
	}
	for _, id := range b {
		if !have[id] {
			a = append(a, id)
		}
	}
	return a
}
