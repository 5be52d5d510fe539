package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func parse(t testing.TB, body string) *Page {
	t.Helper()
	p, err := Parse([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return p
}

func TestParseRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	for body, what := range map[string]struct {
		offset    int64
		truncated bool
	}{
		"":                       {0, true},
		" \n":                    {2, true},
		`{"a": 1-2}`:             {7, false},
		`[01]`:                   {2, false},
		`[-]`:                    {2, false},
		`[1.]`:                   {3, false},
		`[1e]`:                   {3, false},
		`[.5]`:                   {1, false},
		`[+1]`:                   {1, false},
		`[NaN]`:                  {1, false},
		`[nul]`:                  {4, false},
		`["\q"]`:                 {2, false},
		`["\u12x4"]`:             {6, false},
		"[\"a\tb\"]":             {3, false},
		"[\"\xff\"]":             {2, false},
		"[\"a\xed\xa0\x80\"]":    {3, false},
		`{"a" 1}`:                {5, false},
		`{"a": 1,}`:              {8, false},
		`{a: 1}`:                 {1, false},
		`[1,]`:                   {3, false},
		`[1] 2`:                  {4, false},
		`{"a": [1, 2}`:           {11, false},
		`{"data": [{"id": "a"`:   {20, true},
		`{"data": [{"id": "a`:    {19, true},
		`{"data": [{"id": "a\`:   {20, true},
		`{"data": [{"id": "a\u1`: {22, true},
		"[\"a\xe2\x82":           {5, true},
		`{"data": [1.`:           {12, true},
		`[tru`:                   {4, true},
		"\ufeff{}":               {0, false},
	} {
		_, err := Parse([]byte(body))
		var wrong *SyntaxError
		if !errors.As(err, &wrong) {
			t.Errorf("%q gave %v", body, err)
			continue
		}
		if wrong.Offset != what.offset || wrong.Truncated != what.truncated {
			t.Errorf("%q: at %d, truncated %t, want %d, %t: %v", body, wrong.Offset, wrong.Truncated, what.offset, what.truncated, err)
		}
	}
	_, err := Parse([]byte("{\"a\": 1,\n \"b\": x}"))
	if want := "not JSON: a value must stand here at byte 15 (line 2, column 7)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseTakesDeepNesting(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	if p, err := Parse([]byte(deep)); err != nil || string(p.appendCompact(nil, 0)) != deep {
		t.Errorf("%d deep: %v", maxDepth, err)
	}
	if _, err := Parse([]byte("[" + deep + "]")); err == nil {
		t.Errorf("%d deep is no error", maxDepth+1)
	}
}

// agree holds a body against encoding/json, which takes bytes that are no UTF-8 but else is as strict.
func agree(body []byte) error {
	p, err := Parse(bytes.Clone(body))
	if want := json.Valid(body) && utf8.Valid(body); (err == nil) != want {
		return fmt.Errorf("valid %t, but %w", want, err)
	}
	if err != nil {
		return nil
	}
	defer p.Free()
	want, err := decode(body)
	if err != nil {
		return err
	}
	if err := same(p, 0, want); err != nil {
		return err
	}
	compact := p.appendCompact(nil, 0)
	again, err := decode(compact)
	if err != nil || !reflect.DeepEqual(again, want) {
		return fmt.Errorf("compact %s is another value: %w", compact, err)
	}
	var std bytes.Buffer
	if err := json.Compact(&std, body); err != nil {
		return err
	}
	if !bytes.Contains(body, []byte(`\u`)) && !bytes.Equal(std.Bytes(), compact) {
		return fmt.Errorf("compact %s, want %s", compact, std.Bytes())
	}
	return nil
}

func decode(body []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// same compares a value with what encoding/json made of it.
func same(p *Page, at uint32, want any) error {
	r := Record{p, at}
	n := p.nodes[at]
	switch want := want.(type) {
	case nil:
		if n.kind != isNull || r.Has("") || r.True("") {
			return errors.New("null is another kind")
		}
	case bool:
		if got, ok := r.Text(""); !ok || got != strconv.FormatBool(want) || r.True("") != want {
			return fmt.Errorf("%s, want %t", got, want)
		}
	case string:
		if got, ok := r.Text(""); !ok || got != want || r.True("") != (want != "") {
			return fmt.Errorf("%q, want %q", got, want)
		}
	case json.Number:
		v, err := want.Float64()
		zero := v == 0 && err == nil && !strings.ContainsAny(strings.SplitN(strings.ToLower(want.String()), "e", 2)[0], "123456789")
		if got, ok := r.Text(""); !ok || got != want.String() || r.True("") == zero {
			return fmt.Errorf("%s, want %s", got, want)
		}
	case []any:
		if count, ok := r.Len(""); !ok || count != len(want) || r.True("") != (len(want) > 0) {
			return fmt.Errorf("%d items, want %d", count, len(want))
		}
		for i := range want {
			item, ok := p.item(at, i)
			if !ok {
				return fmt.Errorf("item %d is missing", i)
			}
			if err := same(p, item, want[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		for key := range want {
			member, ok := p.member(at, key)
			if !ok {
				return fmt.Errorf("key %q is missing", key)
			}
			if err := same(p, member, want[key]); err != nil {
				return fmt.Errorf("%q: %w", key, err)
			}
		}
	}
	return nil
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{
		`{"a": [1, -2.5e10, true, false, null, "x\u00e9\ud83d\ude00\n"], "b": {"c": {}}}`, `[1-2]`, `[01]`, `"\q"`, `NaN`, `"\ud800"`,
		"\"\xff\"", `{"a":1,"a":2}`, ` [ ] `, `[1e400]`, `"12345678901234567890"`, `["\ud800\u0041","\udc00"]`, "[\"\u2028é\"]",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if err := agree(body); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
	})
}

// anyJSON draws a value and writes it as some API might.
func anyJSON(t *rapid.T, depth int) string {
	space := func() string {
		return rapid.SampledFrom([]string{"", "", "", " ", "\n\t", "\r\n  "}).Draw(t, "space")
	}
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
	case 1:
		return rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
	case 2:
		return strconv.FormatFloat(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "float"), 'g', -1, 64)
	case 3, 4:
		return anyText(t)
	case 5:
		var items []string
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			items = append(items, space()+anyJSON(t, depth-1)+space())
		}
		return "[" + strings.Join(items, ",") + space() + "]"
	}
	var members []string
	for range rapid.IntRange(0, 4).Draw(t, "members") {
		members = append(members, space()+anyText(t)+space()+":"+space()+anyJSON(t, depth-1))
	}
	return "{" + strings.Join(members, ",") + space() + "}"
}

func anyText(t *rapid.T) string {
	var out strings.Builder
	out.WriteByte('"')
	for range rapid.IntRange(0, 12).Draw(t, "pieces") {
		out.WriteString(rapid.SampledFrom([]string{
			"a", "id", "long enough for eight bytes", "é", "日本", "😀", `\"`, `\\`, `\/`, `\b\f\n\r\t`, `\u00e9`, `\u0000`, `\ud83d\ude00`,
			`\ud800`, `\udc00`, `\uD83D\u0041`, " ", "\u007f", "\u2028",
		}).Draw(t, "piece"))
	}
	out.WriteByte('"')
	return out.String()
}

func TestParseAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		body := []byte(anyJSON(rt, 4))
		// As often as not something is broken in it.
		if rapid.Bool().Draw(rt, "broken") && len(body) > 0 {
			at := rapid.IntRange(0, len(body)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				body = body[:at]
			case 1:
				body[at] = rapid.Byte().Draw(rt, "byte")
			default:
				body = append(body[:at:at], body[at+1:]...)
			}
		}
		if err := agree(body); err != nil {
			rt.Fatalf("%q: %v", body, err)
		}
	})
}

func TestPaths(t *testing.T) {
	t.Parallel()
	p := parse(t, `{"data": [{"id": "a", "n": 12.50, "x": {"y": [1, {"z": true}]}}, {"id": 7}], "a.b": {"c": null}, "more": "yes",
		"none": [], "zero": 0, "no": false, "e": "", "a": 1, "a": 2, "k\u0065y": "found", "error": null, "0e": 0e5}`)
	for path, want := range map[string]string{
		"data[0].id": "a", "data[1].id": "7", "data[0].n": "12.50", "data[0].x.y[1].z": "true", "more": "yes", "a": "2", "key": "found", "e": "",
	} {
		if got, ok := p.Text(path); !ok || got != want {
			t.Errorf("%s: %q, %t, want %q", path, got, ok, want)
		}
	}
	for _, path := range []string{"data", "data[2].id", "data[0].x", `["a.b"].c`, "b", "more.x", "data.id", "data[", "a..b"} {
		if got, ok := p.Text(path); ok {
			t.Errorf("%s gives %q", path, got)
		}
	}
	for path, want := range map[string][2]bool{ // Has, True
		"data": {true, true}, "none": {true, false}, "zero": {true, false}, "no": {true, false}, "e": {true, false}, "a": {true, true},
		"error": {false, false}, "gone": {false, false}, `["a.b"]`: {true, true}, "0e": {true, false}, "data[0].x.y": {true, true},
	} {
		if got := [2]bool{p.Has(path), p.True(path)}; got != want {
			t.Errorf("%s: has, true: %v, want %v", path, got, want)
		}
	}
	if n, ok := p.Len("data"); n != 2 || !ok {
		t.Errorf("Len(data) = %d, %t", n, ok)
	}
	if n, ok := p.Len("none"); n != 0 || !ok {
		t.Errorf("Len(none) = %d, %t", n, ok)
	}
	if n, ok := p.Len("$"); n != 1 || !ok {
		t.Errorf("Len($) = %d, %t", n, ok)
	}
	for _, selector := range []string{"", "more", "gone", "error", `["a.b"]`} {
		if _, ok := p.Len(selector); ok {
			t.Errorf("a list at %q", selector)
		}
	}
	r := p.Record("data", 0)
	if got := string(r.Raw()); got != `{"id": "a", "n": 12.50, "x": {"y": [1, {"z": true}]}}` {
		t.Errorf("Raw: %s", got)
	}
	if n, ok := r.Len("x.y"); n != 2 || !ok || !r.Record("x.y", 1).True("z") {
		t.Errorf("a list within a record: %d, %t", n, ok)
	}
	if id, _ := p.Record("data", 1).Text("id"); id != "7" {
		t.Errorf("second id: %s", id)
	}
	list := parse(t, ` [1, 2] `)
	if n, ok := list.Len(""); n != 2 || !ok {
		t.Errorf("Len of a list: %d, %t", n, ok)
	}
	for path, want := range map[string]string{"a[": "not closed", "a[x]": "no index", "a.": "ends with a dot", ".a": "empty", `["a`: "not closed", "[0]a": "must follow"} {
		if err := CheckPath(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckPath(%s): %v", path, err)
		}
	}
}
