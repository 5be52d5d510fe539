package transform_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lastro/transform"
	"lastro/transform/duckdb"
)

var update = flag.Bool("update", false, "rewrite the expected output of the cases in testdata")

// TestLoad loads the models of each folder of testdata/load and compares what they are, or all that is wrong with them, with its file want.
func TestLoad(t *testing.T) {
	parser := newParser(t)
	cases, err := filepath.Glob("testdata/load/*")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, folder := range cases {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			project, err := transform.Load(parser, transform.LoadOptions{
				Builtin: subfolder(folder, "builtin"), User: subfolder(folder, "user"), UserLabel: "sql", Given: given(t, folder),
				Steps: map[string]transform.Step{"measure": {}},
			})
			got := ""
			var invalid *transform.InvalidModelsError
			switch {
			case errors.As(err, &invalid):
				got = invalid.Error() + "\n"
			case err != nil:
				t.Fatal(err)
			default:
				got = describe(project)
			}
			compare(t, filepath.Join(folder, "want"), got)
		})
	}
}

func newParser(t *testing.T) duckdb.Parser {
	t.Helper()
	parser, err := duckdb.NewParser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := parser.Close(); err != nil {
			t.Error(err)
		}
	})
	return parser
}

func subfolder(folder, name string) fs.FS {
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return os.DirFS(path)
}

func given(t *testing.T, folder string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "given"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

func describe(project *transform.Project) string {
	var out strings.Builder
	for _, m := range project.Order() {
		fmt.Fprintf(&out, "%s (%s) reads %s\n", m.Name, m.File, strings.Join(project.Parents(m.Name), ", "))
	}
	return out.String()
}

// compare compares text with a file, or writes it there with -update.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
