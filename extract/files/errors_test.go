package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWhatIsWrongWithAFileAsAWhole(t *testing.T) {
	for name, c := range map[string]struct {
		files  map[string]string
		config Config
		want   string
	}{
		"empty folder": {nil, Config{}, "holds no file to read: put files there that end in .csv, .tsv or .txt (delimited text), .jsonl or .ndjson (JSON lines), .parquet, and name them after canonical entities (accounts.csv, invoice_lines.csv and so on) or map them by staging models"},
		"nothing that is read": {map[string]string{"notes.docx": "x"}, Config{},
			"holds no file to read (notes.docx is left aside: its ending is none of those that are read): put files there"},
		"empty file":       {map[string]string{"accounts.csv": ""}, Config{}, "accounts.csv: the file is empty: it needs a first line with the names of its columns"},
		"empty JSON lines": {map[string]string{"accounts.jsonl": ""}, Config{}, "accounts.jsonl is empty: it needs a JSON object a line; remove it when there are no records"},
		"missing column": {map[string]string{"fx_rates.csv": "day,Currency,value\n2024-01-01,USD,5\n"}, Config{},
			"fx_rates.csv lacks the column rate, without which no record of fx_rates counts: it has day, Currency, value"},
		"names twice":    {map[string]string{"accounts.csv": "account_id,name,Name\na,b,c\n"}, Config{}, `accounts.csv: the header names columns twice: "Name" (columns 2 and 3); give each a name of its own`},
		"reserved name":  {map[string]string{"log.csv": "a,_line\n1,2\n"}, Config{}, "log.csv has a column called _line, a name that lastro keeps for itself: rename the column"},
		"unclosed quote": {map[string]string{"accounts.csv": "account_id,name\na,b\nb,\"c\nd,e\n"}, Config{}, "accounts.csv: the quote that opens in line 3 is never closed: close it, or write it twice if it is part of the text"},
		"UTF-16":         {map[string]string{"accounts.csv": "\xff\xfea\x00"}, Config{}, "accounts.csv: the file is UTF-16: save it as UTF-8"},
		"two forms": {map[string]string{"accounts.csv": "account_id\na\n", "accounts.jsonl": "{}\n"}, Config{},
			"accounts.csv is delimited text and accounts.jsonl is JSON lines: one stream has files of one form; remove or rename one of them"},
		"a name that is none": {map[string]string{"minhas linhas.csv": "a\n1\n"}, Config{},
			`minhas linhas.csv would make a stream called "minhas linhas": rename it, or name its stream under streams: with files: "minhas linhas.csv"`},
		"two streams for a file": {map[string]string{"a.csv": "x\n1\n"}, Config{Streams: map[string]Stream{"p": {Files: []string{"*.csv"}}, "q": {Files: []string{"a.*"}}}},
			"a.csv matches the patterns of the streams p and q: let one of them have it"},
		"key that is no column": {map[string]string{"log.csv": "a\n1\n"}, Config{Streams: map[string]Stream{"log": {Key: []string{"id"}}}},
			"log.csv lacks the column id, without which no record of log counts: it has a"},
		"key in no JSON":      {map[string]string{"log.jsonl": "{\"a\":1}\n"}, Config{Streams: map[string]Stream{"log": {Key: []string{"id"}}}}, "log.jsonl lacks the column id"},
		"no Parquet":          {map[string]string{"accounts.parquet": "hello, this is no Parquet"}, Config{}, "accounts.parquet cannot be read as Parquet: "},
		"required of Parquet": {nil, Config{}, "spend.parquet lacks the columns spent_on, currency, without which no record of spend counts: it has spend_id, amount"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.files)
			if name == "required of Parquet" {
				w.parquet("spend.parquet", "select 's' as spend_id, 5 as amount")
			}
			c.config.Path = w.folder
			w.config = c.config
			_, err := w.try()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if len(w.known().Streams()) > 0 {
				t.Error("something was kept")
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	if os.Geteuid() == 0 {
		// Nothing is unreadable to root; a folder in a file's place is to everyone.
		w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n"})
		f := file{name: "accounts.csv", path: filepath.Join(w.folder, "gone.csv")}
		if err := openable(f); err == nil || !strings.Contains(err.Error(), "accounts.csv cannot be opened") {
			t.Errorf("got %v", err)
		}
		if err := cannotOpen(f, os.ErrPermission); !strings.Contains(err.Error(), "let the user that runs lastro read it") {
			t.Errorf("got %v", err)
		}
		return
	}
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n", "log.csv": "a\n1\n"})
	w.must(os.Chmod(filepath.Join(w.folder, "accounts.csv"), 0))
	want := "accounts.csv cannot be opened: let the user that runs lastro read it"
	if _, err := w.try(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	plan, err := w.source().Plan(t.Context(), w.known())
	w.must(err)
	if p := plan.Streams[0].Problem; p == nil || !strings.Contains(p.Error(), want) {
		t.Errorf("the plan's problem is %v", p)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	w := newWorld(t, nil)
	w.config.Path = filepath.Join(w.folder, "gone")
	_, err := w.try()
	if err == nil || !strings.Contains(err.Error(), "gone does not exist: make the folder, or correct the source's path") {
		t.Errorf("got %v", err)
	}
}
