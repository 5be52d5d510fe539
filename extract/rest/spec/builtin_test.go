package spec_test

import (
	"io/fs"
	"testing"

	"lastro/extract/connectors"
	"lastro/extract/rest/spec"
)

// TestBuiltIn loads every connector file that comes with Lastro.
func TestBuiltIn(t *testing.T) {
	files, err := fs.Glob(connectors.Files, "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no connector files: %v", err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			c, err := spec.Load(connectors.Files, file)
			if err != nil {
				t.Fatal(err)
			}
			if c.Connector+".yaml" != file {
				t.Errorf("the connector of %s is called %s", file, c.Connector)
			}
		})
	}
}
