package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestLayers holds the direction of data: the stages never import each other, nor what joins them; definitions import none.
func TestLayers(t *testing.T) {
	forbidden := map[string][]string{
		"extract":   {"lastro/transform", "lastro/load", "lastro/pipelines", "lastro/cmd"},
		"transform": {"lastro/extract", "lastro/load", "lastro/pipelines", "lastro/cmd"},
		"load":      {"lastro/extract", "lastro/transform", "lastro/pipelines", "lastro/cmd"},
		"sql":       {"lastro/extract", "lastro/transform", "lastro/load", "lastro/pipelines", "lastro/cmd"},
		"pipelines": {"lastro/cmd"},
	}
	root := filepath.Join("..", "..")
	for layer, packages := range forbidden {
		files := 0
		err := filepath.WalkDir(filepath.Join(root, layer), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			files++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				for _, name := range packages {
					// the tests of targets read back through the engine that wrote what they publish
					if (imported == name || strings.HasPrefix(imported, name+"/")) && !strings.HasSuffix(path, "_test.go") {
						t.Errorf("%s imports %s", path, imported)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files == 0 {
			t.Errorf("%s has no Go files", layer)
		}
	}
}
