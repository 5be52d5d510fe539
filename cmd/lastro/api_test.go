package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// apiToken is what the API of serveAPI wants to see.
const apiToken = "tok-5ecret-0123456789"

// serveAPI DIR NAME serves an HTTP API on loopback until the script ends, and sets the variable to its address. It answers
// /customers with DIR/customers.json, the page after "2" with DIR/customers.2.json, as the files are at that moment. A file
// DIR/customers.status with a status and a body in its place makes it fail.
func serveAPI(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: api DIR NAME")
	}
	server := httptest.NewServer(folderAPI{dir: ts.MkAbs(args[0])})
	ts.Defer(server.Close)
	ts.Setenv(args[1], server.URL)
	ts.Setenv("API_TOKEN", apiToken)
}

// folderAPI answers from the files of a folder.
type folderAPI struct{ dir string }

// ServeHTTP implements http.Handler.
func (a folderAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-RateLimit-Remaining", "4711")
	if late, err := os.ReadFile(filepath.Join(a.dir, "clock")); err == nil {
		if shift, err := time.ParseDuration(strings.TrimSpace(string(late))); err == nil {
			w.Header().Set("Date", time.Now().Add(shift).UTC().Format(http.TimeFormat))
		}
	}
	if r.Header.Get("Authorization") != "Bearer "+apiToken {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error": {"message": "no such key: %s"}}`, r.Header.Get("Authorization"))
		return
	}
	name := filepath.Join(a.dir, filepath.Clean("/"+r.URL.Path))
	if content, err := os.ReadFile(name + ".status"); err == nil {
		status, body, _ := strings.Cut(string(content), " ")
		code := 0
		if _, err := fmt.Sscan(status, &code); err == nil {
			w.WriteHeader(code)
		}
		fmt.Fprint(w, strings.TrimSpace(body))
		return
	}
	if after := r.URL.Query().Get("after"); after != "" {
		name += "." + filepath.Base(after)
	}
	content, err := os.ReadFile(name + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"error": {"message": "no such list"}}`)
		return
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(content)
}
