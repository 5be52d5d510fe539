package pipelines

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// noPanic reads content as a pipeline file: it must be a configuration or a *ConfigError whose mistakes stand in the file.
func noPanic(t interface{ Fatalf(string, ...any) }, file, content string) {
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatalf("write: %v", err)
	}
	config, err := ReadFile(file, func(name string) (string, bool) { return "s3cr3t-" + name, len(name)%2 == 0 })
	var mistakes *ConfigError
	switch {
	case err == nil && (config.Location == nil || len(config.Sources) == 0):
		t.Fatalf("no mistake was found in %q", content)
	case err != nil && (!errors.As(err, &mistakes) || len(mistakes.Mistakes) == 0):
		t.Fatalf("got %v for %q", err, content)
	case err != nil:
		lines := 1 + strings.Count(content, "\n") + strings.Count(content, "\r") // either breaks a line in YAML
		for _, mistake := range mistakes.Mistakes {
			if mistake.Line < 0 || mistake.Line > lines+1 || mistake.Problem == "" || strings.Contains(mistake.String(), "s3cr3t-") {
				t.Fatalf("mistake %+v for %q", mistake, content)
			}
		}
	}
}

// FuzzReadFile starts from the pipeline files of testdata.
func FuzzReadFile(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "config", "*", "pipeline.yaml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no pipeline files: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(content))
	}
	file := filepath.Join(f.TempDir(), "pipeline.yaml")
	f.Fuzz(func(t *testing.T, content string) { noPanic(t, file, content) })
}

// TestReadFileOnBrokenInput breaks the pipeline files of testdata in random ways.
func TestReadFileOnBrokenInput(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "config", "*", "pipeline.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pipeline.yaml")
	bits := []string{"", "\n", " ", "  ", "\t", "-", "- ", ":", ": ", "{", "}", "[", "]", "&a ", "*a", "<<: ", "!!str ", "|\n", ">-\n", "? ", "\"", "'",
		"#", "%", "@", "`", "---\n", "...\n", "${", "}", "${A}", "$", "é", "\r\n", "~", "null", "1", ".5", "\ufeff", "\u2028"}
	rapid.Check(t, func(r *rapid.T) {
		content, err := os.ReadFile(rapid.SampledFrom(files).Draw(r, "file"))
		if err != nil {
			r.Fatal(err)
		}
		text := string(content)
		for range rapid.IntRange(1, 5).Draw(r, "breaks") {
			from := rapid.IntRange(0, len(text)).Draw(r, "from")
			to := min(len(text), from+rapid.IntRange(0, 8).Draw(r, "cut"))
			text = text[:from] + rapid.SampledFrom(bits).Draw(r, "bit") + text[to:]
		}
		noPanic(r, file, text)
	})
}

// TestReadFileOnHugeInput holds the time and the depth of the parser on what is built to exhaust it.
func TestReadFileOnHugeInput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipeline.yaml")
	const line = pipelineLineLimit - 100
	fill := func(bit string) string {
		return strings.Repeat(strings.Repeat(bit, line/len(bit))+"\n", (pipelineFileLimit-100)/line)
	}
	var stairs strings.Builder
	for i := 0; stairs.Len() < pipelineFileLimit-1000; i++ {
		stairs.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, content := range map[string]string{
		"brackets": fill("["), "braces": fill("{"), "braces with keys": fill("{a: "), "dashes": fill("- "), "keys": fill("a: "),
		"question marks": fill("? "), "anchors": fill("&a "), "tags": fill("! "), "quotes": fill("'"), "stairs": stairs.String(),
		"too long": strings.Repeat("a\n", pipelineFileLimit), "long line": strings.Repeat("a", pipelineLineLimit+1),
		"references": "name: |\n " + strings.ReplaceAll(fill("${A}"), "\n", "\n "), "sources": "sources: [\n" + fill("{name: a},") + "]",
		"aliases": "sources: [&a {name: a, kind: files, path: x},\n" + fill("*a, ") + "]",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			noPanic(t, file, content)
			if took := time.Since(began); took > time.Minute { // what grows with the square takes hours
				t.Errorf("it took %s", took)
			}
		})
	}
}
