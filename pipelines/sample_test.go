package pipelines

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCheckOfASilentAPI: a server that never answers ends the check, with a word about it and nothing left behind.
func TestCheckOfASilentAPI(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	dir := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	writeFile(t, filepath.Join(dir, "tmp", "here"), "")
	writeFile(t, filepath.Join(dir, "pipeline.yaml"), `name: desk
timezone: UTC
currency: BRL
sources: [{name: billing, kind: rest, connector: stripe, config: {api_key: "${KEY}", base_url: "${URL}"}}]
`)
	config, err := ReadFile(filepath.Join(dir, "pipeline.yaml"), func(name string) (string, bool) {
		return map[string]string{"KEY": "sk_test_of_nobody", "URL": server.URL}[name], true
	})
	if err != nil {
		t.Fatal(err)
	}
	limit, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	findings := checkAPI(limit, config, config.Sources[0])
	if len(findings) != 1 || !strings.Contains(findings[0].Problem, "deadline") {
		t.Errorf("%+v", findings)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %s", took)
	}
	left, err := filepath.Glob(filepath.Join(dir, "tmp", "lastro-sample-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
