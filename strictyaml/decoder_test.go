package strictyaml

import (
	"reflect"
	"strings"
	"testing"
)

type garden struct {
	Name  string            `yaml:"name"`
	Beds  int               `yaml:"beds"`
	Tools []string          `yaml:"tools"`
	Trees map[string]tree   `yaml:"trees"`
	Notes map[string]string `yaml:"notes"`
}

type tree struct {
	Height float64 `yaml:"height"`
	Felled bool    `yaml:"felled"`
}

func read(text string, rules Rules) (garden, *Decoder) {
	rules.What, rules.FileLimit, rules.LineLimit = "a garden file", 1<<10, 1<<8
	d := New("garden.yaml", rules)
	var g garden
	if root := d.Parse([]byte(text)); root != nil {
		d.Value(root, "", reflect.ValueOf(&g).Elem())
	}
	return g, d
}

func TestValues(t *testing.T) {
	got, d := read("name: Quintal\nbeds: +3\ntools: hoe\ntrees:\n  oak: &big {height: 4.5, felled: true}\n  elm: *big\nnotes: {a: }\n", Rules{})
	want := garden{Name: "Quintal", Beds: 3, Tools: []string{"hoe"}, Trees: map[string]tree{"oak": {4.5, true}, "elm": {4.5, true}}, Notes: map[string]string{"a": ""}}
	if len(d.Mistakes) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, d.Mistakes)
	}
	if at := d.Spots["trees.oak.height"]; at.Line != 5 || at.Column != 22 || d.Quote("trees.oak.height") != `"4.5"` || d.Has("notes.a") {
		t.Errorf("%+v", d.Spots)
	}
	if _, d := read("notes: {a: }", Rules{EmptyStands: true}); !d.Has("notes.a") {
		t.Error("a key without a value has no spot")
	}
}

// TestMistakes tells all of a file, in its order, each with its place.
func TestMistakes(t *testing.T) {
	_, d := read("nmae: x\nbeds: -1\nbeds: 2\ntools: {a: b}\ntrees: {oak: {height: tall, felled: yes, <<: x}, elm: *none}\n", Rules{NotNegative: true, MergeHint: "write it out"})
	want := `garden.yaml:1:1: unknown key "nmae" in a garden file: did you mean name?
garden.yaml:2:7: beds is "-1": it must be a whole number, not negative
garden.yaml:3:1: the key "beds" stands here a second time: keep one of the two
garden.yaml:4:8: tools must be a list: write - before each entry, or [one, two]
garden.yaml:5:23: trees.oak.height is "tall": it must be a number, not negative
garden.yaml:5:37: trees.oak.felled is "yes": it must be true or false
garden.yaml:5:42: merging with << is not supported: write it out
garden.yaml:5:55: nothing is named by the anchor &none`
	if got := (&Error{Mistakes: Sort(d.Mistakes)}).Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestWhatIsNoFile refuses what the parser must not be given.
func TestWhatIsNoFile(t *testing.T) {
	for text, want := range map[string]string{
		"": "the file is empty", "a: 1\n---\nb: 2\n": "garden.yaml:3:1: a second YAML document", "name: [": "not valid YAML",
		"na\x00me": "garden.yaml:1:3: a NUL byte", "name: \xff": "a byte that is not UTF-8", strings.Repeat("[", 100): "brackets within each other",
		strings.Repeat("x", 300): "a line of 300 bytes", strings.Repeat("a: 1\n", 300): "has 1500 bytes, more than the 1024 of a garden file",
	} {
		if _, d := read(text, Rules{}); len(d.Mistakes) == 0 || !strings.Contains((&Error{d.Mistakes}).Error(), want) {
			t.Errorf("%.20q: %v, want %s", text, d.Mistakes, want)
		}
	}
}
