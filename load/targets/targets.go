// Package targets lists the kinds of targets there are.
package targets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lastro/load"
	"lastro/load/csvdir"
	"lastro/load/duckdbfile"
	"lastro/load/parquetdir"
	"lastro/load/postgres"
	"lastro/load/rundir"
)

// Config says which target to open.
type Config struct {
	// Kind is one of Kinds.
	Kind string
	// Path is where readers look, absolute.
	Path string
	// Keep is how many runs a target of files keeps, counting the one that readers see; 0 is 3. A duckdb file keeps one.
	Keep int
	// Mode is the permissions of files; who may read them may enter the folders. 0 is 0600, the owner only.
	Mode os.FileMode

	// DSN, Schema and Grant are of a postgres target, which has nothing of the above but the kind.
	DSN    postgres.DSN
	Schema string
	Grant  []string
}

// Kinds are the kinds of targets, in the order people are told of them.
func Kinds() []string { return []string{"csv", "parquet", "duckdb", "postgres"} }

// Open gives the target of a configuration. It touches nothing.
func Open(c Config) (load.Target, error) {
	if c.Kind == "postgres" {
		target, err := postgres.New(postgres.Options{DSN: c.DSN, Schema: c.Schema, Grant: c.Grant})
		if err != nil {
			return nil, fmt.Errorf("postgres target: %w", err)
		}
		return target, nil
	}
	switch {
	case !filepath.IsAbs(c.Path):
		return nil, fmt.Errorf("%s target: path %q is not absolute", c.Kind, c.Path)
	case filepath.Dir(filepath.Clean(c.Path)) == filepath.Clean(c.Path):
		return nil, fmt.Errorf("%s target: path %q is the root of the disk: give a path below it", c.Kind, c.Path)
	case c.Keep < 0:
		return nil, fmt.Errorf("%s target: keep is %d: give 1 or more", c.Kind, c.Keep)
	case c.Mode != 0 && (c.Mode&^0o777 != 0 || c.Mode&0o600 != 0o600 || c.Mode&0o111 != 0):
		return nil, fmt.Errorf("%s target: mode %#o: give the permissions of files, from 0600 to 0666", c.Kind, uint32(c.Mode))
	}
	switch c.Kind {
	case "csv":
		return csvdir.New(c.Path, rundir.Options{Keep: c.Keep, Mode: c.Mode}), nil
	case "parquet":
		return parquetdir.New(c.Path, rundir.Options{Keep: c.Keep, Mode: c.Mode}), nil
	case "duckdb":
		return duckdbfile.New(c.Path, duckdbfile.Options{Mode: c.Mode}), nil
	}
	return nil, fmt.Errorf("there is no kind of target %q: use one of %s", c.Kind, strings.Join(Kinds(), ", "))
}
