package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhichFilesBelongToWhichStream(t *testing.T) {
	w := newWorld(t, map[string]string{
		"accounts.csv": "x", "Accounts.2025.CSV": "x", "invoice_lines.2025-01.csv": "x", "invoice_lines/2025-02.csv": "x", "invoice_lines/deeper/x.csv": "x",
		"export_9.csv": "x", "other/export_8.csv": "x", ".hidden.csv": "x", "notes.docx": "x", "old.csv": "x",
	})
	outside := filepath.Join(t.TempDir(), "outside.csv")
	w.must(os.WriteFile(outside, []byte("x"), 0o600))
	w.must(os.Symlink(outside, filepath.Join(w.folder, "linked.csv")))
	w.must(os.Symlink("nowhere.csv", filepath.Join(w.folder, "broken.csv")))
	w.must(os.Symlink("old.csv", filepath.Join(w.folder, "inside.csv")))
	w.config.Exclude = []string{"old.*"}
	w.config.Streams = map[string]Stream{"exports": {Files: []string{"export_*.csv"}}, "missing": {}}
	plan, err := w.source().Plan(t.Context(), w.known())
	w.must(err)
	var got []string
	for _, s := range plan.Streams {
		var names []string
		for _, p := range s.Parts {
			names = append(names, p.Name)
		}
		got = append(got, s.ID.Stream+" ("+s.Entity+" "+strings.Join(s.Key, ",")+"): "+strings.Join(names, " "))
	}
	same(t, "streams", got,
		"accounts (accounts account_id): Accounts.2025.CSV accounts.csv",
		"exports ( ): export_9.csv other/export_8.csv",
		"inside ( ): inside.csv",
		"invoice_lines (invoice_lines line_id): invoice_lines.2025-01.csv invoice_lines/2025-02.csv")
	same(t, "notes", plan.Notes,
		".hidden.csv is left aside: it is hidden",
		"broken.csv is left aside: it is a link that leads nowhere",
		"invoice_lines/deeper is left aside: folders within folders are not read",
		"linked.csv is left aside: it is a link to outside the folder",
		"notes.docx is left aside: its ending is none of those that are read",
		"old.csv is left aside: include and exclude leave it out",
		"the stream missing has no files: none matches its patterns or its name")
}

func TestASourceCanBeOneFile(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n", "log.csv": "a\n1\n"})
	w.config.Path = filepath.Join(w.folder, "accounts.csv")
	r := w.read()
	if len(r.Streams) != 1 || counts(r, "accounts") != "1 = 1 + 0 + 0" {
		t.Errorf("got %+v", r)
	}
}

func TestIncludedFiles(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n", "log.csv": "a\n1\n", "log/more.csv": "a\n2\n"})
	w.config.Include = []string{"log*", "log/*"}
	if r := w.read(); len(r.Streams) != 1 || counts(r, "log") != "2 = 2 + 0 + 0" {
		t.Errorf("got %+v", r)
	}
}

func TestAPlanChangesNothing(t *testing.T) {
	w := newWorld(t, map[string]string{"accounts.csv": "account_id\na\n"})
	for range 2 {
		plan, err := w.source().Plan(t.Context(), w.known())
		w.must(err)
		same(t, "plan", planned(plan), "accounts.csv true it is new")
		if !plan.Streams[0].Reads() {
			t.Error("the plan says that nothing would be read")
		}
	}
	w.read()
	plan, err := w.source().Plan(t.Context(), w.known())
	w.must(err)
	same(t, "plan after a run", planned(plan), "accounts.csv false it is unchanged")
}
