package delimited

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// readAll gives every record as "line: field|field" or "line! fault [raw]".
func readAll(t *testing.T, src io.Reader, o Options) (records []string, r *Reader, err error) {
	t.Helper()
	r, err = Open(src, o)
	if err != nil {
		return nil, nil, err
	}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, r, nil
		}
		if err != nil {
			return records, r, err
		}
		if rec.Fault != "" {
			records = append(records, fmt.Sprintf("%d! %s [%s]", rec.Line, rec.Fault, rec.Raw))
			continue
		}
		records = append(records, fmt.Sprintf("%d: %s", rec.Line, bytes.Join(rec.Fields, []byte("|"))))
	}
}

func TestRecordsAndFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		options    Options
		want       []string
		err        string
	}{
		{"plain", "a,b\n1,2\n3,4\n", Options{}, []string{"2: 1|2", "3: 3|4"}, ""},
		{"no last newline", "a,b\n1,2\n3,", Options{}, []string{"2: 1|2", "3: 3|"}, ""},
		{"carriage returns", "a,b\r\n1,2\r\n\"3\",4\r\n5,\"6\"\r\n7,8\r", Options{}, []string{"2: 1|2", "3: 3|4", "4: 5|6", "5: 7|8"}, ""},
		{"old Mac", "a,b\r1,2\r\"x\ry\",4\r5,6", Options{}, []string{"2: 1|2", "3: x\ry|4", "5: 5|6"}, ""},
		{"BOM", "\xef\xbb\xbfa,b\n1,2\n", Options{}, []string{"2: 1|2"}, ""},
		{"BOM before a quote", "\xef\xbb\xbf\"a\",b\n1,2\n", Options{}, []string{"2: 1|2"}, ""},
		{"blank lines", "\n\na,b\n\n1,2\n\r\n\n3,4\n\n", Options{}, []string{"5: 1|2", "8: 3|4"}, ""},
		{"quotes", "a,b\n\"x, \"\"y\"\"\",\"\"\n\"\"\"\",z\n", Options{}, []string{`2: x, "y"|`, `3: "|z`}, ""},
		{"quoted newlines", "a,b\n\"x\n\ny\",1\n2,\"p\r\nq\"\n3,4\n", Options{}, []string{"2: x\n\ny|1", "5: 2|p\r\nq", "7: 3|4"}, ""},
		{"quote inside an unquoted field", "a,b\n5\" pipe,2\n", Options{}, []string{`2: 5" pipe|2`}, ""},
		{"semicolons", "a;b\n1,5;2\n", Options{}, []string{"2: 1,5|2"}, ""},
		{"tabs", "a\tb\n1,5\t2\n", Options{}, []string{"2: 1,5|2"}, ""},
		{"bars", "a|b\n1|2;3\n", Options{}, []string{"2: 1|2;3"}, ""},
		{"delimiter given", "a;b,c\n1;2,3\n", Options{Delimiter: ','}, []string{"2: 1;2|3"}, ""},
		{"the preferred delimiter", "a\tb,c\n1\t2,3\n", Options{Prefer: '\t'}, []string{"2: 1|2,3"}, ""},
		{"one column", "a\n1\n2\n", Options{}, []string{"2: 1", "3: 2"}, ""},
		{"Latin-1", "nome,x\nJo\xe3o \x80,\"\xe9\"\"\"\n", Options{Latin1: true}, []string{`2: João €|é"`}, ""},
		{"too few fields", "a,b\n1\n2,3\n", Options{}, []string{"2! has 1 field, the header has 2 [1]", "3: 2|3"}, ""},
		{"too many fields", "a,b\n1,2,3\n", Options{}, []string{"2! has 3 fields, the header has 2 [1,2,3]"}, ""},
		{"too few over lines", "a,b\n\"1\n2\"\n3,4\n", Options{}, []string{"2! has 1 field, the header has 2; it spans lines 2 to 3: a quote may be unclosed [\"1\n2\"]", "4: 3|4"}, ""},
		{"second header", "a,b\n1,2\na,b\n3,4\n", Options{}, []string{"2: 1|2", "3! is a second header: the names of the columns again [a,b]", "4: 3|4"}, ""},
		{"NUL", "a,b\n1,\x00\n3,4\n", Options{}, []string{"2! holds a NUL byte [1,\x00]", "3: 3|4"}, ""},
		{"not UTF-8", "a,b\n1,Jo\xe3o\n3,4\n", Options{}, []string{"2! holds bytes that are not UTF-8: declare encoding: latin1 if the file is written so [1,Jo\xe3o]", "3: 3|4"}, ""},
		{"text after quotes", "a,b\n\"x\"y,2\n3,4\n", Options{}, []string{`2! has broken quotes: field 1 goes on after its closing quote (a quote inside quotes is written twice) ["x"y,2]`, "3: 3|4"}, ""},
		{"a stray quote far from the next", "a,b\n1,\"x\n3,4\n5,6\n7,\"y\"\n8,9\n", Options{}, []string{
			`2! has broken quotes: the quote that opens field 2 in line 2 closes in line 5 in the middle of a text (a quote inside quotes is written twice) [1,"x]`,
			"3: 3|4", "4: 5|6", "5: 7|y", "6: 8|9",
		}, ""},
		{"unclosed quote", "a,b\n1,2\n3,\"x\n5,6\n", Options{}, []string{"2: 1|2"}, "the quote that opens in line 3 is never closed: close it, or write it twice if it is part of the text"},
		{"unclosed quote behind a closed one", "a,b\n\"1\n\",\"x\n5,6\n", Options{}, nil, "the quote that opens in line 3 is never closed: close it, or write it twice if it is part of the text"},
		{"long", "a,b\n1," + strings.Repeat("x", 100) + "\n3,4\n", Options{MaxRecord: 20}, []string{
			"2! is 102 bytes long, more than the 20 of max_record_bytes: a quote may be unclosed; only its beginning is kept here [1," + strings.Repeat("x", 18) + "]", "3: 3|4",
		}, ""},
		{"long in quotes", "a,b\n1,\"" + strings.Repeat("x\n", 50) + "\"\n3,4\n", Options{MaxRecord: 20}, []string{
			"2! is 104 bytes long, more than the 20 of max_record_bytes, over 51 lines: a quote may be unclosed; only its beginning is kept here [1,\"" + strings.Repeat("x\n", 8) + "x]", "53: 3|4",
		}, ""},
		{"empty", "", Options{}, nil, "the file is empty: it needs a first line with the names of its columns"},
		{"blank", "\xef\xbb\xbf \n\n", Options{}, nil, "the file is empty: it needs a first line with the names of its columns"},
		{"UTF-16", "\xff\xfea\x00", Options{}, nil, "the file is UTF-16: save it as UTF-8"},
		{"header alone", "a,b\n", Options{}, nil, ""},
		{"names twice", "id,Name,ID,name\n1,2,3,4\n", Options{}, nil, `the header names columns twice: "ID" (columns 1 and 3), "name" (columns 2 and 4); give each a name of its own`},
		{"NUL in the header", "a,b\x00\n1,2\n", Options{}, nil, "the header (line 1) holds a NUL byte"},
		{"quote never closed in the header", "a,\"b\n1,2\n", Options{}, nil, "the quote that opens in line 1 is never closed: close it, or write it twice if it is part of the text"},
	} {
		for _, how := range []struct {
			name string
			src  io.Reader
		}{{"at once", strings.NewReader(c.text)}, {"byte by byte", iotest.OneByteReader(strings.NewReader(c.text))}} {
			t.Run(c.name+"/"+how.name, func(t *testing.T) {
				got, _, err := readAll(t, how.src, c.options)
				if fmt.Sprint(err) != c.err && (err != nil || c.err != "") {
					t.Fatalf("got error %v, want %q", err, c.err)
				}
				if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			})
		}
	}
}

func TestHeaderNames(t *testing.T) {
	r, err := Open(strings.NewReader(" id ,,\"Full, name\"\n1,2,3\n"), Options{})
	if err != nil || strings.Join(r.Header(), "|") != "id|column_2|Full, name" {
		t.Errorf("got %v, %v", r.Header(), err)
	}
}

// TestRecordsAcrossBuffers has records begin and end at every place around the ends of buffers.
func TestRecordsAcrossBuffers(t *testing.T) {
	var file strings.Builder
	var want []string
	file.WriteString("id,text\n")
	line := 2
	for i := 0; file.Len() < 3*bufferSize; i++ {
		text := strings.Repeat("é", i%97) + strings.Repeat("\n\"", i%5)
		want = append(want, fmt.Sprintf("%d: %d|%s", line, i, text))
		fmt.Fprintf(&file, "%d,\"%s\"\n", i, strings.ReplaceAll(text, `"`, `""`))
		line += 1 + i%5
	}
	got, _, err := readAll(t, strings.NewReader(file.String()), Options{})
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d records, %v; want %d", len(got), err, len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("record %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// TestTenMegabyteField takes a field that is longer than any record may be, in one line and over many, and goes on.
func TestTenMegabyteField(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", 10<<20), "\"" + strings.Repeat("xxx\"\"\n", 10<<20/6) + "\""} {
		lines := int64(strings.Count(text, "\n"))
		got, _, err := readAll(t, strings.NewReader("a,b\n1,"+text+"\n3,4\n"), Options{})
		if err != nil || len(got) != 2 {
			t.Fatalf("got %d records, %v", len(got), err)
		}
		if want := fmt.Sprintf("2! is %d bytes long", len(text)+2); !strings.HasPrefix(got[0], want) {
			t.Errorf("got %.100s, want %s", got[0], want)
		}
		if want := fmt.Sprintf("%d: 3|4", 3+lines); got[1] != want {
			t.Errorf("got %s, want %s", got[1], want)
		}
	}
	_, _, err := readAll(t, strings.NewReader("a,b\n1,2\n3,\""+strings.Repeat("x\n", 5<<20)), Options{})
	var unclosed *UnclosedQuoteError
	if !errors.As(err, &unclosed) || unclosed.Line != 3 {
		t.Errorf("got %v, want an unclosed quote in line 3", err)
	}
}

// TestAgreesWithTheStandardLibrary compares random well-written files with encoding/csv.
func TestAgreesWithTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab,;\"\n é\t|x")
	for range 300 {
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.UseCRLF = random.IntN(2) == 0
		columns := 2 + random.IntN(3)
		header := []string{"one", "two", "three", "four"}[:columns]
		rows := [][]string{header}
		for range random.IntN(8) {
			row := make([]string, columns)
			for i := range row {
				var text []rune
				for range random.IntN(6) {
					text = append(text, alphabet[random.IntN(len(alphabet))])
				}
				row[i] = string(text)
			}
			rows = append(rows, row)
		}
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		text := file.String()
		want, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := readAll(t, strings.NewReader(text), Options{Delimiter: ','})
		if err != nil || len(got) != len(want)-1 {
			t.Fatalf("got %d records, %v; want %d of\n%s", len(got), err, len(want)-1, text)
		}
		for i, row := range want[1:] {
			_, fields, _ := strings.Cut(strings.ReplaceAll(got[i], "\r\n", "\n"), ": ")
			if fields != strings.Join(row, "|") {
				t.Fatalf("record %d is %q, want %q of\n%s", i, fields, row, text)
			}
		}
	}
}

func TestResume(t *testing.T) {
	text := "a,b\n1,2\n\"x\ny\",4\n\n5,6\n"
	r, err := Open(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var positions []Position
	for {
		rec, err := r.Read()
		if err != nil {
			break
		}
		positions = append(positions, rec.Position)
	}
	if fmt.Sprint(positions) != "[{4 2} {8 3} {17 6}]" {
		t.Fatalf("records are at %v", positions)
	}
	inMemory := InMemory([]byte(text), r.Dialect(), r.Header())
	for _, at := range []Position{positions[2], positions[0], positions[1]} {
		inMemory.Seek(at)
		if rec, err := inMemory.Read(); err != nil || rec.Position != at || rec.Fault != "" || len(rec.Fields) != 2 {
			t.Errorf("at %v: %+v, %v", at, rec, err)
		}
	}
	for _, at := range positions {
		rec, err := Resume(strings.NewReader(text[at.Offset:]), r.Dialect(), r.Header(), at).Read()
		if err != nil || rec.Position != at || rec.Fault != "" {
			t.Errorf("resumed at %v: %+v, %v", at, rec, err)
		}
	}
}

// TestLongEscapedFields has fields whose unescaped texts do not fit into one piece of memory together.
func TestLongEscapedFields(t *testing.T) {
	var header, row, want []string
	for i := range 40 {
		text := strings.Repeat(fmt.Sprint(i, `"`), 500)
		header = append(header, fmt.Sprint("c", i))
		row = append(row, `"`+strings.ReplaceAll(text, `"`, `""`)+`"`)
		want = append(want, text)
	}
	got, _, err := readAll(t, strings.NewReader(strings.Join(header, ",")+"\n"+strings.Join(row, ",")+"\n"), Options{})
	if err != nil || len(got) != 1 || got[0] != "2: "+strings.Join(want, "|") {
		t.Errorf("got %d records, %v", len(got), err)
	}
}

func TestReadFailure(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, _, err := readAll(t, io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(broken)), Options{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	var file strings.Builder
	file.WriteString("line_id,account_id,product_id,kind,currency,amount,service_start,service_end,is_proration,invoice_status,issued_at\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "line_%09d,acc_%06d,prod_%d,recurring,BRL,%d.%02d,2024-01-01,2024-02-01,false,paid,2024-01-01T12:00:00Z\n", i, i%999, i%7, i%5000, i%100)
	}
	text := file.String()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r, err := Open(strings.NewReader(text), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := r.Read(); err != nil {
				break
			}
		}
	}
}
