package jsonlines

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func readAll(t *testing.T, src io.Reader, maxRecord int) (records []string) {
	t.Helper()
	r, err := Open(src, maxRecord)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records
		}
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%d@%d:", rec.Line, rec.Offset)
		if rec.Fault != "" {
			text = fmt.Sprintf("%d! %s [%s]", rec.Line, rec.Fault, rec.Raw)
		}
		for _, m := range rec.Members {
			value, ok := m.Text(nil)
			if !ok {
				value = []byte("NULL")
			}
			text += " " + m.Name + "=" + string(value)
		}
		records = append(records, text)
	}
}

// detail is what the decoder says, which is its own affair.
var detail = regexp.MustCompile(`((?:not JSON|for one name): )(?:jsontext|invalid|duplicate).*?( \[\{|$| \[hello)`)

func TestRecordsAndFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		max        int
		want       []string
	}{
		{"values as text", `{"a": 1234567890123456.78, "b": "x\"\n\u00e9", "c": null, "d": true, "e": [1, {"x": 2.50}], "f": {}, "g": 1.0E+2, "h": ""}` + "\n", 0,
			[]string{`1@0: a=1234567890123456.78 b=x"` + "\n" + `é c=NULL d=true e=[1, {"x": 2.50}] f={} g=1.0E+2 h=`}},
		{"lines", "{\"a\":1}\r\n\n  \n{\"a\":2}", 0, []string{"1@0: a=1", "4@13: a=2"}},
		{"BOM", "\xef\xbb\xbf{\"a\":1}\n", 0, []string{"1@3: a=1"}},
		{"empty", "", 0, nil},
		{"empty object", "{}\n", 0, []string{"1@0:"}},
		{"cut off", "{\"a\":1\n{\"a\":2}\n", 0, []string{`1! is not JSON: it ends too early [{"a":1]`, "2@7: a=2"}},
		{"not an object", "[1]\n\"x\"\n", 0, []string{`1! is no JSON object, as {"name": "value"} [[1]]`, `2! is no JSON object, as {"name": "value"} ["x"]`}},
		{"not JSON", "hello\n", 0, []string{`1! is not JSON: … [hello]`}},
		{"two objects", "{}{}\n", 0, []string{`1! has more than one JSON object [{}{}]`}},
		{"numbers that are none", "{\"a\":01}\n{\"a\":1-2}\n{\"a\":NaN}\n{\"a\":\"\\q\"}\n", 0, []string{
			`1! is not JSON: … [{"a":01}]`,
			`2! is not JSON: … [{"a":1-2}]`,
			`3! is not JSON: … [{"a":NaN}]`,
			`4! is not JSON: … [{"a":"\q"}]`,
		}},
		{"a name twice", "{\"a\":1,\"a\":2}\n{\"a\":1,\"A\":2}\n{\"a\":{\"b\":1,\"b\":2}}\n", 0, []string{
			`1! has two values for one name: … [{"a":1,"a":2}]`,
			`2! has two values for "A" [{"a":1,"A":2}]`,
			`3! has two values for one name: … [{"a":{"b":1,"b":2}}]`,
		}},
		{"not UTF-8", "{\"a\":\"\xe3\"}\n", 0, []string{"1! holds bytes that are not UTF-8 [{\"a\":\"\xe3\"}]"}},
		{"NUL", `{"a":"x\u0000"}` + "\n", 0, []string{`1! holds a NUL character in "a" [{"a":"x\u0000"}]`}},
		{"long", `{"a":"` + strings.Repeat("x", 100) + "\"}\n{\"a\":1}\n", 20, []string{
			`1! is 108 bytes long, more than the 20 of max_record_bytes; only its beginning is kept here [{"a":"` + strings.Repeat("x", 14) + "]", "2@109: a=1",
		}},
	} {
		for _, how := range []struct {
			name string
			src  io.Reader
		}{{"at once", strings.NewReader(c.text)}, {"byte by byte", iotest.OneByteReader(strings.NewReader(c.text))}} {
			t.Run(c.name+"/"+how.name, func(t *testing.T) {
				got := readAll(t, how.src, c.max)
				for i := range got {
					got[i] = detail.ReplaceAllString(got[i], "$1…$2")
				}
				if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			})
		}
	}
}

func TestLongLines(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 10<<20) + "\"}\n"
	kept := `{"a":"` + strings.Repeat("y", 900_000) + "\"}\n"
	got := readAll(t, strings.NewReader(long+kept+"{\"a\":3}\n"), 0)
	if len(got) != 3 || !strings.HasPrefix(got[0], fmt.Sprintf("1! is %d bytes long", len(long)-1)) ||
		len(got[1]) < 900_000 || got[2] != fmt.Sprintf("3@%d: a=3", len(long)+len(kept)) {
		t.Errorf("got %d records: %.60s", len(got), got)
	}
}

func TestReadFailure(t *testing.T) {
	broken := errors.New("the disk is gone")
	r, err := Open(io.MultiReader(strings.NewReader("{}\n{}"), iotest.ErrReader(broken)), 0)
	for err == nil {
		_, err = r.Read()
	}
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
