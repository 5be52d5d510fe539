package pipelines

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// holder has a secret in each place that a printer may look into.
type holder struct {
	Shown   Secret
	Pointer *Secret
	List    []Secret
	Map     map[string]Secret
	Any     any
	inner   Secret
	deep    struct{ inner Secret }
}

func TestSecretIsNeverPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "s3cr3t" + rapid.StringMatching(`[a-zA-Z0-9%"'\\ <é-]{0,20}`).Draw(t, "text")
		secret := NewSecret(text)
		all := holder{Shown: secret, Pointer: &secret, List: []Secret{secret}, Map: map[string]Secret{"a": secret}, Any: secret, inner: secret}
		all.deep.inner = secret
		var printed []string
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			for _, value := range []any{secret, &secret, all, &all, []holder{all}} {
				printed = append(printed, fmt.Sprintf(verb, value))
			}
		}
		for _, value := range []any{secret, all} {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			printed = append(printed, string(encoded))
		}
		var logged bytes.Buffer
		for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&logged, nil)), slog.New(slog.NewJSONHandler(&logged, nil))} {
			log.Info("hello", "secret", secret, "all", all, slog.Group("group", "secret", &secret))
		}
		printed = append(printed, logged.String(), fmt.Errorf("sign in with %v: %w", secret, os.ErrPermission).Error())
		for _, each := range printed {
			if strings.Contains(each, "s3cr3t") || strings.Contains(each, "733363723374") {
				t.Fatalf("%q shows the secret", each)
			}
		}
		if secret.Reveal() != text || !secret.Equal(NewSecret(text)) || secret.IsZero() {
			t.Fatal("the secret was not kept")
		}
	})
	if s := (Secret{}); s.Reveal() != "" || !s.IsZero() || s.String() != "" {
		t.Error("a Secret that was never set is not empty")
	}
}

func TestRedactor(t *testing.T) {
	redactor := &Redactor{}
	redactor.Add("tok_12345")
	redactor.Add("postgres://lastro:p%40ss+word@db.example/books")
	redactor.Add("host=db user=lastro password='other-pass'")
	redactor.Add("-----BEGIN KEY-----\nMIIabcdefgh\n-----END KEY-----\n")
	redactor.Add("pg")
	redactor.Add(`quo"te\d`)
	redactor.Add("")
	redactor.Add("  \n")
	for _, each := range []struct{ name, text, want string }{
		{"plain", "token tok_12345 was refused", "token [secret] was refused"},
		{"twice", "tok_12345tok_12345", "[secret][secret]"},
		{"whole address", "dial postgres://lastro:p%40ss+word@db.example/books: refused", "dial [secret]: refused"},
		{"password of an address", `password "p@ss+word" is wrong`, `password "[secret]" is wrong`},
		{"password of an address, encoded", "postgres://other:" + url.QueryEscape("p@ss+word") + "@x", "postgres://other:[secret]@x"},
		{"password of a connection string", "other-pass", "[secret]"},
		{"line of a key", "cannot decode MIIabcdefgh", "cannot decode [secret]"},
		{"short, as a word", "user pg, host pg.example", "user [secret], host [secret].example"},
		{"short, within words", "pgx upgpg pg_catalog", "pgx upgpg pg_catalog"},
		{"in JSON", `{"key":"quo\"te\\d"}`, `{"key":"[secret]"}`},
		{"nothing", "rows read: 12345", "rows read: 12345"},
	} {
		t.Run(each.name, func(t *testing.T) {
			if got := redactor.Text(each.text); got != each.want {
				t.Errorf("Text(%q) = %q, want %q", each.text, got, each.want)
			}
		})
	}
	if text := fmt.Sprintf("%v %+v %#v %s", redactor, redactor, struct{ R *Redactor }{redactor}, redactor); strings.Contains(text, "tok_12345") {
		t.Errorf("a printed Redactor lists its secrets: %s", text)
	}
	if got := (*Redactor)(nil).Text("as it is"); got != "as it is" {
		t.Errorf("a nil Redactor gave %q", got)
	}
}

func TestRedactorOnErrorsAndLogs(t *testing.T) {
	redactor := &Redactor{}
	redactor.Add("tok_12345")
	cause := &os.PathError{Op: "open", Path: "tok_12345", Err: os.ErrNotExist}
	err := redactor.Error(fmt.Errorf("extract: %w", cause))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{err, struct{ Err error }{err}, fmt.Errorf("run: %w", err)} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "tok_12345") {
				t.Errorf("%s shows the secret: %s", verb, text)
			}
		}
	}
	var found *os.PathError
	if !errors.Is(err, os.ErrNotExist) || !errors.As(err, &found) {
		t.Error("the redacted error hides what it wraps")
	}
	if same := redactor.Error(io.EOF); !errors.Is(same, io.EOF) || same.Error() != "EOF" {
		t.Errorf("an error without secrets became %v", same)
	}
	if redactor.Error(nil) != nil {
		t.Error("no error became one")
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(redactor.Writer(&logged), nil)).Info("got tok_12345", "err", cause)
	if strings.Contains(logged.String(), "tok_12345") || !json.Valid(logged.Bytes()) {
		t.Errorf("logged %s", logged.String())
	}
}

// settings stands for the settings of a kind of source or target that signs in somewhere.
type settings struct {
	DSN     Secret   `yaml:"dsn"`
	Token   string   `yaml:"token"`
	Path    string   `yaml:"path"`
	Tables  []string `yaml:"tables"`
	Retries *int     `yaml:"retries"`
	Wait    float64  `yaml:"wait"`
	Strict  bool     `yaml:"strict"`
}

func TestSecretsOfTheFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "password"), "from-a-file\n")
	write(t, filepath.Join(dir, "pipeline.yaml"), `
dsn: literal-dsn
token: ${API}
path: ${file:password}/x/${SHOP_TOKEN}/${PLAIN}
tables: one
retries: 3
wait: 0.5
strict: true
`)
	d := newDecoder(filepath.Join(dir, "pipeline.yaml"), dir, func(name string) (string, bool) {
		return map[string]string{"API": "from-token-key", "SHOP_TOKEN": "from-token-name", "PLAIN": "plain"}[name], true
	})
	var got settings
	d.Mapping(d.parseFile(d.File), "", "a target", &got)
	if len(d.Mistakes) > 0 {
		t.Fatal(d.Mistakes)
	}
	if got.DSN.Reveal() != "literal-dsn" || got.Token != "from-token-key" || got.Path != "from-a-file/x/from-token-name/plain" ||
		len(got.Tables) != 1 || *got.Retries != 3 || got.Wait != 0.5 || !got.Strict {
		t.Errorf("decoded %+v with dsn %s", got, got.DSN.Reveal())
	}
	want := "[secret] [secret] [secret] [secret] plain"
	if text := d.redactor.Text("literal-dsn from-token-key from-a-file from-token-name plain"); text != want {
		t.Errorf("redacted to %q, want %q", text, want)
	}
}

// TestMistakesShowNoSecret puts a secret in every place of a file that has a mistake.
func TestMistakesShowNoSecret(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "pipeline.yaml")
	write(t, filepath.Join(dir, "secret"), "s3cr3t-file")
	keys := []string{"name", "timezone", "currency", "as_of", "policy", "state", "sql_dir", "memory_limit", "threads", "sources", "targets", "other"}
	places := []string{"%s: %v", "%s: [%v]", "%s: {a: %v}", "%s: [{name: %[2]v, kind: files, path: %[2]v, other: %[2]v}]", "%s: [{kind: %v}]",
		"%s: {grace_days: %[2]v, discounts: %[2]v, dimensions: [%[2]v]}"}
	for _, key := range keys {
		for _, place := range places {
			for _, value := range []string{"${TOKEN}", "${PLAIN}", "${file:secret}", `"${TOKEN}`, "${TOKEN}}", "x${TOKEN} ${", "${NO${TOKEN}"} {
				write(t, file, fmt.Sprintf(place, key, value)+"\n")
				_, err := ReadFile(file, func(name string) (string, bool) {
					return "s3cr3t-" + name, name == "TOKEN" || name == "PLAIN"
				})
				if err == nil {
					t.Fatalf("no mistake in %s: %s", key, value)
				}
				encoded, _ := json.Marshal(err)
				if text := fmt.Sprintf("%v %+v %#v %s", err, err, err, encoded); strings.Contains(text, "s3cr3t") {
					t.Errorf("%s of %s shows the secret: %s", value, key, text)
				}
			}
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
