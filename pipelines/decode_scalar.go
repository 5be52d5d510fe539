package pipelines

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

// scalar fills a field that one text gives.
func (d *decoder) scalar(node ast.Node, path string, into reflect.Value) {
	text, ok := d.text(node, path, into.Type() == reflect.TypeFor[Secret]())
	if !ok {
		return
	}
	if target, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := target.UnmarshalText([]byte(text)); err != nil {
			d.mistake(path, fmt.Sprintf("%s is %s: %s", path, d.quote(path), d.unexpanded(err.Error())), "")
		}
		return
	}
	wrong := ""
	switch kind := into.Kind(); {
	case into.Type() == reflect.TypeFor[Secret]():
		into.Set(reflect.ValueOf(NewSecret(text)))
	case kind == reflect.String:
		into.SetString(text)
	case kind == reflect.Bool && (text == "true" || text == "false"):
		into.SetBool(text == "true")
	case kind == reflect.Bool:
		wrong = "true or false"
	case into.CanInt():
		number, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, into.Type().Bits())
		if err != nil || !wholeNumber.MatchString(text) {
			wrong = "a whole number"
			break
		}
		into.SetInt(number)
	case into.CanFloat():
		number, err := strconv.ParseFloat(text, into.Type().Bits())
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			wrong = "a number"
			break
		}
		into.SetFloat(number)
	default:
		wrong = "left out: this program cannot read it"
	}
	if wrong != "" {
		d.mistake(path, fmt.Sprintf("%s is %s", path, d.quote(path)), "it must be "+wrong)
	}
}

// text gives the text of a scalar with its references resolved, and notes what of it is secret.
// ok is false after a mistake.
func (d *decoder) text(node ast.Node, path string, secret bool) (text string, ok bool) {
	at := d.spots[path]
	switch n := node.(type) {
	case *ast.LiteralNode:
		at.written = unshift(n.Value.Value)
	case ast.ScalarNode:
		at.written = unshift(n.GetToken().Value)
	default:
		d.mistake(path, path+" must be one value", "not a list or a mapping")
		return "", false
	}
	d.spots[path] = at
	got, remarks := d.references.expand(at.written)
	for _, remark := range remarks {
		d.mistakeAt(at, remark.problem, remark.hint)
		d.wrong[path] = true
	}
	if got.referenced {
		d.written[got.text] = at.written
	}
	for _, part := range got.secrets {
		d.redactor.Add(part)
	}
	if secret && reference.FindString(at.written) != at.written {
		d.redactor.Add(at.written)
	}
	if secret || (got.referenced && secretName.MatchString(lastKey(path))) {
		d.redactor.Add(got.text)
	}
	return got.text, len(remarks) == 0
}

// lastKey is the name of the key that the value at path belongs to: "dsn" of "targets[0].dsn".
func lastKey(path string) string {
	path = path[strings.LastIndexByte(path, '.')+1:]
	if at := strings.IndexByte(path, '['); at > 0 {
		path = path[:at]
	}
	return path
}
