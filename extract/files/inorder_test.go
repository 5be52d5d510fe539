package files

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lastro/extract/files/delimited"
)

func TestAFileThatIsCutShortWhileItIsMapped(t *testing.T) {
	if !canMap {
		return
	}
	path := filepath.Join(t.TempDir(), "x.csv")
	text := "a\n" + strings.Repeat("x\n", 1<<20)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	data, unmap, err := mapFile(file{name: "x.csv", path: path, size: int64(len(text))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unmap(); err != nil {
			t.Error(err)
		}
	}()
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	read := func(at int64) (err error) {
		defer shielded(&err)()
		reader := delimited.InMemory(data, delimited.Dialect{Delimiter: ',', Newline: '\n', MaxRecord: 100}, []string{"a"})
		reader.Seek(delimited.Position{Offset: at, Line: 1})
		_, err = reader.Read()
		return err
	}
	if err := read(2); err != nil {
		t.Errorf("what is still there: %v", err)
	}
	if err := read(1 << 20); err == nil || !strings.Contains(err.Error(), "a file was cut short while it was read") {
		t.Errorf("what is gone: %v", err)
	}
	if _, _, err := mapFile(file{name: "x.csv", path: path, size: int64(len(text))}); err == nil || !strings.Contains(err.Error(), "x.csv was changed while it was read") {
		t.Errorf("mapped again: %v", err)
	}
}

// TestPlacesAreSortedByKey adds keys of many kinds, so that the common prefix shrinks as they come.
func TestPlacesAreSortedByKey(t *testing.T) {
	for name, keyOf := range map[string]func(i int) string{
		"numbered":        func(i int) string { return fmt.Sprintf("line_%09d", i*7919%100_000) },
		"ascending":       func(i int) string { return fmt.Sprintf("line_%09d", i) },
		"growing":         func(i int) string { return "id" + fmt.Sprint(i*31%5000) },
		"long tails":      func(i int) string { return fmt.Sprintf("%dcommon-part-%012d", i%3, i*7919%50_000) },
		"of several":      func(i int) string { return fmt.Sprintf("a%d\x00b%d", i%100, i*7919%1000) },
		"prefixes":        func(i int) string { return strings.Repeat("a", i*13%40) },
		"nothing but one": func(int) string { return "same" },
		"with outliers": func(i int) string {
			if i%1000 == 7 {
				return []string{"x", "line", "lineX1", "mine", "a"}[i/1000%5] + fmt.Sprint(i%7)
			}
			return fmt.Sprintf("line_%09d", i*7919%100_000)
		},
		"bytes": func(i int) string { return string([]byte{byte(i * 37), 0xff, byte(i)}) },
	} {
		p := &places{}
		var keys []string
		for i := range 70_000 {
			keys = append(keys, keyOf(i))
			p = p.add(place{offset: int64(i)}, []byte(keys[i]))
		}
		sorted, err := p.sort(func(at place) ([]byte, error) { return []byte(keys[at.offset]), nil })
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, at := range sorted {
			got = append(got, keys[at.offset])
		}
		slices.Sort(keys)
		if !slices.Equal(got, keys) {
			t.Errorf("%s: the keys are not in order", name)
		}
	}
}
