package demo

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var lastDay = time.Date(2025, 8, 31, 0, 0, 0, 0, time.UTC)

// written makes a company and gives its files by name.
func written(t *testing.T, o Options) map[string][]byte {
	t.Helper()
	return filesOf(t, New(o))
}

func filesOf(t *testing.T, c *Company) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	if err := c.WriteCSV(dir); err != nil {
		t.Fatal(err)
	}
	return read(t, dir)
}

func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = content
	}
	return files
}

func TestSameSeedSameBytes(t *testing.T) {
	first := written(t, Options{Seed: 1, End: lastDay})
	second := written(t, Options{Seed: 1, End: lastDay.Add(20 * time.Hour), Years: 3, Accounts: 320})
	if len(first) != 16 {
		t.Errorf("%d files, want 16", len(first))
	}
	total := 0
	for name, content := range first {
		total += len(content)
		if !bytes.Equal(content, second[name]) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
	if limit := 15 << 20; total > limit {
		t.Errorf("%d bytes in all, want at most %d", total, limit)
	}
	other := written(t, Options{Seed: 2, End: lastDay})
	if bytes.Equal(first["invoice_lines.csv"], other["invoice_lines.csv"]) {
		t.Error("another seed gives the same invoice lines")
	}
}

// A company seen ten days later is the same company: what was decided stays, more is known.
func TestLaterEndKeepsWhatWas(t *testing.T) {
	early, late := New(Options{Seed: 3, End: lastDay.AddDate(0, 0, -20)}), New(Options{Seed: 3, End: lastDay.AddDate(0, 0, -10)})
	if early.start != late.start {
		t.Fatalf("books open on %s and on %s", early.start, late.start)
	}
	for at, b := range early.billers {
		for n, inv := range b.invoices {
			if inv.issued.day() > early.end {
				continue
			}
			if again := late.billers[at].invoices[n]; again.id != inv.id || again.total() != inv.total() || again.issued != inv.issued {
				t.Fatalf("invoice %s is another one ten days later", inv.id)
			}
		}
	}
}

func TestFilesAreTheOwnersAndStayUntouched(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	c := New(Options{Seed: 1, End: lastDay, Accounts: 40})
	if err := c.WriteCSV(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "accounts.csv")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteCSV(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", e.Name(), info.Mode().Perm())
		}
	}
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("accounts.csv was written again though nothing changed (%v)", err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is not the owner's alone (%v)", err)
	}
}

func TestWriteCSVSaysWhatFailed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := New(Options{Seed: 1, End: lastDay, Accounts: 20}).WriteCSV(file); err == nil {
		t.Error("writing into a file that is no folder succeeded")
	}
}

func TestSmallAndLargeCompanies(t *testing.T) {
	for _, o := range []Options{
		{Seed: 9, End: lastDay, Accounts: 1}, {Seed: 9, End: lastDay, Accounts: 7, Years: 1},
		{Seed: 9, End: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), Accounts: 1500, Years: 2},
	} {
		files := written(t, o)
		if lines := bytes.Count(files["accounts.csv"], []byte("\n")); lines > 1+o.Accounts*110/100+1 {
			t.Errorf("%d accounts asked for, %d lines written", o.Accounts, lines)
		}
	}
}
