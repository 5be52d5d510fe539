package pipelines

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"lastro/extract/rest/spec"
)

const connectorsPage = "../docs/connectors.md"

const referenceMark = "<!-- reference: "

// TestConnectorsPage holds the reference of docs/connectors.md to the types that connector files are read into; -update
// writes it from their comments.
func TestConnectorsPage(t *testing.T) {
	page, err := os.ReadFile(connectorsPage)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(page), referenceMark)
	if at < 0 {
		t.Fatalf("%s has no mark %q", connectorsPage, referenceMark)
	}
	end := at + strings.Index(string(page[at:]), "\n") + 1
	golden(t, connectorsPage, string(page[:end])+referenceTables(t))
}

// referenceTables writes a table for each type of a connector file.
func referenceTables(t *testing.T) string {
	types, comments := specTypes(t), map[string]string{}
	keys := map[string]string{} // of the file, by the field's name in Go
	for _, each := range types {
		for _, field := range each.fields {
			keys[field.name] = field.key
		}
		comments[each.name] = each.text
	}
	var page strings.Builder
	page.WriteString("\n## Reference\n")
	for _, each := range types {
		fmt.Fprintf(&page, "\n### %s\n\n%s.\n\n| key | takes | is |\n|---|---|---|\n", titles[each.name], sentence(plain(each.text, each.name, keys)))
		for _, field := range each.fields {
			fmt.Fprintf(&page, "| `%s` | %s | %s |\n", field.key, field.kind, strings.ReplaceAll(plain(field.text, field.name, keys), "|", `\|`))
		}
	}
	return page.String()
}

// titles are what the page calls the types, in its order.
var titles = map[string]string{
	"Connector": "The file", "Setting": "settings.NAME", "Client": "client", "Auth": "client.auth", "Limits": "client.limits",
	"Retry": "client.retry", "Resource": "resources[] and resource_defaults", "Endpoint": "endpoint", "Paginator": "endpoint.paginator",
	"Parent": "parent", "Incremental": "incremental", "Events": "incremental.events", "Search": "incremental.search",
	"Column": "columns.NAME", "Subject": "subject",
}

type specType struct {
	name, text string
	fields     []specField
}

type specField struct{ name, key, kind, text string }

// specTypes reads the types with their comments. Each key of the file must be among them, and said something of.
func specTypes(t *testing.T) []specType {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "extract", "rest", "spec", "connector.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var found []specType
	for _, declared := range file.Decls {
		general, ok := declared.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, each := range general.Specs {
			named := each.(*ast.TypeSpec)
			if structure, ok := named.Type.(*ast.StructType); ok {
				found = append(found, specType{name: named.Name.Name, text: oneLine(general.Doc.Text()), fields: fieldsOf(t, structure)})
			}
		}
	}
	for _, each := range found {
		if titles[each.name] == "" {
			t.Errorf("the page has no title for %s", each.name)
		}
	}
	if len(found) != len(titles) {
		t.Errorf("%d types and %d titles", len(found), len(titles))
	}
	return found
}

func fieldsOf(t *testing.T, structure *ast.StructType) []specField {
	var fields []specField
	above := "" // a comment above a group of fields is told of its first
	for _, field := range structure.Fields.List {
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("yaml")
		text := oneLine(field.Doc.Text() + " " + field.Comment.Text())
		if text == "" {
			text = above
		}
		above = ""
		fields = append(fields, specField{name: field.Names[0].Name, key: tag, kind: kindText(field.Type), text: text})
	}
	if len(fields) == 0 {
		t.Error("a type without fields")
	}
	return fields
}

// kindText says in a word what a key takes.
func kindText(of ast.Expr) string {
	switch kind := of.(type) {
	case *ast.StarExpr:
		return kindText(kind.X)
	case *ast.ArrayType:
		return "list of " + kindText(kind.Elt)
	case *ast.MapType:
		return "mapping of " + kindText(kind.Value)
	case *ast.Ident:
		switch kind.Name {
		case "string":
			return "text"
		case "bool":
			return "true or false"
		case "int", "int64", "float64":
			return "number"
		case "Duration":
			return "span, as 30s, 10m or 30d"
		}
		return "[" + titles[kind.Name] + "](#" + anchor(titles[kind.Name]) + ")"
	}
	return ""
}

func anchor(title string) string {
	return strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9_ -]`).ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// plain makes of a comment in Go a sentence for the page: keys in place of the names of fields.
func plain(text, name string, keys map[string]string) string {
	text = regexp.MustCompile(`^`+name+` ([b-z])`).ReplaceAllString(text, "$1") // not: and others
	text = regexp.MustCompile(`^(is|are) `).ReplaceAllString(text, "")
	text = regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`).ReplaceAllStringFunc(text, func(word string) string {
		if key, ok := keys[word]; ok && strings.ToLower(word) != key || ok && word == name {
			return "`" + key + "`"
		}
		return word
	})
	return strings.TrimSuffix(text, ".")
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// TestConnectorsPageExample holds the page's example: its connector is right, and a pipeline with it and its SQL is, too.
func TestConnectorsPageExample(t *testing.T) {
	page, err := os.ReadFile(connectorsPage)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	examples := regexp.MustCompile("(?s)<!-- example: (\\S+) -->\n```[a-z]*\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, example := range examples {
		writeFile(t, filepath.Join(dir, example[1]), example[2])
	}
	connector, err := spec.Load(os.DirFS(dir), "connectors/desk.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := streamsOf(connector); len(got) != 2 {
		t.Errorf("streams %v", got)
	}
	writeFile(t, filepath.Join(dir, "pipeline.yaml"), `name: desk
timezone: UTC
currency: BRL
sql_dir: ./sql
sources: [{name: desk, kind: rest, connector: ./connectors/desk.yaml, config: {token: "${TOKEN}"}}]
`)
	config, err := ReadFile(filepath.Join(dir, "pipeline.yaml"), func(string) (string, bool) { return "a-token-of-the-desk", true })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseProject(t.Context(), config, nil); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
