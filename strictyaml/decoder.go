// Package strictyaml reads YAML files that people write into structs: a key that no field has is a mistake, every mistake is
// told at once with its line and column, and where each value stood is known to later checks.
package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Decoder fills structs from YAML nodes. It goes on after a mistake.
type Decoder struct {
	File     string
	Spots    map[string]Spot // where each value stands, by its path, as sources[0].name
	Wrong    map[string]bool // paths whose value has a mistake
	Mistakes []Mistake

	rules   Rules
	anchors map[string]ast.Node
}

// Rules say what is special about a kind of file. The zero value of a field leaves things as they are.
type Rules struct {
	What       string // as "a pipeline file"
	FileLimit  int    // bytes: the parser's time and memory grow with the square of these
	LineLimit  int    // bytes
	LargeHint  string // for a file over its limit
	EmptyHint  string // for a file without anything in it
	SecondHint string // for a second document
	MergeHint  string // for <<

	// Hide takes from a text what the parser must not see, by characters that Reserved tells and no file may have; Show
	// gives it back.
	Hide, Show func(string) string
	Reserved   func(rune) bool

	// Text gives what a scalar at a path says, for a field of a type; written is how it stands in the file. ok is false after
	// a mistake. Quoted puts back into a message what the file writes.
	Text   func(d *Decoder, path, written string, into reflect.Type) (text string, ok bool)
	Quoted func(message string) string
	// Set fills a field from the text of a scalar; done is false where it is not for it to do.
	Set func(into reflect.Value, text string) (done bool)

	UnknownHint func(key string, keys []string) string // for an unknown key; nil: Suggest
	MappingHint string                                 // for a mapping where one value must stand
	NotNegative bool                                   // no number is
	EmptyStands bool                                   // a key without a value has a spot, too
}

// New makes a decoder of a file that messages call file.
func New(file string, rules Rules) *Decoder {
	if rules.Show == nil {
		rules.Hide, rules.Show = unchanged, unchanged
	}
	if rules.Reserved == nil {
		rules.Reserved = func(rune) bool { return false }
	}
	if rules.Text == nil {
		rules.Text = func(_ *Decoder, _, written string, _ reflect.Type) (string, bool) { return written, true }
	}
	if rules.Quoted == nil {
		rules.Quoted = unchanged
	}
	if rules.Set == nil {
		rules.Set = func(reflect.Value, string) bool { return false }
	}
	if rules.UnknownHint == nil {
		rules.UnknownHint = Suggest
	}
	return &Decoder{
		File: file, rules: rules, anchors: map[string]ast.Node{}, Wrong: map[string]bool{},
		Spots: map[string]Spot{"": {Line: 1, Column: 1}},
	}
}

func unchanged(text string) string { return text }

// Spot is where a value stands and how it is written there.
type Spot struct {
	Line, Column int
	Written      string
}

// Mistake notes what is wrong with the value at path, or at the nearest value around it. Only the first mistake of a
// value is told: what a wrong value means for later checks helps no one.
func (d *Decoder) Mistake(path, problem, hint string) {
	if !d.Wrong[path] {
		d.Wrong[path] = true
		d.MistakeAt(d.Around(path), problem, hint)
	}
}

// Around is where the value at path stands, or the nearest value around it that there is.
func (d *Decoder) Around(path string) Spot {
	at, known := d.Spots[path]
	for !known && path != "" {
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
		at, known = d.Spots[path]
	}
	return at
}

// MistakeAt notes a mistake at a place.
func (d *Decoder) MistakeAt(at Spot, problem, hint string) {
	d.Mistakes = append(d.Mistakes, Mistake{File: d.File, Line: at.Line, Column: at.Column, Problem: problem, Hint: hint})
}

// Has says that the file gives a value at path; an empty one (null) is none.
func (d *Decoder) Has(path string) bool {
	_, ok := d.Spots[path]
	return ok
}

// Quote is the value at path as the file writes it, for messages.
func (d *Decoder) Quote(path string) string {
	written := d.Spots[path].Written
	if runes := []rune(written); len(runes) > 60 {
		written = string(runes[:60]) + "…"
	}
	return strconv.Quote(written)
}

// Place says where a node stands.
func (d *Decoder) Place(node ast.Node) Spot {
	if node == nil {
		return Spot{Line: 1, Column: 1}
	}
	token := node.GetToken()
	if mapping, ok := node.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		token = mapping.Values[0].Key.GetToken() // else it would be the first colon
	}
	if pair, ok := node.(*ast.MappingValueNode); ok {
		token = pair.Key.GetToken()
	}
	if token == nil || token.Position == nil {
		return Spot{Line: 1, Column: 1}
	}
	return Spot{Line: token.Position.Line, Column: token.Position.Column, Written: d.rules.Show(token.Value)}
}

// Bare takes tags and anchors off a node and follows aliases; nil stands for an empty value.
func (d *Decoder) Bare(node ast.Node) ast.Node {
	for range 100 { // an alias may stand for itself
		switch n := node.(type) {
		case *ast.TagNode:
			node = n.Value
		case *ast.AnchorNode:
			node = n.Value
		case *ast.AliasNode:
			name := d.rules.Show(n.Value.GetToken().Value)
			target, ok := d.anchors[name]
			if !ok {
				d.MistakeAt(d.Place(n), fmt.Sprintf("nothing is named by the anchor &%s", name), "")
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

// Pair is one key of a mapping with its value.
type Pair struct {
	Key   string
	At    Spot
	Value ast.Node
}

// Pairs lists the keys of a mapping. A node that is no mapping is a mistake, which calls it what.
func (d *Decoder) Pairs(node ast.Node, what string) []Pair {
	var values []*ast.MappingValueNode
	switch n := d.Bare(node).(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	case nil:
		return nil
	default:
		d.MistakeAt(d.Place(n), what+" must be a mapping", "write key: value, one a line, or {key: value, …}")
		return nil
	}
	var found []Pair
	for _, value := range values {
		at := d.Place(value.Key)
		switch {
		case value.Key.IsMergeKey():
			d.MistakeAt(at, "merging with << is not supported", d.rules.MergeHint)
		case slices.ContainsFunc(found, func(p Pair) bool { return p.Key == at.Written }):
			d.MistakeAt(at, fmt.Sprintf("the key %q stands here a second time", at.Written), "keep one of the two")
		default:
			found = append(found, Pair{Key: at.Written, At: at, Value: value.Value})
		}
	}
	return found
}

// Mapping fills the structs that into points to from a mapping; their fields' yaml tags are the keys. A key that none of
// them has is a mistake. what names the mapping in messages, as "a source".
func (d *Decoder) Mapping(node ast.Node, path, what string, into ...any) {
	fields := map[string]reflect.Value{}
	var keys []string
	for _, target := range into {
		keys = taggedFields(reflect.ValueOf(target).Elem(), fields, keys)
	}
	for _, p := range d.Pairs(node, what) {
		if field, ok := fields[p.Key]; ok {
			d.stands(path, p)
			d.Value(p.Value, Join(path, p.Key), field)
		} else {
			d.MistakeAt(p.At, fmt.Sprintf("unknown key %q in %s", p.Key, what), d.rules.UnknownHint(p.Key, keys))
		}
	}
}

// stands keeps where a key stands whose value may be empty.
func (d *Decoder) stands(path string, p Pair) {
	if d.rules.EmptyStands {
		d.Spots[Join(path, p.Key)] = p.At
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

// Join is the path of a key within a mapping.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

var nodeType = reflect.TypeFor[ast.Node]()

// Value fills into, which can be set, from node. An empty value leaves it as it is. A struct without yaml tags is filled
// from one text.
func (d *Decoder) Value(node ast.Node, path string, into reflect.Value) {
	bare := d.Bare(node)
	if bare == nil {
		return
	}
	d.Spots[path] = d.Place(node)
	if into.Type() == nodeType {
		into.Set(reflect.ValueOf(&bare).Elem())
		return
	}
	_, isMapping := bare.(*ast.MappingNode)
	_, fromText := into.Addr().Interface().(encoding.TextUnmarshaler)
	isStruct := into.Kind() == reflect.Struct
	if (fromText && (!isMapping || !isStruct)) || (isStruct && len(taggedFields(into, map[string]reflect.Value{}, nil)) == 0) {
		d.scalar(bare, path, into)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.Value(bare, path, into.Elem())
	case reflect.Struct:
		what := path
		if what == "" {
			what = d.rules.What
		}
		d.Mapping(bare, path, what, into.Addr().Interface())
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for _, p := range d.Pairs(bare, path) {
			element := reflect.New(into.Type().Elem()).Elem()
			d.stands(path, p)
			d.Value(p.Value, Join(path, p.Key), element)
			into.SetMapIndex(reflect.ValueOf(p.Key).Convert(into.Type().Key()), element)
		}
	case reflect.Slice:
		d.list(bare, path, into)
	default:
		d.scalar(bare, path, into)
	}
}

// list fills a slice from a sequence; one text alone is a list of one.
func (d *Decoder) list(node ast.Node, path string, into reflect.Value) {
	nodes := []ast.Node{node}
	if sequence, ok := node.(*ast.SequenceNode); ok {
		nodes = sequence.Values
	} else if _, ok := node.(ast.ScalarNode); !ok || into.Type().Elem().Kind() != reflect.String {
		d.Mistake(path, path+" must be a list", "write - before each entry, or [one, two]")
		return
	}
	elements := reflect.MakeSlice(into.Type(), 0, len(nodes))
	for i, each := range nodes {
		element := reflect.New(into.Type().Elem()).Elem()
		at := fmt.Sprintf("%s[%d]", path, i)
		if d.Bare(each) == nil {
			d.Spots[at] = d.Place(each)
			d.Mistake(at, "an entry of "+path+" is empty", "give it a value or remove it")
		}
		d.Value(each, at, element)
		elements = reflect.Append(elements, element)
	}
	into.Set(elements)
}
