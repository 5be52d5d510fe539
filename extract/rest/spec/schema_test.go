package spec

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"lastro/extract/connectors"
)

var update = flag.Bool("update", false, "write schema.json anew")

// TestSchema holds schema.json to the Go types and their comments. go test -update writes it.
func TestSchema(t *testing.T) {
	want := schemaOf(t)
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(Schema, want) {
		t.Error("schema.json is not what the types say: go test ./extract/rest/spec -run TestSchema -update writes it")
	}
}

// TestSchemaTakes validates the built-in connectors by the schema, and a file that it must refuse.
func TestSchemaTakes(t *testing.T) {
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", read); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := fs.Glob(connectors.Files, "*.yaml")
	if len(files) == 0 {
		t.Fatal("no connectors")
	}
	for _, file := range files {
		content, err := fs.ReadFile(connectors.Files, file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(generic(t, content)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, wrong := range []string{
		"connector: x\nclient: {base_url: y}\nresources: [{name: a, endpont: {path: /a}}]",
		"connector: x\nclient: {base_url: y}\nresources: [{name: a, endpoint: {path: /a, paginator: {type: curser}}}]",
		"connector: x\nresources: []",
	} {
		if schema.Validate(generic(t, []byte(wrong))) == nil {
			t.Errorf("the schema takes\n%s", wrong)
		}
	}
}

// generic reads YAML as JSON would have it.
func generic(t *testing.T, content []byte) any {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(content)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

type object = map[string]any

func schemaOf(t *testing.T) []byte {
	t.Helper()
	comments := commentsOf(t)
	defs := object{}
	root := structOf(reflect.TypeFor[Connector](), comments, defs)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Connector file of Lastro"
	root["required"] = []string{"connector", "client", "resources"}
	root["$defs"] = defs
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func structOf(of reflect.Type, comments map[string]string, defs object) object {
	properties := object{}
	for i := range of.NumField() {
		field := of.Field(i)
		key := field.Tag.Get("yaml")
		one := typeOf(field.Type, of.Name()+"."+key, comments, defs)
		if text := comments[of.Name()+"."+field.Name]; text != "" {
			if _, refers := one["$ref"]; refers {
				one = object{"allOf": []any{one}}
			}
			one["description"] = text
		}
		properties[key] = one
	}
	return object{"type": "object", "additionalProperties": false, "properties": properties}
}

func typeOf(of reflect.Type, path string, comments map[string]string, defs object) object {
	scalar := []string{"string", "number", "boolean", "null"}
	switch {
	case of == reflect.TypeFor[Duration]():
		return object{"type": "string", "pattern": `^([0-9]+d|([0-9.]+(h|m|s|ms))+)$`}
	case of == reflect.TypeFor[Column]():
		if _, known := defs["Column"]; !known {
			defs["Column"] = object{"oneOf": []any{object{"type": "string"}, structOf(of, comments, defs)}}
		}
		return object{"$ref": "#/$defs/Column"}
	}
	switch of.Kind() {
	case reflect.Pointer:
		return typeOf(of.Elem(), path, comments, defs)
	case reflect.Struct:
		if _, known := defs[of.Name()]; !known {
			defs[of.Name()] = nil
			defs[of.Name()] = structOf(of, comments, defs)
		}
		return object{"$ref": "#/$defs/" + of.Name()}
	case reflect.Slice:
		list := object{"type": "array", "items": typeOf(of.Elem(), path, comments, defs)}
		if of.Elem().Kind() == reflect.String {
			return object{"oneOf": []any{object{"type": "string"}, list}}
		}
		return list
	case reflect.Map:
		return object{"type": "object", "additionalProperties": typeOf(of.Elem(), path, comments, defs)}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return object{"type": "number", "minimum": 0}
	}
	if allowed := words[path]; allowed != nil {
		if path == "Resource.deletes" {
			allowed = append(slices.Clone(allowed), "")
		}
		return object{"anyOf": []any{object{"enum": allowed}, object{"type": "string", "pattern": `\{settings\.`}}}
	}
	return object{"type": scalar}
}

// commentsOf gives the comments of the fields of connector.go, by type and field.
func commentsOf(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "connector.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		declared, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		body, ok := declared.Type.(*ast.StructType)
		if !ok {
			return true
		}
		for _, field := range body.Fields.List {
			text := strings.TrimSpace(field.Doc.Text() + field.Comment.Text())
			for _, name := range field.Names {
				comments[declared.Name.Name+"."+name.Name] = strings.Join(strings.Fields(text), " ")
			}
		}
		return true
	})
	return comments
}
