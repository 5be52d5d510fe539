package pipelines

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Ponto Certo")
	written, err := Init(dir, InitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		".gitignore", "README.md", "data/accounts.csv", "data/fx_rates.csv", "data/invoice_lines.csv", "data/subscriptions.csv",
		"pipeline.yaml", "sql/staging/crm/stg_crm__accounts.sql.example",
	}
	if !slices.Equal(written, want) {
		t.Errorf("wrote %q, want %q", written, want)
	}
	config, err := ReadFile(filepath.Join(dir, "pipeline.yaml"), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatalf("its pipeline file has mistakes: %v", err)
	}
	if config.Name != "Ponto-Certo" || config.Sources[0].Path != filepath.Join(dir, "data") {
		t.Errorf("read %+v", config)
	}
	if config.Policy.Version() != (Policy{}).Version() {
		t.Error("the policy that it shows is not the default")
	}
}

// TestInitShowsEveryDefault reads the pipeline file with its commented settings put in: they must be the defaults.
func TestInitShowsEveryDefault(t *testing.T) {
	dir := t.TempDir()
	if _, err := Init(dir, InitOptions{Name: "books"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pipeline.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(content), "\n  # ", "\n  ")
	text = strings.ReplaceAll(text, "\n  books_open_on: 2023-06-01", "\n  books_open_on:")
	write(t, file, strings.ReplaceAll(text, "\n# memory_limit", "\nmemory_limit"))
	config, err := ReadFile(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if config.Policy.Version() != (Policy{}).Version() || config.MemoryLimit != "2GB" || len(config.Targets) != 3 {
		t.Errorf("read %+v", config)
	}
	for _, setting := range config.Policy.Settings() {
		if !strings.Contains(text, setting.Name+":") {
			t.Errorf("the setting %s is not shown", setting.Name)
		}
	}
}

func TestInitSampleTies(t *testing.T) {
	accounts := sample(t, "accounts.csv")
	subscriptions := sample(t, "subscriptions.csv")
	for id, row := range subscriptions {
		if accounts[row["account_id"]] == nil {
			t.Errorf("subscription %s has no account", id)
		}
	}
	for id, row := range sample(t, "invoice_lines.csv") {
		subscription := subscriptions[row["subscription_id"]]
		if subscription == nil || subscription["account_id"] != row["account_id"] {
			t.Errorf("line %s has no subscription of its account", id)
		}
		if row["service_start"] < subscription["started_on"] || row["service_end"] <= row["service_start"] {
			t.Errorf("line %s serves from %s to %s", id, row["service_start"], row["service_end"])
		}
	}
}

// sample reads a file of the template by its first column.
func sample(t *testing.T, name string) map[string]map[string]string {
	t.Helper()
	file, err := template.Open("template/data/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]map[string]string{}
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, value := range row {
			record[rows[0][i]] = value
		}
		if records[row[0]] != nil {
			t.Errorf("%s has %s twice", name, row[0])
		}
		records[row[0]] = record
	}
	return records
}

func TestInitOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "README.md"), "mine")
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "data", "accounts.csv")); err != nil {
		t.Fatal(err)
	}
	_, err := Init(dir, InitOptions{})
	var exists *ExistsError
	if !errors.As(err, &exists) || !slices.Equal(exists.Files, []string{"README.md", "data/accounts.csv"}) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pipeline.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was written all the same")
	}
	if _, err := Init(t.TempDir(), InitOptions{Name: "two words"}); err == nil {
		t.Error("a name that no pipeline may have was taken")
	}
}

func TestNameOf(t *testing.T) {
	for directory, want := range map[string]string{
		"books": "books", "Café da Manhã": "Caf-da-Manh", "../..": "books", "---": "books", "2025": "2025", ".hidden": "hidden",
		strings.Repeat("a", 80): strings.Repeat("a", 64),
	} {
		if got := nameOf(directory); got != want || !pipelineName.MatchString(got) {
			t.Errorf("nameOf(%q) = %q, want %q", directory, got, want)
		}
	}
}
