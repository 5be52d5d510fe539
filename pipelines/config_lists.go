package pipelines

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/extract/files"
	"lastro/strictyaml"
)

// Source is one source of the pipeline file.
type Source struct {
	Name string
	Kind string
	Path string // absolute; "" for an API
	// Files are the settings of a source of kind files, its Path among them.
	Files files.Config
	// Rest are the settings of a source of kind rest; nil for others.
	Rest *Rest `json:",omitempty"`
	// Staging, of a source of files, names the connector whose staging models stand on the source's base models.
	Staging string `json:",omitempty"`
}

var (
	sourceKinds = []string{"files", "rest"}
	sourceName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
)

// A source's name is the name of a schema that its streams' views stand in, so it must not be one that the engine has
// (as schema or catalog), nor a word that SQL reserves.
var (
	reservedSources = []string{
		"main", "temp", "system", "information_schema", "pg_catalog", "lastro", "pragma", "memory",
	}
	reservedWords = strings.Fields(`all analyse analyze and any array as asc asymmetric both case cast check collate column
		constraint create current_date current_time default deferrable desc describe distinct do else end except false fetch for
		foreign from grant group having in initially intersect into lambda lateral leading limit not null offset on only or order
		pivot placing primary qualify references returning select show some summarize symmetric table then to trailing true union
		unique unpivot using variadic when where window with`)
)

type sourceKeys struct {
	Name string `yaml:"name"`
	Kind string `yaml:"kind"`
	Path string `yaml:"path"`
	// Staging is not of the files package: what they hold is for models to say.
	Staging string `yaml:"staging"`
}

func (d *decoder) sources(nodes []ast.Node) []Source {
	if d.Has("sources") && len(nodes) == 0 {
		d.Mistake("sources", "there is no source", requiredHints["sources"])
	}
	var sources []Source
	for i, node := range nodes {
		at := fmt.Sprintf("sources[%d]", i)
		kind, ok := d.kind(node, at, "a source", sourceKinds)
		if !ok {
			sources = append(sources, Source{}) // keeps the numbers of the others
			continue
		}
		if kind == "rest" {
			sources = append(sources, d.restSource(node, at, sources))
			continue
		}
		var keys sourceKeys
		var settings files.Config
		d.Mapping(node, at, "a "+kind+" source", &keys, &settings)
		d.require(at, "name", "path")
		d.sourceName(at+".name", keys.Name, sources)
		source := Source{Name: keys.Name, Kind: keys.Kind, Staging: keys.Staging}
		d.oneOf(at+".staging", keys.Staging, stagedConnectors())
		if d.Has(at + ".path") {
			source.Path = d.path(at+".path", keys.Path)
		}
		settings.Path = source.Path
		for _, mistake := range settings.Check() {
			path := at + "." + mistake.Path
			d.Mistake(path, d.unexpanded(path+" "+mistake.Problem), d.unexpanded(mistake.Hint))
		}
		source.Files = settings
		sources = append(sources, source)
	}
	return sources
}

func (d *decoder) sourceName(at, name string, before []Source) {
	if !d.matches(at, name, sourceName, "use small letters, digits and underscores, a letter first, at most 48, as books") || name == "" {
		return
	}
	switch {
	case slices.Contains(reservedSources, name) || slices.Contains(reservedWords, name):
		d.Mistake(at, fmt.Sprintf("the source name %s is reserved", d.Quote(at)), "choose another, as "+name+"_data")
	case strings.Contains(name, "__"):
		d.Mistake(at, fmt.Sprintf("the source name %s has two underscores together", d.Quote(at)),
			"use one: in stg_<source>__<entity> two of them end the source's name")
	}
	if twin := slices.IndexFunc(before, func(s Source) bool { return s.Name == name }); twin >= 0 {
		d.Mistake(at, fmt.Sprintf("the source name %s is taken by sources[%d]", d.Quote(at), twin), "give each source its own name")
	}
}

// kind reads the key kind of one entry of a list. ok is false when it is none of kinds: what such an entry may hold
// is not known, so then its kind is the only mistake told.
func (d *decoder) kind(node ast.Node, at, what string, kinds []string) (kind string, ok bool) {
	if node == nil {
		return "", false // an empty entry, told already
	}
	known := len(d.Mistakes)
	for _, p := range d.Pairs(node, what) {
		if p.Key == "kind" {
			d.Value(p.Value, at+".kind", reflect.ValueOf(&kind).Elem())
		}
	}
	switch {
	case !d.Has(at+".kind") && len(d.Mistakes) == known:
		d.require(at, "kind")
	case d.Has(at+".kind") && kind != "" && !slices.Contains(kinds, kind):
		hint := strictyaml.Suggest(kind, kinds)
		if names, err := builtinConnectorNames(); err == nil && slices.Contains(names, kind) && slices.Contains(kinds, "rest") {
			hint = "write kind: rest, connector: " + kind
		}
		d.Mistake(at+".kind", fmt.Sprintf("unknown kind %s of %s", d.Quote(at+".kind"), what), hint)
	}
	return kind, slices.Contains(kinds, kind)
}
