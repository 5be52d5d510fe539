package pipelines

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lastro/extract/rest/spec"
	"lastro/strictyaml"
)

// Connector is a connector that comes with Lastro.
type Connector = spec.Connector

// Connectors gives the connectors that are built in, by name.
func Connectors() ([]*Connector, error) {
	names, err := builtinConnectorNames()
	if err != nil {
		return nil, err
	}
	found := make([]*Connector, 0, len(names))
	for _, name := range names {
		connector, err := spec.Load(builtinConnectors, name+connectorSuffix)
		if err != nil {
			return nil, fmt.Errorf("built-in connector %s: %w", name, err)
		}
		found = append(found, connector)
	}
	return found, nil
}

// ReadConnector gives a connector that is built in by its name, or that of a file by its path.
func ReadConnector(name string) (*Connector, error) {
	if isConnectorFile(name) {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, &ConfigError{Mistakes: []Mistake{{File: name, Problem: "cannot be read: " + plainCause(err).Error()}}}
		}
		connector, err := spec.Parse(name, content)
		return connector, err
	}
	names, err := builtinConnectorNames()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, name) {
		return nil, &FlagError{Flag: "source", Value: name, Problem: "is no built-in connector: " + strictyaml.Suggest(name, names) + "; or give a file, as ./connectors/mine.yaml"}
	}
	return spec.Load(builtinConnectors, name+connectorSuffix)
}

const connectorSuffix = ".yaml"

func builtinConnectorNames() ([]string, error) {
	files, err := fs.Glob(builtinConnectors, "*"+connectorSuffix)
	if err != nil {
		return nil, fmt.Errorf("list the built-in connectors: %w", err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, connectorSuffix)
	}
	slices.Sort(files)
	return files, nil
}

// isConnectorFile tells a path from the name of a built-in connector.
func isConnectorFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// connector reads the connector that the pipeline file names at a path, once: one that is built in, or a file. nil after a
// mistake, which is told where the connector is named first.
func (d *decoder) connector(at, name string) *spec.Connector {
	found, known := d.connectors[name]
	switch {
	case known:
		return found
	case isConnectorFile(name):
		found = d.connectorFile(at, name)
	default:
		found = d.builtinConnector(at, name)
	}
	d.connectors[name] = found
	return found
}

func (d *decoder) connectorFile(at, name string) *spec.Connector {
	path := d.path(at, name)
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		d.Mistake(at, fmt.Sprintf("the connector file %s cannot be read: %v", d.Quote(at), plainCause(err)),
			"give a path relative to the pipeline file, as ./connectors/mine.yaml")
		return nil
	}
	found, err := spec.Parse(filepath.Join(filepath.Dir(d.File), d.Spots[at].Written), content)
	var broken *strictyaml.Error
	switch {
	case errors.As(err, &broken):
		d.Wrong[at] = true
		d.Mistakes = append(d.Mistakes, broken.Mistakes...)
		return nil
	case err != nil:
		d.Mistake(at, fmt.Sprintf("the connector file %s cannot be read: %v", d.Quote(at), err), "")
		return nil
	}
	return found
}

func (d *decoder) builtinConnector(at, name string) *spec.Connector {
	names, err := builtinConnectorNames()
	if err == nil && slices.Contains(names, name) {
		var found *spec.Connector
		if found, err = spec.Load(builtinConnectors, name+connectorSuffix); err == nil {
			return found
		}
	}
	if err != nil {
		d.Mistake(at, fmt.Sprintf("the built-in connector %s cannot be read: %v", d.Quote(at), err), "")
		return nil
	}
	d.Mistake(at, "there is no built-in connector "+d.Quote(at), strictyaml.Suggest(name, names)+", or give a file, as ./connectors/mine.yaml")
	return nil
}
