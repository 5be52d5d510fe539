package files

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lastro/extract"
)

func TestUnchangedFilesAreNotReadAgain(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id,name\na,Ana\nb,\n,x\n", "log.csv": "a\n1\n"})
	equal(t, "first run", counts(w.read(), "accounts"), "3 = 2 + 0 + 1")
	r := w.read()
	equal(t, "second run", counts(r, "accounts"), "0 = 0 + 0 + 0")
	if len(r.Streams[0].Parts) > 0 || len(r.Streams[1].Parts) > 0 {
		t.Errorf("the second run read %v", r.Streams)
	}
	same(t, "quarantine", w.quarantine(), "accounts.csv:4 account_id: account_id is missing")
}

func TestAChangedFileGivesChangedVersionsOnly(t *testing.T) {
	eachWay(t, map[string]string{"accounts.csv": "account_id,name,segment\na,Ana,x\nb,Bia,x\nc,Caio,\n,bad,\n"}, func(t *testing.T, w *world) {
		w.read()
		w.put("accounts.csv", "account_id,name,segment,owner\nc,Caio,,\na,Ana,y,\nd,Davi,,o\nb,Bia,x,\n")
		equal(t, "counts", counts(w.read(), "accounts"), "4 = 2 + 2 + 0")
		same(t, "records", w.current("accounts", "account_id, segment, owner, _run_id, _line"),
			"a|y|.|run-02|3", "b|x|.|run-01|3", "c|.|.|run-01|4", "d|.|o|run-02|4")
		same(t, "quarantine of the first reading no longer counts", w.quarantine())

		w.put("accounts.csv", "account_id,name\nb,Bia\n") // what is absent is not deleted; an absent column is empty
		equal(t, "counts of fewer columns", counts(w.read(), "accounts"), "1 = 1 + 0 + 0")
		same(t, "records of fewer columns", w.current("accounts", "account_id, segment, _run_id"),
			"b|.|run-03", "a|y|run-02", "c|.|run-01", "d|.|run-02")
	})
}

func TestAFileThatIsOnlyTouchedGivesNothingNew(t *testing.T) {
	eachWay(t, map[string]string{"accounts.csv": "account_id,name,odd\na,Ana,1\nb,,\n"}, func(t *testing.T, w *world) {
		w.read()
		w.put("accounts.csv", "account_id,name,odd\na,Ana,1\nb,,\n")
		equal(t, "counts", counts(w.read(), "accounts"), "2 = 0 + 2 + 0")
		same(t, "records", w.current("accounts", "account_id, _extra, _run_id"), `a|{"odd":"1"}|run-01`, "b|.|run-01")
	})
}

func TestAContradictionIsSettledByAnotherFile(t *testing.T) {
	eachWay(t, map[string]string{
		"accounts.1.csv": "account_id,name\na,Ana\nb,Bia\n", "accounts.2.csv": "account_id,name\na,Anna\nc,Caio\n", "accounts.3.csv": "account_id,name\nd,Davi\n",
	}, func(t *testing.T, w *world) {
		equal(t, "counts", counts(w.read(), "accounts"), "5 = 3 + 0 + 2")
		w.put("accounts.2.csv", "account_id,name\nc,Caio\n")
		plan, err := w.source().Plan(t.Context(), w.known())
		w.must(err)
		same(t, "plan", planned(plan),
			"accounts.1.csv true it has keys that come with different content, and accounts.2.csv may settle that",
			"accounts.2.csv true it has changed (23 bytes were 30)", "accounts.3.csv false it is unchanged")
		equal(t, "counts of the second run", counts(w.read(), "accounts"), "3 = 1 + 2 + 0")
		same(t, "records", w.current("accounts", "account_id, name, _file"),
			"a|Ana|accounts.1.csv", "b|Bia|accounts.1.csv", "c|Caio|accounts.2.csv", "d|Davi|accounts.3.csv")
		same(t, "quarantine", w.quarantine())
		equal(t, "the cursor", w.cursor().contradicted(), "")
	})
}

func TestALaterFileBringsNewVersionsNotContradictions(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.1.csv": "account_id,name\na,Ana\n"})
	w.read()
	w.put("accounts.2.csv", "account_id,name\na,Anna\n")
	equal(t, "counts", counts(w.read(), "accounts"), "1 = 1 + 0 + 0")
	same(t, "records", w.current("accounts", "account_id, name, _run_id"), "a|Anna|run-02")
}

func TestContradictionsLeaveWhatTheLakeHas(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id,name\na,Ana\n"})
	w.read()
	w.put("accounts.csv", "account_id,name\na,Ana\na,Anna\n")
	equal(t, "counts", counts(w.read(), "accounts"), "2 = 0 + 0 + 2")
	same(t, "records", w.current("accounts", "account_id, name, _run_id"), "a|Ana|run-01")
}

func TestSettingsThatChangeReadEverythingAgain(t *testing.T) {
	w := newWorld(t, map[string]string{"spend.csv": "spend_id,spent_on,amount,currency\ns,02-01-2024,5,BRL\n", "accounts.csv": "account_id\na\n"})
	equal(t, "first run", counts(w.read(), "spend"), "1 = 0 + 0 + 1")
	w.config.DateFormat = "%d-%m-%Y"
	r := w.read()
	equal(t, "second run", counts(r, "spend"), "1 = 1 + 0 + 0")
	equal(t, "second run", counts(r, "accounts"), "1 = 0 + 1 + 0")
	same(t, "quarantine", w.quarantine())
}

func TestTheCursor(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id,name\na,1\na,2\n", "log.csv": "a\n1\n"})
	w.read()
	c := w.cursor()
	equal(t, "contradictions", c.contradicted(), "accounts.csv")
	if mark := c.Files["log.csv"]; mark.Size != 4 || mark.MtimeNS == 0 || c.Signature == "" {
		t.Errorf("the cursor is %+v", c)
	}
	w.must(os.Remove(filepath.Join(w.folder, "log.csv")))
	w.read()
	if _, ok := w.cursor().Files["log.csv"]; ok {
		t.Error("the cursor remembers a file that is gone")
	}
	same(t, "records of the file that is gone", w.current("log", "a"), "1")
}

func TestAFailedReadingKeepsNothing(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n", "log.csv": "a,\"b\n1,2\n", "spend.csv": "x\n1\n"})
	_, err := w.try()
	var failed *extract.ReadError
	if !asReadError(err, &failed) || len(failed.Failed) != 2 {
		t.Fatalf("got %v", err)
	}
	equal(t, "error", err.Error(), "2 streams of books could not be read\n"+
		"read books.log: log.csv: the quote that opens in line 1 is never closed: close it, or write it twice if it is part of the text\n"+
		"read books.spend: spend.csv lacks the columns spend_id, spent_on, amount, currency, without which no record of spend counts: it has x")
	if len(w.known().Streams()) > 0 {
		t.Error("the lake has streams")
	}
	w.put("log.csv", "a,b\n1,2\n")
	w.put("spend.csv", "spend_id,spent_on,amount,currency\ns,2024-01-02,5,BRL\n")
	equal(t, "next run", counts(w.read(), "accounts"), "1 = 1 + 0 + 0")
}

func TestAFileThatChangesWhileItIsRead(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n"})
	found, err := discover(w.config)
	w.must(err)
	w.must(unchanged(found.files))
	w.must(os.Chtimes(found.files[0].path, time.Now(), w.clock.Add(time.Second)))
	if err := unchanged(found.files); err == nil || !strings.Contains(err.Error(), "accounts.csv was changed while it was read") {
		t.Errorf("got %v", err)
	}
}

// contradicted names the files with contradictions.
func (c cursor) contradicted() string {
	var names []string
	for name, mark := range c.Files {
		if mark.Contradictions {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func (w *world) cursor() cursor {
	w.t.Helper()
	text, ok := w.known().Cursor("books")
	if !ok {
		w.t.Fatal("the lake has no cursor")
	}
	var c cursor
	w.must(json.Unmarshal(text, &c))
	return c
}
