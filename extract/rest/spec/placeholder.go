package spec

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"lastro/strictyaml"
)

// placeholder is {settings.NAME}, {parent.COLUMN} or {parents.COLUMN} within a text.
var placeholder = regexp.MustCompile(`\{(settings|parents?)\.([^{}\s"]*)\}`)

// Fill puts values in place of the placeholders of a text; value gives one by its kind (settings, parent or parents) and
// name, and false leaves it as it is.
func Fill(text string, value func(kind, name string) (string, bool)) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		if filled, ok := value(parts[1], parts[2]); ok {
			return filled
		}
		return found
	})
}

// Resolve gives the connector with the settings of a pipeline's file in place of their placeholders. Settings that it
// does not know and those that it needs and are missing are joined in the error.
func (c *Connector) Resolve(settings map[string]string) (*Connector, error) {
	names := slices.Sorted(maps.Keys(c.Settings))
	values := map[string]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("%s has no setting %q: %s", c.Connector, name, strictyaml.Suggest(name, names)))
		}
	}
	for _, name := range names {
		values[name] = settings[name]
		if values[name] == "" {
			values[name] = c.Settings[name].Default
		}
		if values[name] == "" && c.Settings[name].Required {
			errs = append(errs, fmt.Errorf("%s needs the setting %s (%s)", c.Connector, name, c.Settings[name].Description))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	resolved := reflect.New(reflect.TypeFor[Connector]()).Elem()
	copyInto(resolved, reflect.ValueOf(*c), func(text string) string {
		return Fill(text, func(kind, name string) (string, bool) {
			value, ok := values[name]
			return value, ok && kind == "settings"
		})
	})
	out := resolved.Interface().(Connector)
	for i := range out.Resources {
		maps.DeleteFunc(out.Resources[i].Endpoint.Params, func(_, value string) bool { return value == "" })
	}
	return &out, nil
}

// copyInto copies deeply, passing each text through change.
func copyInto(into, from reflect.Value, change func(string) string) {
	switch from.Kind() {
	case reflect.String:
		into.SetString(change(from.String()))
	case reflect.Pointer:
		if !from.IsNil() {
			into.Set(reflect.New(from.Type().Elem()))
			copyInto(into.Elem(), from.Elem(), change)
		}
	case reflect.Struct:
		for i := range from.NumField() {
			copyInto(into.Field(i), from.Field(i), change)
		}
	case reflect.Slice:
		into.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			copyInto(into.Index(i), from.Index(i), change)
		}
	case reflect.Map:
		into.Set(reflect.MakeMap(from.Type()))
		for _, key := range from.MapKeys() {
			element := reflect.New(from.Type().Elem()).Elem()
			copyInto(element, from.MapIndex(key), change)
			into.SetMapIndex(key, element)
		}
	default:
		into.Set(from)
	}
}

// texts calls visit for every text of a value, with its path as the file would have it.
func texts(v reflect.Value, path string, visit func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), strictyaml.Join(path, v.Type().Field(i).Tag.Get("yaml")), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			texts(v.MapIndex(key), strictyaml.Join(path, key.String()), visit)
		}
	}
}
