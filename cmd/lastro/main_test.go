package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lastro": main})
}

// TestScripts runs the command line as a user types it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"newest":    newest,
			"api":       serveAPI,
			"bytesfree": bytesFree,
		},
	})
}

// newest NAME sets the variable to the id of the newest run in the output of the last command.
func newest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: newest NAME")
	}
	id := regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{6}`).FindString(ts.ReadFile("stdout"))
	if id == "" {
		ts.Fatalf("no run id in the output")
	}
	ts.Setenv(args[0], id)
}

// TestHelpFitsTheTerminal keeps every help text within 100 columns.
func TestHelpFitsTheTerminal(t *testing.T) {
	for _, command := range []string{"", "run", "extract", "transform", "load", "plan", "check", "sources", "discover", "preview", "runs", "tables", "lake", "init", "demo", "sandbox", "version"} {
		args := []string{"help"}
		if command != "" {
			args = append(args, command)
		}
		var out, errOut bytes.Buffer
		if code := run(context.Background(), args, os.Stdin, &out, &errOut); code != exitDone {
			t.Fatalf("help %s: exit %d: %s", command, code, errOut.String())
		}
		for _, line := range bytes.Split(out.Bytes(), []byte("\n")) {
			if len([]rune(string(line))) > 100 {
				t.Errorf("help %s: %d columns: %s", command, len(line), line)
			}
		}
		if command != "" && command != "lake" && command != "version" && !bytes.Contains(out.Bytes(), []byte("Examples:")) {
			t.Errorf("help %s has no example", command)
		}
	}
}

// bytesFree DIR TEXT... fails when a file below the folder, in clear or in a Parquet file's pages, holds one of the texts.
func bytesFree(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: bytesfree DIR TEXT...")
	}
	found := holding(ts.MkAbs(args[0]), args[1:])
	if len(found) > 0 != neg {
		ts.Fatalf("%d files hold one of %q: %q", len(found), args[1:], found)
	}
}
