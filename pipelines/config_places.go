package pipelines

import (
	"fmt"
	"path/filepath"
	"strings"
)

// occupied is a path that something of the pipeline has for itself.
type occupied struct {
	key  string // where the pipeline file says so
	what string
	path string
}

// places notes paths that would write into, replace or read each other. A target is replaced as a whole by each run,
// and a source that held the state would read its own lake.
func (d *decoder) places(config *Config) {
	state := occupied{"state", "the state folder", config.State}
	models := occupied{"sql_dir", "sql_dir", config.SQLDir}
	var sources, targets []occupied
	for i, source := range config.Sources {
		key := fmt.Sprintf("sources[%d].path", i)
		sources = append(sources, occupied{key, fmt.Sprintf("the source %s", d.Quote(fmt.Sprintf("sources[%d].name", i))), source.Path})
	}
	for i, target := range config.Targets {
		targets = append(targets, occupied{fmt.Sprintf("targets[%d].path", i), fmt.Sprintf("targets[%d]", i), target.Path})
	}
	for _, source := range sources {
		d.apart(source, state)
	}
	d.apart(models, state)
	for i, target := range targets {
		if within(config.Dir, target.path) {
			d.Mistake(target.key, fmt.Sprintf("%s %s would replace the folder of the pipeline file", target.key, d.Quote(target.key)),
				"give it a path of its own, as ./out/csv")
		}
		d.apart(target, state)
		d.apart(target, models)
		for _, source := range sources {
			d.apart(target, source)
		}
		for _, other := range targets[:i] {
			d.apart(target, other)
		}
	}
}

// apart notes a mistake at one when it and other are the same place or one lies in the other.
func (d *decoder) apart(one, other occupied) {
	relation := ""
	switch {
	case one.path == "" || other.path == "" || d.Wrong[one.key] || d.Wrong[other.key]:
	case one.path == other.path:
		relation = "is the same place as"
	case within(one.path, other.path):
		relation = "lies inside"
	case within(other.path, one.path):
		relation = "holds"
	}
	if relation == "" {
		return
	}
	at := one.key
	if !d.Has(at) {
		at = other.key
	}
	d.Mistake(at, fmt.Sprintf("%s %s %s %s", one.key, d.Quote(one.key), relation, other.what), "give each a folder of its own")
}

// within says that path is folder or lies in it.
func within(path, folder string) bool {
	if folder == "" {
		return false
	}
	relative, err := filepath.Rel(folder, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}
