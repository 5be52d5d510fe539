package strictyaml

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

var wholeNumber = regexp.MustCompile(`^[+-]?[0-9]+$`)

// Text gives the text of a scalar for a field of a type. ok is false after a mistake.
func (d *Decoder) Text(node ast.Node, path string, into reflect.Type) (text string, ok bool) {
	at := d.Spots[path]
	switch n := node.(type) {
	case *ast.LiteralNode:
		at.Written = d.rules.Show(n.Value.Value)
	case ast.ScalarNode:
		at.Written = d.rules.Show(n.GetToken().Value)
	case *ast.MappingNode:
		hint := d.rules.MappingHint
		if hint == "" {
			hint = "not a list or a mapping"
		}
		d.Mistake(path, path+" must be one value", hint)
		return "", false
	default:
		d.Mistake(path, path+" must be one value", "not a list or a mapping")
		return "", false
	}
	d.Spots[path] = at
	return d.rules.Text(d, path, at.Written, into)
}

// scalar fills a field that one text gives.
func (d *Decoder) scalar(node ast.Node, path string, into reflect.Value) {
	text, ok := d.Text(node, path, into.Type())
	if !ok || d.rules.Set(into, text) {
		return
	}
	if target, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := target.UnmarshalText([]byte(text)); err != nil {
			d.Mistake(path, fmt.Sprintf("%s is %s: %s", path, d.Quote(path), d.rules.Quoted(err.Error())), "")
		}
		return
	}
	wrong, sign := "", ""
	if d.rules.NotNegative {
		sign = ", not negative"
	}
	switch kind := into.Kind(); {
	case kind == reflect.String:
		into.SetString(text)
	case kind == reflect.Bool && (text == "true" || text == "false"):
		into.SetBool(text == "true")
	case kind == reflect.Bool:
		wrong = "true or false"
	case into.CanInt():
		number, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, into.Type().Bits())
		if err != nil || !wholeNumber.MatchString(text) || number < 0 && d.rules.NotNegative {
			wrong = "a whole number" + sign
			break
		}
		into.SetInt(number)
	case into.CanFloat():
		number, err := strconv.ParseFloat(text, into.Type().Bits())
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) || number < 0 && d.rules.NotNegative {
			wrong = "a number" + sign
			break
		}
		into.SetFloat(number)
	default:
		wrong = "left out: this program cannot read it"
	}
	if wrong != "" {
		d.Mistake(path, fmt.Sprintf("%s is %s", path, d.Quote(path)), "it must be "+wrong)
	}
}
