package pipelines

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/load/postgres"
	"lastro/load/targets"
)

// Target is one target of the pipeline file: at Path, or for kind postgres in Schema of the database of DSN.
type Target struct {
	Kind string
	Path string // absolute
	// Keep is the number of runs to keep; 0 leaves it to the target. A duckdb file keeps one.
	Keep int
	// Mode are the permissions of published files, as 0640; 0 leaves them to the target. Directories may be entered
	// by whoever may read.
	Mode fs.FileMode

	DSN    Secret   `json:",omitzero"`
	Schema string   `json:",omitzero"`
	Grant  []string `json:",omitzero"` // roles that may read
}

type fileTargetKeys struct {
	Kind string `yaml:"kind"`
	Path string `yaml:"path"`
	Keep int    `yaml:"keep"`
	Mode string `yaml:"mode"`
}

type postgresKeys struct {
	Kind   string   `yaml:"kind"`
	DSN    Secret   `yaml:"dsn"`
	Schema string   `yaml:"schema"`
	Grant  []string `yaml:"grant"`
}

func (d *decoder) targets(nodes []ast.Node) []Target {
	var found []Target
	for i, node := range nodes {
		at := fmt.Sprintf("targets[%d]", i)
		kind, ok := d.kind(node, at, "a target", targets.Kinds())
		switch {
		case !ok:
			found = append(found, Target{})
		case kind == "postgres":
			found = append(found, d.postgresTarget(node, at))
			d.sameSchema(at, found)
		default:
			found = append(found, d.fileTarget(node, at, kind))
		}
	}
	return found
}

func (d *decoder) fileTarget(node ast.Node, at, kind string) Target {
	var keys fileTargetKeys
	d.Mapping(node, at, "a "+kind+" target", &keys)
	d.require(at, "path")
	target := Target{Kind: keys.Kind, Keep: keys.Keep, Mode: d.mode(at+".mode", keys.Mode)}
	if d.Has(at+".keep") && kind == "duckdb" {
		d.Mistake(at+".keep", "a duckdb target keeps one run", "remove keep")
	}
	if d.Has(at+".keep") && (keys.Keep < 1 || keys.Keep > 1000) {
		d.Mistake(at+".keep", at+".keep is "+d.Quote(at+".keep"), "it must be a number of runs from 1 to 1000")
	}
	if d.Has(at + ".path") {
		target.Path = d.path(at+".path", keys.Path)
	}
	return target
}

func (d *decoder) postgresTarget(node ast.Node, at string) Target {
	keys := postgresKeys{Schema: postgres.DefaultSchema}
	d.Mapping(node, at, "a postgres target", &keys)
	d.require(at, "dsn")
	if d.Has(at + ".dsn") {
		d.dsn(at+".dsn", postgres.DSN(keys.DSN.Reveal()))
	}
	if err := postgres.CheckSchema(keys.Schema); d.Has(at+".schema") && err != nil {
		d.Mistake(at+".schema", at+".schema is "+d.Quote(at+".schema"), err.Error())
	}
	for i, role := range keys.Grant {
		path := fmt.Sprintf("%s.grant[%d]", at, i)
		if err := postgres.CheckRole(role); err != nil {
			d.Mistake(path, path+" is "+d.Quote(path), err.Error())
		}
	}
	return Target{Kind: keys.Kind, DSN: keys.DSN, Schema: keys.Schema, Grant: keys.Grant}
}

// dsn notes what is wrong with a connection string. What it says is never shown, not even as the file writes it.
func (d *decoder) dsn(at string, dsn postgres.DSN) {
	for _, password := range passwordsIn(d.Spots[at].Written) {
		if !strings.Contains(password, "${") {
			d.Mistake(at, at+" has a password in the pipeline file", "keep it out of the file, as dsn: ${PG_DSN} or dsn: ${file:pg.dsn}")
		}
	}
	if err := dsn.Check(); err != nil && !d.Wrong[at] {
		d.Mistake(at, at+" cannot be used: "+err.Error(), "")
	}
}

// sameSchema notes when the last target is the same place as one before it.
func (d *decoder) sameSchema(at string, found []Target) {
	name := func(i int) string {
		t := found[i]
		target, err := postgres.New(postgres.Options{DSN: postgres.DSN(t.DSN.Reveal()), Schema: t.Schema})
		if t.DSN.IsZero() || d.Wrong[fmt.Sprintf("targets[%d].dsn", i)] || err != nil {
			return ""
		}
		return target.Name()
	}
	last := len(found) - 1
	mine := name(last)
	for i := range last {
		if mine != "" && mine == name(i) {
			d.MistakeAt(d.Around(at), fmt.Sprintf("%s is the same place as targets[%d]", at, i), "give each a schema of its own")
			return
		}
	}
}

var permissions = regexp.MustCompile(`^0?[0-7]{3}$`)

func (d *decoder) mode(at, text string) fs.FileMode {
	if !d.Has(at) {
		return 0
	}
	bits, err := strconv.ParseUint(text, 8, 32)
	if err != nil || !permissions.MatchString(text) || bits&0o600 != 0o600 || bits&0o111 != 0 {
		d.Mistake(at, at+" is "+d.Quote(at), "write the permissions of files, as 0640: the owner reads and writes, no one executes")
		return 0
	}
	return fs.FileMode(bits)
}
