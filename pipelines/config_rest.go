package pipelines

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"lastro/extract/rest/spec"
	"lastro/strictyaml"
)

// Rest is what the pipeline file says of a source of kind rest.
type Rest struct {
	// Connector is the connector as the pipeline file names it: one that is built in, or a file. Spec is its content.
	Connector string
	Spec      *spec.Connector `json:"-"`
	// Settings are the connector's settings as far as the file gives them; those that are secret are in Secrets.
	Settings map[string]string `json:",omitempty"`
	Secrets  map[string]Secret `json:",omitempty"`
	// Streams are the streams to read, in the connector's order.
	Streams []string
	Start   string `json:",omitempty"` // a date or a moment; "" is the connector's own
	Drift   string // evolve or freeze
	// Mask is the rule of each column, or path of a field that no column takes, by stream.
	Mask    map[string]map[string]string `json:",omitempty"`
	MaskKey Secret                       `json:",omitzero"`
}

// restKeys are the keys of a source of kind rest.
type restKeys struct {
	Name      string                       `yaml:"name"`
	Kind      string                       `yaml:"kind"`
	Connector string                       `yaml:"connector"`
	Config    ast.Node                     `yaml:"config"`
	Streams   []string                     `yaml:"streams"`
	Start     string                       `yaml:"start"`
	Drift     string                       `yaml:"drift"`
	Mask      map[string]map[string]string `yaml:"mask"`
	MaskKey   Secret                       `yaml:"mask_key"`
}

func (d *decoder) restSource(node ast.Node, at string, before []Source) Source {
	keys := restKeys{Drift: "evolve"}
	d.Mapping(node, at, "a rest source", &keys)
	d.require(at, "name", "connector")
	d.sourceName(at+".name", keys.Name, before)
	source := Source{Name: keys.Name, Kind: keys.Kind, Rest: &Rest{
		Connector: keys.Connector, Start: keys.Start, Drift: keys.Drift, Mask: keys.Mask, MaskKey: keys.MaskKey,
	}}
	if d.Has(at + ".start") {
		if _, err := Moment(keys.Start); err != nil {
			d.Mistake(at+".start", at+".start is "+d.Quote(at+".start"), "write a day, as 2020-01-01, or a moment, as 2020-01-01T00:00:00Z")
		}
	}
	d.oneOf(at+".drift", keys.Drift, []string{"evolve", "freeze"})
	d.notInClear(at+".mask_key", "mask_key: ${MASK_KEY}")
	if !d.Has(at+".connector") || d.Wrong[at+".connector"] {
		return source
	}
	source.Rest.Spec = d.connector(at+".connector", keys.Connector)
	if source.Rest.Spec == nil {
		return source // what its settings and streams may be is not known
	}
	d.settings(at+".config", keys.Config, source.Rest)
	d.streams(at+".streams", keys.Streams, source.Rest)
	d.masks(at, source.Rest)
	return source
}

// notInClear notes a secret that stands in the pipeline file itself.
func (d *decoder) notInClear(at, example string) {
	if d.Has(at) && !d.Wrong[at] && !reference.MatchString(d.Spots[at].Written) {
		d.Mistake(at, at+" is a secret in the pipeline file", "keep it out of the file, as "+example+" or ${file:path}")
	}
}

// settings reads what the file gives under config.
func (d *decoder) settings(at string, node ast.Node, rest *Rest) {
	rest.Settings, rest.Secrets = map[string]string{}, map[string]Secret{}
	known := slices.Sorted(maps.Keys(rest.Spec.Settings))
	if node != nil {
		for _, p := range d.Pairs(node, at) {
			path := at + "." + p.Key
			setting, ok := rest.Spec.Settings[p.Key]
			switch {
			case !ok && len(known) == 0:
				d.MistakeAt(p.At, fmt.Sprintf("the connector %s has no settings", rest.Spec.Connector), "remove config")
			case !ok:
				d.MistakeAt(p.At, fmt.Sprintf("the connector %s has no setting %q", rest.Spec.Connector, p.Key), strictyaml.Suggest(p.Key, known))
			case setting.Secret:
				var value Secret
				d.Value(p.Value, path, reflect.ValueOf(&value).Elem())
				d.notInClear(path, p.Key+": ${"+strings.ToUpper(p.Key)+"}")
				rest.Secrets[p.Key] = value
			default:
				var value string
				d.Value(p.Value, path, reflect.ValueOf(&value).Elem())
				rest.Settings[p.Key] = value
			}
		}
	}
	for _, name := range known {
		if setting := rest.Spec.Settings[name]; setting.Required && setting.Default == "" && !d.Wrong[at+"."+name] &&
			rest.Settings[name] == "" && rest.Secrets[name].IsZero() {
			hint := "write it under config, as " + name + ": ..."
			if setting.Secret {
				hint = "write it under config, as " + name + ": ${" + strings.ToUpper(rest.Spec.Connector+"_"+name) + "}"
			}
			if text := strings.TrimSpace(setting.Description); text != "" {
				hint += " (" + text + ")"
			}
			d.MistakeAt(d.Around(at), fmt.Sprintf("the connector %s needs the setting %s", rest.Spec.Connector, name), hint)
		}
	}
}

// streams takes the streams that the file names, all of them where it names none.
func (d *decoder) streams(at string, named []string, rest *Rest) {
	known := streamsOf(rest.Spec)
	rest.Streams = known
	if !d.Has(at) {
		return
	}
	if len(named) == 0 {
		d.Mistake(at, at+" names no stream", "leave it out to read all of "+strings.Join(known, ", "))
	}
	for i, name := range named {
		path := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case !d.Has(path):
		case !slices.Contains(known, name):
			d.Mistake(path, fmt.Sprintf("the connector %s has no stream %s", rest.Spec.Connector, d.Quote(path)), strictyaml.Suggest(name, known))
		case slices.Contains(named[:i], name):
			d.Mistake(path, fmt.Sprintf("the stream %s stands here a second time", d.Quote(path)), "keep one of the two")
		}
	}
	rest.Streams = slices.DeleteFunc(slices.Clone(known), func(name string) bool { return !slices.Contains(named, name) })
}

// streamsOf lists the streams of a connector: its resources that are not hidden.
func streamsOf(connector *spec.Connector) []string {
	var names []string
	for _, resource := range connector.Resources {
		if !resource.Hidden {
			names = append(names, resource.Name)
		}
	}
	return names
}

// resourceOf finds the resource that is a stream.
func resourceOf(connector *spec.Connector, stream string) (spec.Resource, bool) {
	for _, resource := range connector.Resources {
		if resource.Name == stream && !resource.Hidden {
			return resource, true
		}
	}
	return spec.Resource{}, false
}

// Moment reads a day, which begins in UTC, or a moment.
func Moment(text string) (time.Time, error) {
	if dateProblem(text) == "" {
		return time.Parse(time.DateOnly, text)
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither a day, as 2020-01-01, nor a moment, as 2020-01-01T00:00:00Z", text)
	}
	return at.UTC(), nil
}
