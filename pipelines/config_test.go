package pipelines

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestReadFile reads each testdata/config/<case>/pipeline.yaml and compares what comes of it, the configuration or the
// mistakes, with want.txt. A file env beside it is the whole environment.
func TestReadFile(t *testing.T) {
	t.Chdir(filepath.Join("testdata", "config"))
	cases, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range cases {
		t.Run(each.Name(), func(t *testing.T) {
			t.Chdir(each.Name())
			config, err := ReadFile("pipeline.yaml", environment(t))
			var got string
			if err != nil {
				var mistakes *ConfigError
				if !errors.As(err, &mistakes) {
					t.Fatalf("ReadFile gave no *ConfigError: %v", err)
				}
				got = err.Error() + "\n"
			} else {
				got = shown(t, config)
			}
			golden(t, "want.txt", got)
		})
	}
}

// environment reads the case's file env, lines of NAME=value.
func environment(t *testing.T) func(string) (string, bool) {
	t.Helper()
	content, err := os.ReadFile("env")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	variables := map[string]string{}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		variables[name] = value
	}
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

// shown gives a configuration with its paths relative to the file, policy settings only where they are not the default.
func shown(t *testing.T, config *Config) string {
	t.Helper()
	plain := *config
	plain.Location, plain.Secrets, plain.Policy = nil, nil, Policy{}
	text, err := json.MarshalIndent(plain, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	out := strings.ReplaceAll(string(text), config.Dir, "DIR") + "\n"
	for _, setting := range config.Policy.Settings() {
		if setting.Value != setting.Default {
			out += "policy " + setting.Name + ": " + setting.Value + "\n"
		}
	}
	return out + "location " + config.Location.String() + "\n"
}

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
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
		t.Errorf("%s differs (-want +got), rewrite it with -update if that is meant:\n%s", file, diff)
	}
}
