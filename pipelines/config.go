// Package pipelines makes a run of a pipeline file: it joins extract, transform and load, which do not know each other,
// and keeps the ledger of what was run.
package pipelines

import (
	"fmt"
	"path/filepath"
	"time"
	_ "time/tzdata" // a machine without time zones must read the same dates

	"lastro/strictyaml"
)

// Config is a pipeline file that was read and found right. Its paths are absolute.
type Config struct {
	// File is the pipeline file, Dir the directory that holds it.
	File string
	Dir  string

	Name     string
	Timezone string // IANA name
	Location *time.Location
	Currency string // the reporting currency, ISO 4217
	AsOfDate string // as_of: an ISO date, or "" for yesterday
	Policy   Policy

	// State is the directory of lake, ledger and lock.
	State string
	// SQLDir holds the user's own models; "" when there are none.
	SQLDir string

	// MemoryLimit is what the engine may use before it spills to disk, as "2GB"; "" is 3GB, or half of the memory.
	MemoryLimit string
	// Threads is the number of the engine's threads; 0 leaves it to the engine.
	Threads int

	Sources []Source
	Targets []Target

	// Identity is how the accounts of several sources become one.
	Identity Identity `json:",omitzero"`

	// AllowStale publishes although some streams could not be read (stale_streams: allow).
	AllowStale bool `json:",omitempty"`

	// Secrets redacts what the file took from secret references; use it on every error and log of the run.
	Secrets *Redactor
}

// ReadFile reads the pipeline file at path and checks it. env answers ${NAME}, as os.LookupEnv does.
// Every mistake in the file comes at once, as a *ConfigError.
func ReadFile(path string, env func(name string) (value string, ok bool)) (*Config, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find pipeline file %s: %w", path, err)
	}
	d := newDecoder(path, filepath.Dir(absolute), env)
	config := &Config{File: absolute, Dir: filepath.Dir(absolute), Secrets: d.redactor}
	if root := d.parseFile(path); root != nil {
		d.config(root, config)
	}
	if len(d.Mistakes) > 0 {
		for i := range d.Mistakes {
			d.Mistakes[i].Problem = d.redactor.Text(d.Mistakes[i].Problem)
			d.Mistakes[i].Hint = d.redactor.Text(d.Mistakes[i].Hint)
		}
		return nil, &ConfigError{Mistakes: strictyaml.Sort(d.Mistakes)}
	}
	return config, nil
}
