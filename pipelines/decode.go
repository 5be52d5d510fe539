package pipelines

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lastro/extract/rest/spec"
	"lastro/strictyaml"
)

// decoder reads a pipeline file, or one that it names. Its values may hold references: what a message quotes is what the
// file writes, since what a variable holds may be a secret.
type decoder struct {
	*strictyaml.Decoder
	references references
	redactor   *Redactor
	written    map[string]string          // how the file writes what it takes from references, by what they gave
	connectors map[string]*spec.Connector // that were read, by how the file names them; nil after a mistake
}

// What the YAML parser is given is bounded. A pipeline file has a few KB.
const (
	pipelineFileLimit = 64 << 10 // bytes
	pipelineLineLimit = 4 << 10  // bytes
)

func newDecoder(file, dir string, env func(string) (string, bool)) *decoder {
	d := &decoder{
		references: references{env: env, dir: dir},
		redactor:   &Redactor{},
		written:    map[string]string{},
		connectors: map[string]*spec.Connector{},
	}
	d.Decoder = strictyaml.New(file, strictyaml.Rules{
		What: "a pipeline file", FileLimit: pipelineFileLimit, LineLimit: pipelineLineLimit,
		LargeHint: "give the path of a pipeline file", EmptyHint: "make one that works with lastro init",
		SecondHint: "keep one pipeline in one file", MergeHint: "write the keys out",
		Hide: shiftReferences, Show: unshift, Reserved: isShifted,
		Text: d.resolved, Quoted: d.unexpanded, Set: setSecret,
	})
	return d
}

// parseFile gives the file's one YAML document, or nil after a mistake.
func (d *decoder) parseFile(path string) ast.Node {
	content, err := os.ReadFile(path)
	if err != nil {
		d.MistakeAt(strictyaml.Spot{}, fmt.Sprintf("cannot be read: %v", plainCause(err)), "give the path of a pipeline file, or make one with lastro init")
		return nil
	}
	return d.Parse(content)
}

// unexpanded puts back, wherever a message of another package quotes a value that references gave, what the file writes.
func (d *decoder) unexpanded(message string) string {
	for value, written := range d.written {
		message = strings.ReplaceAll(message, strconv.Quote(value), strconv.Quote(written))
	}
	return message
}

// setSecret hides a text that a secret is given.
func setSecret(into reflect.Value, text string) bool {
	if into.Type() != reflect.TypeFor[Secret]() {
		return false
	}
	into.Set(reflect.ValueOf(NewSecret(text)))
	return true
}

// resolved gives what a scalar says with its references resolved, and notes what of it is secret.
func (d *decoder) resolved(_ *strictyaml.Decoder, path, written string, into reflect.Type) (text string, ok bool) {
	secret := into == reflect.TypeFor[Secret]()
	got, remarks := d.references.expand(written)
	for _, remark := range remarks {
		d.MistakeAt(d.Spots[path], remark.problem, remark.hint)
		d.Wrong[path] = true
	}
	if got.referenced {
		d.written[got.text] = written
	}
	for _, part := range got.secrets {
		d.redactor.Add(part)
	}
	if secret && reference.FindString(written) != written {
		d.redactor.Add(written)
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
