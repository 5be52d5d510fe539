package spec

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// scalar fills a field that one text gives.
func (d *decoder) scalar(node ast.Node, path string, into reflect.Value) {
	at := d.spots[path]
	switch n := node.(type) {
	case *ast.LiteralNode:
		at.written = n.Value.Value
	case ast.ScalarNode:
		at.written = n.GetToken().Value
	case *ast.MappingNode:
		d.mistake(path, path+" must be one value, not a mapping", "a placeholder that begins a value needs quotes around it")
		return
	default:
		d.mistake(path, path+" must be one value", "not a list or a mapping")
		return
	}
	d.spots[path] = at
	text := at.written
	if target, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := target.UnmarshalText([]byte(text)); err != nil {
			d.mistake(path, fmt.Sprintf("%s: %v", path, err), "")
		}
		return
	}
	wrong := ""
	switch kind := into.Kind(); {
	case kind == reflect.String:
		into.SetString(text)
	case kind == reflect.Bool && (text == "true" || text == "false"):
		into.SetBool(text == "true")
	case kind == reflect.Bool:
		wrong = "true or false"
	case into.CanInt():
		number, err := strconv.ParseInt(text, 10, into.Type().Bits())
		if into.SetInt(number); err != nil || number < 0 {
			wrong = "a whole number, not negative"
		}
	case into.CanFloat():
		number, err := strconv.ParseFloat(text, 64)
		if into.SetFloat(number); err != nil || math.IsNaN(number) || math.IsInf(number, 0) || number < 0 {
			wrong = "a number, not negative"
		}
	default:
		wrong = "left out: this program cannot read it"
	}
	if wrong != "" {
		d.mistake(path, fmt.Sprintf("%s is %q", path, text), "it must be "+wrong)
	}
}

// UnmarshalText reads a column that is given as its type's name alone.
func (c *Column) UnmarshalText(text []byte) error {
	c.Type = string(text)
	return nil
}
