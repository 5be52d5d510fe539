package pipelines

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/extract/rest/spec"
)

// decoder fills structs from YAML nodes. It goes on after a mistake, so that all of them are told at once,
// and remembers where each value stood, so that a later check can say so.
type decoder struct {
	file       string
	references references
	redactor   *Redactor
	anchors    map[string]ast.Node
	spots      map[string]spot
	wrong      map[string]bool   // paths whose value has a mistake
	written    map[string]string // how the file writes what it takes from references, by what they gave
	mistakes   []Mistake
	connectors map[string]*spec.Connector // that were read, by how the file names them; nil after a mistake
}

func newDecoder(file, dir string, env func(string) (string, bool)) *decoder {
	return &decoder{
		file:       file,
		references: references{env: env, dir: dir},
		redactor:   &Redactor{},
		anchors:    map[string]ast.Node{},
		spots:      map[string]spot{"": {line: 1, column: 1}},
		wrong:      map[string]bool{},
		written:    map[string]string{},
		connectors: map[string]*spec.Connector{},
	}
}

// spot is where a value stands and how it is written there, with its references unresolved.
// Only that is quoted in messages: what a variable holds may be a secret.
type spot struct {
	line, column int
	written      string
}

// mistake notes what is wrong with the value at path, or at the nearest value around it. Only the first mistake of a
// value is told: what a wrong value means for later checks helps no one.
func (d *decoder) mistake(path, problem, hint string) {
	if !d.wrong[path] {
		d.wrong[path] = true
		d.mistakeAt(d.around(path), problem, hint)
	}
}

// around is where the value at path stands, or the nearest value around it that there is.
func (d *decoder) around(path string) spot {
	place, known := d.spots[path]
	for !known && path != "" {
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
		place, known = d.spots[path]
	}
	return place
}

func (d *decoder) mistakeAt(place spot, problem, hint string) {
	d.mistakes = append(d.mistakes, Mistake{File: d.file, Line: place.line, Column: place.column, Problem: problem, Hint: hint})
}

// has says that the file gives a value at path; an empty one (null) is none.
func (d *decoder) has(path string) bool {
	_, ok := d.spots[path]
	return ok
}

// quote is the value at path as the file writes it, for messages.
func (d *decoder) quote(path string) string {
	written := d.spots[path].written
	if runes := []rune(written); len(runes) > 60 {
		written = string(runes[:60]) + "…"
	}
	return strconv.Quote(written)
}

// unexpanded puts back, wherever a message of another package quotes a value that references gave, what the file writes.
func (d *decoder) unexpanded(message string) string {
	for value, written := range d.written {
		message = strings.ReplaceAll(message, strconv.Quote(value), strconv.Quote(written))
	}
	return message
}

// place says where node stands.
func place(node ast.Node) spot {
	if node == nil {
		return spot{line: 1, column: 1}
	}
	token := node.GetToken()
	if mapping, ok := node.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		token = mapping.Values[0].Key.GetToken() // else it would be the first colon
	}
	if pair, ok := node.(*ast.MappingValueNode); ok {
		token = pair.Key.GetToken()
	}
	if token == nil || token.Position == nil {
		return spot{line: 1, column: 1}
	}
	return spot{line: token.Position.Line, column: token.Position.Column, written: unshift(token.Value)}
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
			name := unshift(n.Value.GetToken().Value)
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

// pairs lists the keys of a mapping. A node that is no mapping is a mistake, which calls it what.
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
			d.mistakeAt(at, "merging with << is not supported", "write the keys out")
		case slices.ContainsFunc(found, func(p pair) bool { return p.key == at.written }):
			d.mistakeAt(at, fmt.Sprintf("the key %q stands here a second time", at.written), "keep one of the two")
		default:
			found = append(found, pair{key: at.written, at: at, value: value.Value})
		}
	}
	return found
}

// mapping fills the structs that into points to from the mapping node; their fields' yaml tags are the keys.
// A key that none of them has is a mistake. what names the mapping in messages, as "a source".
func (d *decoder) mapping(node ast.Node, path, what string, into ...any) {
	fields := map[string]reflect.Value{}
	var keys []string
	for _, target := range into {
		keys = taggedFields(reflect.ValueOf(target).Elem(), fields, keys)
	}
	for _, p := range d.pairs(node, what) {
		if field, ok := fields[p.key]; ok {
			d.value(p.value, join(path, p.key), field)
		} else {
			d.mistakeAt(p.at, fmt.Sprintf("unknown key %q in %s", p.key, what), suggest(p.key, keys))
		}
	}
}

// taggedFields adds the fields of a struct to fields by their yaml keys, and the keys to keys in the struct's order.
func taggedFields(target reflect.Value, fields map[string]reflect.Value, keys []string) []string {
	for i := range target.NumField() {
		key, options, _ := strings.Cut(target.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			keys = taggedFields(target.Field(i), fields, keys)
		case key != "" && key != "-" && target.Field(i).CanSet():
			if _, twice := fields[key]; !twice {
				fields[key] = target.Field(i)
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

var nodeType = reflect.TypeFor[ast.Node]()

// value fills into, which can be set, from node. An empty value leaves it as it is.
func (d *decoder) value(node ast.Node, path string, into reflect.Value) {
	bare := d.bare(node)
	if bare == nil {
		return
	}
	d.spots[path] = place(node)
	if into.Type() == nodeType {
		into.Set(reflect.ValueOf(&bare).Elem())
		return
	}
	_, isMapping := bare.(*ast.MappingNode)
	_, fromText := into.Addr().Interface().(encoding.TextUnmarshaler)
	if into.Type() == reflect.TypeFor[Secret]() || (fromText && (!isMapping || into.Kind() != reflect.Struct)) {
		d.scalar(bare, path, into)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(bare, path, into.Elem())
	case reflect.Struct:
		d.mapping(bare, path, path, into.Addr().Interface())
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for _, p := range d.pairs(bare, path) {
			element := reflect.New(into.Type().Elem()).Elem()
			d.value(p.value, join(path, p.key), element)
			into.SetMapIndex(reflect.ValueOf(p.key).Convert(into.Type().Key()), element)
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
