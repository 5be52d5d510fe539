package files

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestConfigIsReadFromYAML(t *testing.T) {
	var c Config
	err := yaml.UnmarshalWithOptions([]byte(`
path: ./data
exclude: ["*.bak.csv"]
encoding: latin1
decimal_comma: true
streams:
  subs:
    files: ["export_*.csv"]
    key: [id]
    delimiter: ";"
    decimal_comma: false
    columns:
      id: text
      started: {type: date, format: "%d-%m-%Y", required: true}
`), &c, yaml.Strict())
	if err != nil {
		t.Fatal(err)
	}
	subs := c.Streams["subs"]
	merged := subs.Options.over(c.Options)
	if c.Encoding != "latin1" || subs.Columns["id"] != (Column{Type: "text"}) ||
		subs.Columns["started"] != (Column{Type: "date", Format: "%d-%m-%Y", Required: true}) ||
		merged.Encoding != "latin1" || merged.Delimiter != ";" || *merged.DecimalComma {
		t.Errorf("got %+v, %+v", c, merged)
	}
	if found := c.Check(); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

func TestEveryMistakeIsFound(t *testing.T) {
	yes := true
	c := Config{
		Include: []string{"[a"},
		Options: Options{Delimiter: ";;", Encoding: "ebcdic", DateFormat: "DD-MM-YYYY", MaxRecordBytes: 3},
		Streams: map[string]Stream{
			"a b": {Files: []string{""}},
			"subs": {
				Canonical: &yes, Options: Options{Delimiter: "\""},
				Columns: map[string]Column{"a": {Type: "number"}, "b": {Type: "date", Format: "YYYY"}, "c": {Type: "money", Format: "%d"}, "d": {Format: "%d"}},
			},
		},
	}
	var got []string
	for _, m := range c.Check() {
		got = append(got, m.Path+" "+m.Problem)
	}
	same(t, "mistakes", got,
		`delimiter is ";;"`, `encoding is "ebcdic"`, `date_format is "DD-MM-YYYY"`, `max_record_bytes is 3`,
		`include has the pattern "[a"`,
		`streams.a b is called "a b"`, `streams.a b.files has the pattern ""`,
		`streams.subs.delimiter is "\""`, `streams.subs.canonical is true`,
		`streams.subs.columns.a has the type "number"`, `streams.subs.columns.b.format is "YYYY"`,
		`streams.subs.columns.c.format is "%d"`, `streams.subs.columns.d.format is "%d"`)
	if _, err := New("books", c, "UTC"); err == nil || !strings.Contains(err.Error(), `source books: delimiter is ";;": use one character`) {
		t.Errorf("got %v", err)
	}
}
