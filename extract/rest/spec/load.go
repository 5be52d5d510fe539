package spec

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"lastro/strictyaml"
)

// What the YAML parser is given is bounded.
const (
	fileLimit = 256 << 10 // bytes
	lineLimit = 8 << 10   // bytes
)

// decoder reads a connector file.
type decoder struct{ *strictyaml.Decoder }

// Load reads a connector file. All its mistakes are told at once, in a *strictyaml.Error.
func Load(fsys fs.FS, name string) (*Connector, error) {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read the connector file: %w", err)
	}
	return Parse(name, content)
}

const needsQuotes = "a placeholder that begins a value needs quotes around it"

// Parse reads the content of a connector file; file is what messages call it. What the file leaves out is filled in from
// its resource_defaults.
func Parse(file string, content []byte) (*Connector, error) {
	d := decoder{strictyaml.New(file, strictyaml.Rules{
		What: "a connector file", FileLimit: fileLimit, LineLimit: lineLimit,
		EmptyHint:  "a connector file has at least connector, client and resources",
		SecondHint: "keep one connector in one file", MergeHint: "what resources have in common goes under resource_defaults",
		MappingHint: needsQuotes, NotNegative: true, EmptyStands: true,
		UnknownHint: func(key string, keys []string) string {
			if strings.HasPrefix(key, "settings.") || strings.HasPrefix(key, "parent") {
				return needsQuotes
			}
			return strictyaml.Suggest(key, keys)
		},
	})}
	var c Connector
	if root := d.Decoder.Parse(content); root != nil {
		d.Value(root, "", reflect.ValueOf(&c).Elem())
		d.words(reflect.ValueOf(c), "") // before what is said once stands in every resource
		c.merge()
		d.check(&c)
	}
	if len(d.Mistakes) > 0 {
		return nil, &strictyaml.Error{Mistakes: strictyaml.Sort(d.Mistakes)}
	}
	return &c, nil
}

// UnmarshalText reads a column that is given as its type's name alone.
func (c *Column) UnmarshalText(text []byte) error {
	c.Type = string(text)
	return nil
}
