package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"lastro/bench/company"
)

// TestMain lets the test's program be the processes that the benchmark starts of itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == childStatements || os.Args[1] == childCompany || os.Args[1] == childCustomers || os.Args[1] == childPages ||
		os.Args[1] == childRest || os.Args[1] == childPlain) {
		main()
	}
	os.Exit(m.Run())
}

func TestBenchmarkOfATinyCompany(t *testing.T) {
	lastro := filepath.Join(t.TempDir(), "lastro")
	if said, err := exec.Command("go", "build", "-tags", "duckdb_arrow", "-o", lastro, "lastro/cmd/lastro").CombinedOutput(); err != nil {
		t.Fatalf("build lastro: %v\n%s", err, said)
	}
	var out, progress bytes.Buffer
	cache := t.TempDir()
	b := &bench{lastro: lastro, self: os.Args[0], cache: cache, runs: 1, unit: 0.001, only: regexp.MustCompile(""), progress: &progress}
	if err := b.run(t.Context(), 0.002, &out); err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	table := out.String()
	at := 0
	for _, name := range []string{
		"scale 0.002: ", "extract ", "transform ", "account_period ", "load csv ", "load parquet ", "load duckdb ", "load postgres ", "postgres, 1% ", "growth ", "peak memory ", "rest ", "rest, rate ", "rest, memory ", "rest, limit ", "extract all ", "customers ", "peak, customers ", "seconds per model",
	} {
		next := strings.Index(table[at:], "\n"+name)
		if next < 0 {
			t.Fatalf("the table has no line of %q where it belongs:\n%s", name, table)
		}
		at += next
	}
	for text := range strings.Lines(table) {
		if utf8.RuneCountInString(strings.TrimRight(text, "\n")) > 100 {
			t.Errorf("a line of more than 100 columns: %s", text)
		}
	}

	settings := map[string]string{"BENCH_SCALE": "0.001", "BENCH_RUNS": "2", "BENCH_CACHE": cache}
	out.Reset()
	code := run(t.Context(), []string{"-lastro", lastro, "-only", "extract"},
		func(name string) (string, bool) { value, ok := settings[name]; return value, ok }, &out, &progress)
	if part := out.String(); code != 0 || !strings.Contains(part, "\nextract ") || strings.Contains(part, "\ntransform ") {
		t.Errorf("-only extract gave exit code %d and\n%s%s", code, part, progress.String())
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "work-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOneScaleGivesOneCompany(t *testing.T) {
	write := func(processors int) map[string][sha256.Size]byte {
		t.Helper()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		dir := t.TempDir()
		if err := errors.Join(company.Write(dir, 0.03), company.WriteCustomers(dir, 0.03)); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string][sha256.Size]byte{}
		for _, entry := range entries {
			text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			sums[entry.Name()] = sha256.Sum256(text)
		}
		return sums
	}
	one, other := write(1), write(4)
	if len(one) != 15 {
		t.Errorf("the company has %d files, not 15", len(one))
	}
	for name, sum := range one {
		if other[name] != sum {
			t.Errorf("%s is not the same twice", name)
		}
	}
}
