package spec

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decoder fills structs from YAML nodes. It goes on after a mistake, so that all are told at once, and remembers where
// each value stood, so that a later check can say so.
type decoder struct {
	file     string
	anchors  map[string]ast.Node
	spots    map[string]spot
	wrong    map[string]bool // paths whose value has a mistake
	mistakes []Mistake
}

// spot is where a value stands and how it is written there.
type spot struct {
	line, column int
	written      string
}

// mistake notes what is wrong with the value at path, or at the nearest value around it: the first of a value only.
func (d *decoder) mistake(path, problem, hint string) {
	if d.wrong[path] {
		return
	}
	d.wrong[path] = true
	around := path
	at, known := d.spots[around]
	for !known && around != "" {
		around = around[:max(0, strings.LastIndexAny(around, ".["))]
		at, known = d.spots[around]
	}
	d.mistakeAt(at, problem, hint)
}

func (d *decoder) mistakeAt(at spot, problem, hint string) {
	d.mistakes = append(d.mistakes, Mistake{File: d.file, Line: at.line, Column: at.column, Problem: problem, Hint: hint})
}

// place says where a node stands.
func place(node ast.Node) spot {
	if node == nil {
		return spot{line: 1, column: 1}
	}
	found := node.GetToken()
	if mapping, ok := node.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		found = mapping.Values[0].Key.GetToken() // else it would be the first colon
	}
	if pair, ok := node.(*ast.MappingValueNode); ok {
		found = pair.Key.GetToken()
	}
	if found == nil || found.Position == nil {
		return spot{line: 1, column: 1}
	}
	return spot{line: found.Position.Line, column: found.Position.Column, written: found.Value}
}

// bare takes tags and anchors off a node and follows aliases; nil stands for an empty value.
func (d *decoder) bare(node ast.Node) ast.Node {
	for range 100 { // an alias may stand for itself
		switch n := node.(type) {
		case *ast.TagNode:
			node = n.Value
		case *ast.AnchorNode:
			node = n.Value
		case *ast.AliasNode:
			name := n.Value.GetToken().Value
			target, ok := d.anchors[name]
			if !ok {
				d.mistakeAt(place(n), fmt.Sprintf("nothing is named by the anchor &%s", name), "")
				return nil
			}
			node = target
		case *ast.NullNode, nil:
			return nil
		default:
			return node
		}
	}
	return nil
}

// pair is one key of a mapping with its value.
type pair struct {
	key   string
	at    spot
	value ast.Node
}

func (d *decoder) pairs(node ast.Node, what string) []pair {
	var values []*ast.MappingValueNode
	switch n := d.bare(node).(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	case nil:
		return nil
	default:
		d.mistakeAt(place(n), what+" must be a mapping", "write key: value, one a line, or {key: value, …}")
		return nil
	}
	var found []pair
	for _, value := range values {
		at := place(value.Key)
		switch {
		case value.Key.IsMergeKey():
			d.mistakeAt(at, "merging with << is not supported", "what resources have in common goes under resource_defaults")
		case slices.ContainsFunc(found, func(p pair) bool { return p.key == at.written }):
			d.mistakeAt(at, fmt.Sprintf("the key %q stands here a second time", at.written), "keep one of the two")
		default:
			found = append(found, pair{key: at.written, at: at, value: value.Value})
		}
	}
	return found
}

// mapping fills a struct: its fields' yaml tags are the keys, and another key is a mistake.
func (d *decoder) mapping(node ast.Node, path string, into reflect.Value) {
	what := path
	if what == "" {
		what = "a connector file"
	}
	fields, keys := map[string]reflect.Value{}, []string{}
	for i := range into.NumField() {
		key := into.Type().Field(i).Tag.Get("yaml")
		fields[key], keys = into.Field(i), append(keys, key)
	}
	for _, p := range d.pairs(node, what) {
		if field, ok := fields[p.key]; ok {
			d.spots[join(path, p.key)] = p.at // where an empty value stands
			d.value(p.value, join(path, p.key), field)
			continue
		}
		hint := suggest(p.key, keys)
		if strings.HasPrefix(p.key, "settings.") || strings.HasPrefix(p.key, "parent") {
			hint = "a placeholder that begins a value needs quotes around it"
		}
		d.mistakeAt(p.at, fmt.Sprintf("unknown key %q in %s", p.key, what), hint)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// value fills into, which can be set, from node. An empty value leaves it as it is.
func (d *decoder) value(node ast.Node, path string, into reflect.Value) {
	bare := d.bare(node)
	if bare == nil {
		return
	}
	d.spots[path] = place(node)
	_, isMapping := bare.(*ast.MappingNode)
	if _, fromText := into.Addr().Interface().(encoding.TextUnmarshaler); fromText && (!isMapping || into.Kind() != reflect.Struct) {
		d.scalar(bare, path, into)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(bare, path, into.Elem())
	case reflect.Struct:
		d.mapping(bare, path, into)
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for _, p := range d.pairs(bare, path) {
			element := reflect.New(into.Type().Elem()).Elem()
			d.spots[join(path, p.key)] = p.at
			d.value(p.value, join(path, p.key), element)
			into.SetMapIndex(reflect.ValueOf(p.key), element)
		}
	case reflect.Slice:
		d.list(bare, path, into)
	default:
		d.scalar(bare, path, into)
	}
}

// list fills a slice from a sequence; one text alone is a list of one.
func (d *decoder) list(node ast.Node, path string, into reflect.Value) {
	nodes := []ast.Node{node}
	if sequence, ok := node.(*ast.SequenceNode); ok {
		nodes = sequence.Values
	} else if _, ok := node.(ast.ScalarNode); !ok || into.Type().Elem().Kind() != reflect.String {
		d.mistake(path, path+" must be a list", "write - before each entry, or [one, two]")
		return
	}
	elements := reflect.MakeSlice(into.Type(), 0, len(nodes))
	for i, each := range nodes {
		element := reflect.New(into.Type().Elem()).Elem()
		at := fmt.Sprintf("%s[%d]", path, i)
		if d.bare(each) == nil {
			d.spots[at] = place(each)
			d.mistake(at, "an entry of "+path+" is empty", "give it a value or remove it")
		}
		d.value(each, at, element)
		elements = reflect.Append(elements, element)
	}
	into.Set(elements)
}
